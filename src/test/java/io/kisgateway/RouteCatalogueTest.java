package io.kisgateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.testing.Http.Reply;
import io.kisgateway.testing.Rig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The catalogue tells the truth of the route files. */
class RouteCatalogueTest {

    @Test
    void theDocumentIsUpToDate() throws IOException {
        assertThat(Files.readString(Path.of("docs/routes.md")))
                .as("make it anew: java -jar target/kis-gateway.jar routes > docs/routes.md").isEqualTo(RouteDocuments.routes());
    }

    @Test
    void aRunningGatewayShowsItsOwnRoutesWithTheirLimits(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("mine.camel.yaml"), """
                - route:
                    id: mine
                    description: Mine & <only> mine
                    from:
                      uri: platform-http:/api/mine
                      parameters: {httpMethodRestrict: POST}
                      steps:
                        - to: {uri: "request:query", parameters: {stock_code: "stock code, required"}}
                        - process: {ref: throttle}
                        - to: direct:stock-snapshot
                """);
        try (Rig rig = Rig.unlimited("ROUTES_DIR", folder.toString(), "RATE_LIMIT_MINE", "7/second")) {
            Reply json = rig.management().send(rig.management().request("/routes").header("Accept", "application/json"));
            JsonNode mine = null;
            for (JsonNode route : json.at("/routes")) {
                mine = route.get("id").asText().equals("mine") ? route : mine;
            }
            assertThat(mine).isNotNull();
            assertThat(mine.get("path").asText()).isEqualTo("/api/mine");
            assertThat(mine.get("limit").asText()).isEqualTo("7/second");
            assertThat(mine.at("/request/stock_code").asText()).isEqualTo("stock code, required");
            assertThat(mine.at("/kis/0/path").asText()).isEqualTo("/uapi/domestic-stock/v1/quotations/inquire-price");
            assertThat(mine.at("/kis/0/trId").asText()).isEqualTo("FHKST01010100");
            assertThat(mine.at("/diagram").asText()).startsWith("flowchart LR").contains("inquire-price");

            Reply page = rig.management().get("/routes");
            assertThat(page.header("Content-Type")).isEqualTo("text/html; charset=utf-8");
            assertThat(page.text()).contains("<svg", "POST /api/mine", "Mine &amp; &lt;only&gt; mine", "7/second")
                    .doesNotContain("<script");
            assertThat(rig.http().get("/routes").status()).as("not at the public door").isEqualTo(404);
        }
    }
}
