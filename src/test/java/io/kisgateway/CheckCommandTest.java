package io.kisgateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.testing.Patience;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code check DIR} in a process of its own, as people run it. */
class CheckCommandTest {

    private record Ended(int status, String output) {}

    private static Ended run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx96m",
                "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), KisGateway.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Patience.awaitEnd(process);
        return new Ended(process.exitValue(), output);
    }

    /** The schema of Camel's YAML once took 280 MB: a gateway with ROUTES_DIR did not start in a small container. */
    @Test
    void aSmallContainerIsEnough(@TempDir Path folder) throws Exception {
        try (Stream<Path> shipped = Files.list(Path.of("src/main/resources/routes"))) {
            for (Path file : shipped.filter(file -> !file.endsWith("kis.camel.yaml")).toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        assertThat(run("check", folder.toString())).isEqualTo(new Ended(0, "All routes in " + folder + " are right.\n"));
    }

    @Test
    void aMisspeltCommandDoesNotStartAGateway() throws Exception {
        Ended ended = run("chek", "src/main/resources/routes");

        assertThat(ended.status()).isEqualTo(2);
        assertThat(ended.output()).startsWith("usage: ").contains("check DIR");
    }

    @Test
    void whatIsWrongIsPrintedAndTheExitStatusIs1() throws Exception {
        String folder = "src/test/resources/wrong-routes/unknown-bean";

        assertThat(run("check", folder))
                .isEqualTo(new Ended(1, folder + "/my.camel.yaml:13: there is no bean throtle; did you mean throttle?\n"));
    }
}
