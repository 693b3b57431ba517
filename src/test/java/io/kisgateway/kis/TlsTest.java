package io.kisgateway.kis;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsServer;
import io.kisgateway.call.OrderFate;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.kis.Fixture.Result;
import io.kisgateway.testing.TestCertificate;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** KIS over TLS: the certificate decides before anything leaves. */
class TlsTest {

    private static final Map<String, Object> STOCK = Map.of("stock_code", "005930", "quantity", 1);
    private static final String TRUST = "javax.net.ssl.trustStore";

    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    @TempDir
    private Path folder;
    private TestCertificate certificate;
    private HttpsServer server;

    @BeforeEach
    void start() throws Exception {
        certificate = TestCertificate.in(folder);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(certificate.serverContext()));
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange) {
                seen.add(((HttpsExchange) exchange).getSSLSession().getProtocol());
                byte[] reply = (exchange.getRequestURI().getPath().equals(StubKis.TOKEN_PATH)
                        ? "{\"access_token\":\"t\",\"expires_in\":86400}"
                        : StubKis.ORDERED.replace("\"ODNO\"", "\"stck_prpr\":\"1\",\"ODNO\""))
                        .getBytes(StandardCharsets.UTF_8);
                exchange.getRequestBody().readAllBytes();
                exchange.sendResponseHeaders(200, reply.length);
                exchange.getResponseBody().write(reply);
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        System.clearProperty(TRUST);
        System.clearProperty(TRUST + "Password");
        server.stop(0);
        threads.shutdownNow();
    }

    private void trust() {
        System.setProperty(TRUST, certificate.keyStore().toString());
        System.setProperty(TRUST + "Password", TestCertificate.PASSWORD);
    }

    private Fixture gateway(String host) {
        return new Fixture(URI.create("https://" + host + ":" + server.getAddress().getPort()),
                options -> options.hurry = true);
    }

    @Test
    void queriesAndOrdersGoOverAModernTls() {
        trust();
        try (Fixture gateway = gateway("127.0.0.1")) {
            for (int i = 0; i < 3; i++) {
                gateway.send("direct:stock-snapshot", STOCK).reply();
                gateway.order("direct:trading-buy", STOCK).reply();
            }
        }
        assertThat(seen).hasSize(7).containsOnly("TLSv1.3");
    }

    @Test
    void aCertificateOfAnotherHostStopsEverything() {
        trust();
        nothingLeaves("localhost");
    }

    @Test
    void aCertificateThatNobodyVouchesForStopsEverything() {
        nothingLeaves("127.0.0.1");
    }

    private void nothingLeaves(String host) {
        try (Fixture gateway = gateway(host)) {
            Result result = gateway.order("direct:trading-buy", STOCK);
            assertThat(result.problem().code()).isEqualTo(ProblemCode.KIS_UNAVAILABLE);
            assertThat(result.call().orderFate()).isEqualTo(OrderFate.NOT_PLACED);
        }
        assertThat(seen).isEmpty();
    }
}
