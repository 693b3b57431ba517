package io.kisgateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.testing.Http;
import io.kisgateway.testing.Rig;
import io.kisgateway.testing.TestRoute;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Java {@code Error} in a step is a fault of the gateway like any other: told, and told what became of the order. */
class ErrorsTest {

    private static final String ERROR = "${bean:type:io.kisgateway.web.ErrorsTest$Broken?method=step}";
    @TempDir
    private Path folder;

    /** What a route of a folder can call that nobody could foresee. */
    public static final class Broken {

        private static final String MISSING = "some/Class";

        private Broken() {}

        public static String step() {
            if (!MISSING.isEmpty()) {
                throw new NoClassDefFoundError(MISSING);
            }
            return MISSING;
        }
    }

    private static final String ENDLESS = "def f(x) [f($x)] {\"data\": f(1)}";
    private static final String DONE = "{\"data\": 1}";
    /** Before which steps of a query another one may stand. */
    private static final List<String> PLACES = List.of("- process: {ref: throttle}", "- to:\n", "- to: {uri: \"reply:");

    private static String query(String id, String template) {
        return TestRoute.of(id, "/api/test/" + id, reply(template));
    }

    private static String order(String id, String sellType, String template) {
        return TestRoute.order("trading-" + id, "/api/trading/" + id,
                "PDNO: \"${variable.stock_code}\", ORD_QTY: \"${variable.quantity}\", SLL_TYPE: \"" + sellType + '"', reply(template));
    }

    private static String reply(String template) {
        return "{uri: \"reply:inline\", parameters: {template: '" + template + "'}}";
    }

    private static String code(Http.Reply reply) {
        return reply.status() + " " + reply.at("/code").asText();
    }

    private static String step(String kind) {
        return switch (kind) {
            case "variable" -> "- setVariable: {name: x, simple: \"" + ERROR + "\"}";
            case "choice" -> "- choice: {when: [{simple: \"" + ERROR + " == 'x'\", steps: [{setVariable: {name: y, constant: x}}]}]}";
            case "bean" -> "- bean: {beanType: \"io.kisgateway.web.ErrorsTest$Broken\", method: step}";
            default -> throw new IllegalArgumentException(kind);
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"variable", "choice", "bean"})
    void anErrorInAStepIsToldToTheCaller(String kind) throws Exception {
        for (int place = 0; place < PLACES.size(); place++) {
            Files.writeString(folder.resolve(place + ".camel.yaml"),
                    query("broken-" + place, DONE).replace(PLACES.get(place), step(kind) + "\n        " + PLACES.get(place)));
        }
        try (Rig rig = Rig.unlimited("ROUTES_DIR", folder.toString(), "ROUTES_TRUST", "all")) {
            Http http = new Http("http://127.0.0.1:" + rig.gateway().port());
            for (int place = 0; place < PLACES.size(); place++) {
                Http.Reply reply = http.post("/api/test/broken-" + place, "{\"stock_code\":\"005930\"}");
                assertThat(reply.status()).as("place %d: %s", place, reply.text()).isEqualTo(500);
                assertThat(reply.at("/code").asText()).isEqualTo("INTERNAL");
            }
        }
    }

    @Test
    void anErrorOfTheGatewaysOwnStepIsToldToTheCaller() throws Exception {
        Files.writeString(folder.resolve("a.camel.yaml"),
                query("asking", DONE).replace("FID_COND_MRKT_DIV_CODE: J", "FID_COND_MRKT_DIV_CODE: \"" + ERROR + "\""));
        Files.writeString(folder.resolve("b.camel.yaml"), query("shaping", ENDLESS));
        Files.writeString(folder.resolve("c.camel.yaml"), order("sending", ERROR, DONE));
        Files.writeString(folder.resolve("d.camel.yaml"), order("answering", "", ENDLESS));
        try (Rig rig = Rig.unlimited("ROUTES_DIR", folder.toString(), "ROUTES_TRUST", "all")) {
            Http http = new Http("http://127.0.0.1:" + rig.gateway().port());
            String order = "{\"stock_code\":\"005930\",\"quantity\":1,\"price\":80000}";
            String stock = "{\"stock_code\":\"005930\"}";
            assertThat(code(http.post("/api/test/asking", stock))).isEqualTo("500 INTERNAL");
            assertThat(code(http.post("/api/test/shaping", stock))).isEqualTo("500 INTERNAL");

            Http.Reply unsent = http.post("/api/trading/sending", order, "Idempotency-Key", "unsent");
            assertThat(code(unsent)).isEqualTo("500 INTERNAL");
            assertThat(unsent.at("/outcome").asText()).isEqualTo("not_placed");
            assertThat(rig.simulator().calls().on("order-cash")).isEmpty();

            Http.Reply sent = http.post("/api/trading/answering", order, "Idempotency-Key", "sent");
            assertThat(code(sent)).isEqualTo("500 INTERNAL");
            assertThat(sent.at("/outcome").asText()).isEqualTo("unknown");
            http.post("/api/trading/answering", order, "Idempotency-Key", "sent");
            assertThat(rig.simulator().calls().on("order-cash")).hasSize(1);
            assertThat(http.get("/api/trading/orders/sent").at("/data/state").asText()).isEqualTo("placed");
        }
    }
}
