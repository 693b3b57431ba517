package io.kisgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.kisgateway.testing.Http.Reply;
import io.kisgateway.testing.Rig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The OpenAPI document and its page. That it is true is shown by every other test of this package: the caller of the
 * {@link Rig} holds each request and each reply against it.
 */
class OpenApiTest {

    @Test
    void theDocumentNamesEveryEndpointThatServesOnesOwnIncluded(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("mine.camel.yaml"), """
                - route:
                    id: mine
                    description: One of my own
                    from:
                      uri: platform-http:/api/mine/{id}
                      parameters: {httpMethodRestrict: GET}
                      steps:
                        - to: {uri: "request:query", parameters: {id: "stock code, required", days: "integer 1..9, default 3"}}
                        - process: {ref: throttle}
                        - setVariable: {name: stock_code, simple: "${variable.id}"}
                        - to: direct:stock-snapshot
                """);
        try (Rig rig = Rig.unlimited("ROUTES_DIR", folder.toString())) {
            Reply reply = rig.http().get("/openapi.yaml");

            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.header("Content-Type")).isEqualTo("application/yaml");
            JsonNode document = new YAMLMapper().readTree(reply.text());
            assertThat(document.at("/openapi").asText()).isEqualTo("3.1.0");
            assertThat(document.at("/paths").properties()).extracting(entry -> entry.getKey()).contains("/health", "/stats",
                    "/api/market-data/snapshot", "/api/market-data/daily-prices", "/api/market-data/minute-chart",
                    "/api/market-data/investor-trend", "/api/market-data/is-trading-day", "/api/market-data/check-market-open",
                    "/api/trading/buy", "/api/trading/sell", "/api/account/balance", "/api/mine/{id}");
            JsonNode mine = document.at("/paths/~1api~1mine~1{id}/get");
            assertThat(mine.at("/parameters/0/in").asText()).isEqualTo("path");
            assertThat(mine.at("/parameters/1/in").asText()).isEqualTo("query");
            assertThat(mine.at("/parameters/1/schema/default").intValue()).isEqualTo(3);
            assertThat(rig.http().get("/api/mine/005930").at("/data/price").isNumber()).isTrue();
        }
    }

    /** "In use, over all instances" without quotes was two members, and a linter found the document malformed. */
    @Test
    void noTextOfTheDocumentHasBecomeAMemberAndNothingInItIsUnused() throws Exception {
        try (Rig rig = Rig.unlimited()) {
            String text = rig.http().get("/openapi.yaml").text();
            JsonNode document = new YAMLMapper().readTree(text);
            assertThat(nulls(document)).isEmpty();
            document.at("/components/schemas").fieldNames().forEachRemaining(
                    name -> assertThat(text).as(name).contains("#/components/schemas/" + name + "\""));
        }
    }

    private static List<String> nulls(JsonNode node) {
        List<String> found = new ArrayList<>();
        node.properties().forEach(member -> {
            if (member.getValue().isNull()) {
                found.add(member.getKey());
            }
        });
        node.forEach(child -> found.addAll(nulls(child)));
        return found;
    }

    @Test
    void everyErrorThatTheReadmeNamesIsInTheDocument() throws Exception {
        Pattern row = Pattern.compile("(?m)^\\| ([45]\\d\\d(?:, [45]\\d\\d)*) \\| ((?:`[A-Z_]+`(?:, )?)+) \\|");
        List<MatchResult> rows = row.matcher(Files.readString(Path.of("README.md"))).results().toList();
        try (Rig rig = Rig.unlimited()) {
            JsonNode document = new YAMLMapper().readTree(rig.http().get("/openapi.yaml").text());
            Set<String> replies = new TreeSet<>();
            document.at("/paths").forEach(path -> path.forEach(operation -> operation.path("responses").properties()
                    .forEach(reply -> List.of(reply.getValue().path("description").asText().split(", "))
                            .forEach(code -> replies.add(reply.getKey() + " " + code)))));
            assertThat(rows).hasSizeGreaterThan(10);
            for (MatchResult one : rows) {
                for (String code : one.group(2).replace("`", "").split(", ")) {
                    assertThat(List.of(one.group(1).split(", "))).as(code).anyMatch(status -> replies.contains(status + " " + code));
                }
            }
        }
    }

    @Test
    void thePageNeedsNothingFromElsewhere() {
        try (Rig rig = Rig.unlimited()) {
            Reply page = rig.http().get("/docs");

            assertThat(page.status()).isEqualTo(200);
            assertThat(page.header("Content-Type")).startsWith("text/html");
            assertThat(page.text()).doesNotContain("http://", "https://", "<script>");
            assertThat(rig.http().get("/docs/start.js").text()).contains("SwaggerUIBundle").doesNotContain("http://", "https://");
            Pattern.compile("(?:href|src)=\"([^\"]+)\"").matcher(page.text()).results()
                    .forEach(link -> assertThat(rig.http().get(link.group(1)).status()).as(link.group(1)).isEqualTo(200));
            assertThat(rig.http().get("/docs/swagger-ui.css").header("Content-Type")).isEqualTo("text/css");
            assertThat(rig.http().get("/docs/index.html").code()).isEqualTo("NOT_FOUND");
            assertThat(rig.http().get("/docs/..%2F..%2Fbuild.properties").status()).isIn(400, 404);
        }
    }
}
