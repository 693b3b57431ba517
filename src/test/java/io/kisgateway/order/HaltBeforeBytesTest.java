package io.kisgateway.order;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.kisgateway.Gateway;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Http.Reply;
import io.kisgateway.testing.Patience;
import io.kisgateway.testing.Rig;
import io.kisgateway.testing.TestCertificate;
import io.kisgateway.testing.TestFolder;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The kill switch while an order's connection to KIS is being made: nothing of it has left. */
class HaltBeforeBytesTest {

    private static final String TRUST = "javax.net.ssl.trustStore";

    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    /** While it is set, no connection is made. */
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile boolean reached;
    private HttpsServer kis;

    @BeforeEach
    void start() throws Exception {
        TestCertificate certificate = TestCertificate.in(TestFolder.create());
        System.setProperty(TRUST, certificate.keyStore().toString());
        System.setProperty(TRUST + "Password", TestCertificate.PASSWORD);
        kis = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        kis.setHttpsConfigurator(new HttpsConfigurator(certificate.serverContext()) {
            @Override
            public void configure(HttpsParameters parameters) {
                reached = gate.getCount() > 0;
                Patience.await(gate);
                parameters.setSSLParameters(getSSLContext().getDefaultSSLParameters());
            }
        });
        kis.setExecutor(threads);
        kis.createContext("/", exchange -> {
            try (exchange) {
                String path = exchange.getRequestURI().getPath();
                seen.add(path);
                exchange.getRequestBody().readAllBytes();
                byte[] reply = (path.endsWith("tokenP") ? "{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"expires_in\":86400}"
                        : "{\"rt_cd\":\"0\",\"msg_cd\":\"APBK0013\",\"msg1\":\"\",\"output\":{\"KRX_FWDG_ORD_ORGNO\":\"91252\","
                                + "\"ODNO\":\"" + (117_000 + seen.size()) + "\",\"ORD_TMD\":\"121052\"}}")
                        .getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, reply.length);
                exchange.getResponseBody().write(reply);
            }
        });
        kis.start();
    }

    @AfterEach
    void stop() {
        gate.countDown();
        System.clearProperty(TRUST);
        System.clearProperty(TRUST + "Password");
        kis.stop(0);
        threads.shutdownNow();
    }

    private Map<String, String> settings() {
        Map<String, String> all = new HashMap<>(Map.of("TRADING_MODE", "REAL", "PORT", "0", "MANAGEMENT_PORT", "0", "SHUTDOWN_TIMEOUT", "5",
                "KIS_BASE_URL", "https://127.0.0.1:" + kis.getAddress().getPort(), "KIS_APP_KEY", "PSabcdefghijklmnopqrstuvwxyz01234567",
                "KIS_APP_SECRET", "A".repeat(180), "KIS_ACCOUNT_NO", "50123456-01"));
        all.putAll(Map.of("DATA_DIR", TestFolder.create().toString(), "RATE_LIMIT", "2/hour", "REALTIME", "false", "KIS_CONNECT_TIMEOUT_MS",
                "60000",
                "KIS_CALL_TIMEOUT_MS", "60000"));
        return all;
    }

    @Test
    void anOrderWhoseConnectionIsMadeWhenTradingIsHaltedDoesNotLeave() {
        try (Gateway gateway = Rig.begin(settings(), Clock.systemUTC())) {
            Http http = new Http("http://127.0.0.1:" + gateway.port());
            Http management = new Http("http://127.0.0.1:" + gateway.managementPort());
            assertThat(http.post(OrderRig.BUY, OrderRig.order("005930", 1, 0), "Idempotency-Key", "before").status()).isEqualTo(200);
            int before = seen.size();
            gate = new CountDownLatch(1);
            CompletableFuture<Reply> connecting =
                    http.postAsync(OrderRig.BUY, OrderRig.order("005930", 1, 0), "Idempotency-Key", "connects");
            Awaitility.await().until(() -> reached);

            assertThat(management.post("/admin/trading/halt", "").status()).isEqualTo(200);
            gate.countDown();

            Reply reply = Patience.result(connecting);
            assertThat(reply.code()).isEqualTo("TRADING_HALTED");
            assertThat(reply.at("/outcome").asText()).isEqualTo("not_placed");
            assertThat(seen).hasSize(before);
            assertThat(http.get("/api/trading/orders/connects").at("/data/state").asText()).isEqualTo("not_placed");

            assertThat(management.post("/admin/trading/resume", "").status()).isEqualTo(200);
            Reply next = http.post(OrderRig.BUY, OrderRig.order("005930", 1, 0), "Idempotency-Key", "after");
            assertThat(next.status()).as("what did not leave has given its permit back: " + next.text()).isEqualTo(200);
        }
    }
}
