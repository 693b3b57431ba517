package io.kisgateway.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.kisgateway.simulator.Calls.Arrival;
import io.kisgateway.testing.Http.Reply;
import io.kisgateway.testing.RawHttp;
import io.kisgateway.testing.Rig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** A trace that a caller brings goes through the gateway; spans leave it only when asked for. */
class TracingTest {

    private static final String SNAPSHOT = "/api/market-data/snapshot";
    private static final String STOCK = "{\"stock_code\":\"005930\"}";
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String TRACEPARENT = "00-" + TRACE + "-b7ad6b7169203331-01";

    @Test
    void offItPassesTheTraceOnAndLoadsNothing() {
        try (Rig rig = Rig.unlimited()) {
            assertThat(rig.http().post(SNAPSHOT, STOCK, "traceparent", TRACEPARENT).header("traceparent")).isEqualTo(TRACEPARENT);
            assertThat(rig.http().post(SNAPSHOT, "{}", "traceparent", TRACEPARENT).header("traceparent")).isEqualTo(TRACEPARENT);
            assertThat(rig.http().post("/nowhere", "{}", "traceparent", TRACEPARENT).header("traceparent")).isEqualTo(TRACEPARENT);
            assertThat(rig.http().post(SNAPSHOT, STOCK).header("traceparent")).isNull();
            for (String wrong : List.of("nonsense", "00-" + "0".repeat(32) + "-b7ad6b7169203331-01", TRACEPARENT + "-more")) {
                assertThat(rig.http().post(SNAPSHOT, STOCK, "traceparent", wrong).header("traceparent")).as(wrong).isNull();
            }
            assertKisSeesNoTrace(rig);
        }
    }

    @Test
    void onItSendsSpansOfTheSameTraceToTheCollectorAndNothingSecret() throws IOException {
        List<String> received = new CopyOnWriteArrayList<>();
        HttpServer collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/v1/traces", exchange -> {
            received.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.start();
        String traceId = new String(HexFormat.of().parseHex(TRACE), StandardCharsets.ISO_8859_1);
        try (Rig rig = Rig.unlimited("KIS_FRONT", "true", "OTEL_ENABLED", "true", "OTEL_EXPORTER_OTLP_ENDPOINT",
                "http://127.0.0.1:" + collector.getAddress().getPort())) {
            assertThat(rig.http().post(SNAPSHOT, STOCK, "traceparent", TRACEPARENT).header("traceparent")).isEqualTo(TRACEPARENT);
            String account = rig.simulator().options().credentials().account().substring(0, 8);
            RawHttp.first(rig.gateway().port(), "GET /uapi/domestic-stock/v1/trading/inquire-balance?CANO=" + account
                    + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            Reply own = rig.http().post("/api/trading/buy", "{\"stock_code\":\"005930\",\"quantity\":1}");
            assertThat(own.header("traceparent")).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
            await().until(() -> String.join("", received).split(traceId, -1).length > 3);
            String all = String.join("", received);
            assertThat(all).contains("kis-gateway", SNAPSHOT, "direct://kis");
            assertThat(all)
                    .contains(new String(HexFormat.of().parseHex(own.header("traceparent").substring(3, 35)), StandardCharsets.ISO_8859_1));
            var pair = rig.simulator().options().credentials();
            assertThat(all).doesNotContain(pair.appKey(), pair.appSecret(), account, "Bearer");
            assertKisSeesNoTrace(rig);
        } finally {
            collector.stop(0);
        }
    }

    private static void assertKisSeesNoTrace(Rig rig) {
        assertThat(rig.simulator().calls().list()).isNotEmpty();
        for (Arrival call : rig.simulator().calls().list()) {
            assertThat(call.headers()).doesNotContain("traceparent", "tracestate");
        }
    }
}
