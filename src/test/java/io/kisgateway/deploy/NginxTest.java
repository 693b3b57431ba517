package io.kisgateway.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kisgateway.testing.Http;
import io.kisgateway.testing.Patience;
import io.kisgateway.testing.Rig;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the nginx of compose.yaml lets through, where there is an nginx. */
class NginxTest {

    private static final String STOCK = "{\"stock_code\":\"005930\"}";

    @TempDir
    private Path folder;

    private static boolean isThere() {
        return List.of(System.getenv("PATH").split(":")).stream().anyMatch(path -> Files.isExecutable(Path.of(path, "nginx")));
    }

    private Process composed(int gateway, int port) throws IOException {
        String shipped = Files.readString(DeployFiles.FOLDER.resolve("compose/nginx.conf"));
        return nginx(shipped.replaceAll("gateway-[12]:8080", "127.0.0.1:" + gateway).replace("listen 8080", "listen 127.0.0.1:" + port)
                .replace("worker_processes auto;", ""));
    }

    /** The document's, without its certificate. */
    private Process documented(int gateway, int rest, int realtime) throws IOException {
        String shown = Files.readString(Path.of("docs/kis-front.md")).replaceFirst("(?s).*<!-- nginx of kis's names -->\n```nginx\n", "")
                .replaceFirst("(?s)```.*", "");
        return nginx(shown.replace("127.0.0.1:8080", "127.0.0.1:" + gateway)
                .replace("listen 192.0.2.10:9443 ssl;", "listen 127.0.0.1:" + rest + ";")
                .replace("listen 192.0.2.10:21000;", "listen 127.0.0.1:" + realtime + ";").replaceAll("ssl_certificate.*;", ""));
    }

    private Process nginx(String config) throws IOException {
        String ours = "worker_processes 1; daemon off; pid " + folder.resolve("nginx.pid") + ";"
                + config.replaceFirst("http \\{", String.format("http { client_body_temp_path %1$s/a; proxy_temp_path %1$s/b;"
                        + " fastcgi_temp_path %1$s/c; uwsgi_temp_path %1$s/d; scgi_temp_path %1$s/e;", folder));
        Path file = Files.writeString(folder.resolve("nginx.conf"), ours);
        return new ProcessBuilder("nginx", "-c", file.toString(), "-e", folder.resolve("error.log").toString())
                .redirectErrorStream(true).redirectOutput(folder.resolve("output.log").toFile()).start();
    }

    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** @return the first that a WebSocket is told */
    private static String subscribes(int port) throws Exception {
        return told("ws://127.0.0.1:" + port + "/api/realtime/ws", "{\"subscribe\":{\"codes\":[\"005930\"],\"kinds\":[\"trade\"]}}");
    }

    private static String told(String url, String message) throws Exception {
        CompletableFuture<String> first = new CompletableFuture<>();
        WebSocket socket = Patience.result(HttpClient.newHttpClient().newWebSocketBuilder()
                .buildAsync(URI.create(url), new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
                        first.complete(text.toString());
                        return null;
                    }
                }));
        Patience.result(socket.sendText(message, true));
        String said = Patience.result(first);
        socket.abort();
        return said;
    }

    /** It once answered 400 to whoever wanted a WebSocket. */
    @Test
    void requestsStreamsAndWebSocketsGoThrough() throws Exception {
        assumeTrue(isThere(), "there is no nginx");
        int port = free();
        try (Rig rig = Rig.unlimited("KIS_FRONT", "true")) {
            Process nginx = composed(rig.gateway().port(), port);
            try {
                Http http = new Http("http://127.0.0.1:" + port);
                Awaitility.await().ignoreException(AssertionError.class).until(() -> http.get("/health/ready").status() == 200);
                assertThat(http.post("/api/market-data/snapshot", STOCK).status()).isEqualTo(200);
                assertThat(price(http).status()).as("tr_id goes through").isEqualTo(200);
                // On a busy machine KIS's session may be too late for the first.
                Awaitility.await().until(() -> subscribes(port).startsWith("{\"event\":\"subscribed\""));
            } finally {
                nginx.destroy();
                nginx.waitFor(10, TimeUnit.SECONDS);
            }
        }
    }

    /** As a client of KIS asks. */
    private static Http.Reply price(Http http) {
        return http.send(http.request("/uapi/domestic-stock/v1/quotations/inquire-price?FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=005930")
                .headers("authorization", "Bearer any", "appkey", "a-key", "appsecret", "a-secret", "tr_id", "FHKST01010100"));
    }

    @Test
    void clientsWithKisUrlInTheirCodeGetThrough() throws Exception {
        assumeTrue(isThere(), "there is no nginx");
        int rest = free();
        int realtime = free();
        try (Rig rig = Rig.unlimited("KIS_FRONT", "true")) {
            Process nginx = documented(rig.gateway().port(), rest, realtime);
            try {
                Http http = new Http("http://127.0.0.1:" + rest);
                Awaitility.await().ignoreException(AssertionError.class).until(() -> price(http).status() == 200);
                String key = http.post("/oauth2/Approval",
                        "{\"grant_type\":\"client_credentials\",\"appkey\":\"a-key\",\"secretkey\":\"a-secret\"}").at("/approval_key")
                        .asText();
                String register =
                        "{\"header\":{\"approval_key\":\"" + key + "\",\"custtype\":\"P\",\"tr_type\":\"1\",\"content-type\":\"utf-8\"},"
                                + "\"body\":{\"input\":{\"tr_id\":\"H0STCNT0\",\"tr_key\":\"005930\"}}}";
                Awaitility.await().until(() -> told("ws://127.0.0.1:" + realtime, register).contains("SUBSCRIBE SUCCESS"));
            } finally {
                nginx.destroy();
                nginx.waitFor(10, TimeUnit.SECONDS);
            }
        }
    }
}
