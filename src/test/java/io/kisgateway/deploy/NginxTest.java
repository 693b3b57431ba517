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

    private Process nginx(int gateway, int port) throws IOException {
        String shipped = Files.readString(DeployFiles.FOLDER.resolve("compose/nginx.conf"));
        String ours = shipped.replaceAll("gateway-[12]:8080", "127.0.0.1:" + gateway).replace("listen 8080", "listen 127.0.0.1:" + port)
                .replace("worker_processes auto;", "worker_processes 1; daemon off; pid " + folder.resolve("nginx.pid") + ";")
                .replace("access_log off;", String.format("access_log off; client_body_temp_path %1$s/a; proxy_temp_path %1$s/b;"
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
        CompletableFuture<String> first = new CompletableFuture<>();
        WebSocket socket = Patience.result(HttpClient.newHttpClient().newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + port + "/api/realtime/ws"), new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
                        first.complete(text.toString());
                        return null;
                    }
                }));
        Patience.result(socket.sendText("{\"subscribe\":{\"codes\":[\"005930\"],\"kinds\":[\"trade\"]}}", true));
        String said = Patience.result(first);
        socket.abort();
        return said;
    }

    /** It once answered 400 to whoever wanted a WebSocket. */
    @Test
    void requestsStreamsAndWebSocketsGoThrough() throws Exception {
        assumeTrue(isThere(), "there is no nginx");
        int port = free();
        try (Rig rig = Rig.unlimited()) {
            Process nginx = nginx(rig.gateway().port(), port);
            try {
                Http http = new Http("http://127.0.0.1:" + port);
                Awaitility.await().ignoreException(AssertionError.class).until(() -> http.get("/health/ready").status() == 200);
                assertThat(http.post("/api/market-data/snapshot", STOCK).status()).isEqualTo(200);
                // On a busy machine KIS's session may be too late for the first.
                Awaitility.await().until(() -> subscribes(port).startsWith("{\"event\":\"subscribed\""));
            } finally {
                nginx.destroy();
                nginx.waitFor(10, TimeUnit.SECONDS);
            }
        }
    }
}
