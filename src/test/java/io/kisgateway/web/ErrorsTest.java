package io.kisgateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.testing.Http;
import io.kisgateway.testing.Rig;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Java {@code Error} in a step is a fault of the gateway like any other: told, and told what became of the order. */
class ErrorsTest {

    private static final String ERROR = "${bean:type:io.kisgateway.web.ErrorsTest$Broken?method=step}";
    private static final String QUERY = """
            - route:
                id: broken
                description: Fails as no step should
                from:
                  uri: platform-http:/api/test/broken
                  parameters: {httpMethodRestrict: POST}
                  steps:
                    - to: {uri: "request:query", parameters: {stock_code: "stock code, required"}}
                    %s
                    - process: {ref: throttle}
                    %s
                    - to:
                        uri: kis:get:/uapi/domestic-stock/v1/quotations/inquire-investor
                        parameters: {trId: FHKST01010900, FID_COND_MRKT_DIV_CODE: J, FID_INPUT_ISCD: "${variable.stock_code}"}
                    %s
                    - to: {uri: "reply:inline", parameters: {template: '{"data": 1}'}}
            """;

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

    private static final String ORDER = """
            - route:
                id: trading-broken
                description: Fails as no step should
                from:
                  uri: platform-http:/api/trading/broken
                  parameters: {httpMethodRestrict: POST}
                  steps:
                    - to:
                        uri: request:order
                        parameters: {stock_code: "stock code, required", quantity: "integer 1..999999, required",
                          price: "integer 0..999999999, default 0"}
                    - to: order:buy
                    - process: {ref: throttle}
                    - to:
                        uri: kis:order:/uapi/domestic-stock/v1/trading/order-cash
                        parameters: {trId: TTTC0012U, PDNO: "${variable.stock_code}", ORD_QTY: "${variable.quantity}",
                          ORD_UNPR: "${variable.price}", ORD_DVSN: "${variable.ord_dvsn}", SLL_TYPE: "%s"}
                    - to: {uri: "reply:inline", parameters: {template: '%s'}}
            """;
    private static final String ENDLESS = "def f(x) [f($x)] {\"data\": f(1)}";

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
        for (int place = 0; place < 3; place++) {
            String[] steps = {"", "", ""};
            steps[place] = step(kind);
            Files.writeString(folder.resolve("broken-" + place + ".camel.yaml"),
                    QUERY.formatted((Object[]) steps).replace("broken", "broken-" + place));
        }
        try (Rig rig = Rig.unlimited("ROUTES_DIR", folder.toString(), "ROUTES_TRUST", "all")) {
            Http http = new Http("http://127.0.0.1:" + rig.gateway().port());
            for (int place = 0; place < 3; place++) {
                Http.Reply reply = http.post("/api/test/broken-" + place, "{\"stock_code\":\"005930\"}");
                assertThat(reply.status()).as("place %d: %s", place, reply.text()).isEqualTo(500);
                assertThat(reply.at("/code").asText()).isEqualTo("INTERNAL");
            }
        }
    }

    @Test
    void anErrorOfTheGatewaysOwnStepIsToldToTheCaller() throws Exception {
        Files.writeString(folder.resolve("a.camel.yaml"), QUERY.formatted("", "", "").replace("broken", "asking")
                .replace("FID_COND_MRKT_DIV_CODE: J", "FID_COND_MRKT_DIV_CODE: \"" + ERROR + "\""));
        Files.writeString(folder.resolve("b.camel.yaml"), QUERY.formatted("", "", "").replace("broken", "shaping")
                .replace("{\"data\": 1}", ENDLESS));
        Files.writeString(folder.resolve("c.camel.yaml"), ORDER.formatted(ERROR, "{\"data\": 1}").replace("broken", "sending"));
        Files.writeString(folder.resolve("d.camel.yaml"), ORDER.formatted("", ENDLESS).replace("broken", "answering"));
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
