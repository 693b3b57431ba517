package io.kisgateway.kis;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsServer;
import io.kisgateway.call.OrderFate;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.kis.Fixture.Result;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** KIS over TLS: the certificate decides before anything leaves. */
class TlsTest {

    private static final Map<String, Object> STOCK = Map.of("stock_code", "005930", "quantity", 1);
    private static final String TRUST = "javax.net.ssl.trustStore";
    private static final String PASSWORD = "changeit";

    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    @TempDir
    private Path folder;
    private Path keys;
    private HttpsServer server;

    @BeforeEach
    void start() throws Exception {
        keys = folder.resolve("keys.p12");
        Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-alias", "kis", "-keyalg", "EC", "-dname", "CN=kis", "-ext", "SAN=ip:127.0.0.1",
                "-storetype", "PKCS12", "-keystore", keys.toString(), "-storepass", PASSWORD)
                .redirectErrorStream(true).start();
        assertThat(keytool.waitFor()).as(new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isZero();
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context()));
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

    private SSLContext context() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    @AfterEach
    void stop() {
        System.clearProperty(TRUST);
        System.clearProperty(TRUST + "Password");
        server.stop(0);
        threads.shutdownNow();
    }

    private void trust() {
        System.setProperty(TRUST, keys.toString());
        System.setProperty(TRUST + "Password", PASSWORD);
    }

    private Fixture gateway(String host) {
        return new Fixture(URI.create("https://" + host + ":" + server.getAddress().getPort()), Routes.ALL,
                options -> options.hurry = true);
    }

    @Test
    void queriesAndOrdersGoOverAModernTls() {
        trust();
        try (Fixture gateway = gateway("127.0.0.1")) {
            for (int i = 0; i < 3; i++) {
                gateway.send("direct:price", STOCK).reply();
                gateway.order("direct:buy", STOCK).reply();
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
            Result result = gateway.order("direct:buy", STOCK);
            assertThat(result.problem().code()).isEqualTo(ProblemCode.KIS_UNAVAILABLE);
            assertThat(result.call().orderFate()).isEqualTo(OrderFate.NOT_PLACED);
        }
        assertThat(seen).isEmpty();
    }
}
