package io.kisgateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.front.RouteScaffold;
import io.kisgateway.testing.Http;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code route} writes what {@code check} finds right, for every operation of KIS. */
class RouteScaffoldTest {

    @TempDir
    private Path folder;

    private record Said(int status, String out, String err) {}

    private static Said route(String... arguments) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = RouteScaffold.command(List.of(arguments), new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Said(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private String check() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RouteChecks.command(List.of(folder.toString()), Map.of(), new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void everyOperationHasARouteThatIsRight() throws IOException {
        int written = 0;
        for (String line : Files.readAllLines(Path.of("src/main/resources/kis/operations.tsv"))) {
            if (!line.startsWith("#")) {
                Said said = route("/uapi/" + line.split("\t")[1]);
                assertThat(said.status()).as(line).isZero();
                Files.writeString(folder.resolve("r" + ++written + ".camel.yaml"), said.out());
            }
        }
        assertThat(written).isEqualTo(272);
        assertThat(check()).isEqualTo("All routes in " + folder + " are right.\n");
    }

    @Test
    void routeAndMappingInAFolderServeAtOnce() throws Exception {
        Said said = route("inquire-asking-price-exp-ccn", folder.toString());
        assertThat(said.out().lines()).hasSize(2).allSatisfy(file -> assertThat(Path.of(file)).isRegularFile());
        assertThat(check()).contains("are right");
        assertThat(route("inquire-asking-price-exp-ccn", folder.toString()).status()).isEqualTo(1);

        try (Gateway gateway = Gateway.start(Map.of("PORT", "0", "MANAGEMENT_PORT", "0", "ROUTES_DIR", folder.toString(), "DATA_DIR",
                folder.resolve("data").toString()))) {
            Http.Reply reply = new Http("http://127.0.0.1:" + gateway.port()).post(
                    "/api/kis/domestic-stock-inquire-asking-price-exp-ccn", "{\"fid_cond_mrkt_div_code\":\"J\",\"stock_code\":\"005930\"}");
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.json().at("/data/output1/askp1").asText()).matches("[0-9]+");
            assertThat(reply.json().path("data").has("rt_cd")).isFalse();
        }
    }

    @Test
    void whatIsMeantMustBeClear() throws IOException {
        assertThat(route("inquire-ccnl").err()).contains("domestic-bond-inquire-ccnl", "domestic-stock-inquire-ccnl");
        assertThat(route("inquire-nothing").err()).contains("KIS has no operation inquire-nothing");
        assertThat(route().status()).isEqualTo(2);
    }
}
