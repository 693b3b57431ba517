package io.kisgateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kisgateway.simulator.Mode;
import io.kisgateway.testing.EventReader;
import io.kisgateway.testing.Http.Reply;
import io.kisgateway.testing.Rig;
import io.kisgateway.testing.SocketReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A key or a scope that is taken away while it is in use: what it has opened ends, and what it has ordered and still waits does not go out. */
@Execution(ExecutionMode.CONCURRENT)
class TakenAwayTest {

    private static final String BUY = "/api/trading/buy";
    private static final String ORDER = "{\"stock_code\":\"005930\",\"quantity\":1}";
    private static final String FILLS = "/api/realtime/stream?kinds=fills";

    private final String old = ApiKey.generate("bot", new SecureRandom());
    private final String young = ApiKey.generate("bot", new SecureRandom());
    private final Path file = new TestClients().write();
    @AutoClose
    private Rig rig;

    private void start(String... settings) {
        String[] all = new String[settings.length + 4];
        System.arraycopy(settings, 0, all, 4, settings.length);
        all[0] = "CLIENTS_FILE";
        all[1] = file.toString();
        all[2] = "KIS_HTS_ID";
        all[3] = "trader01";
        rig = Rig.start(options -> options.recordsPerSecond(0), Mode.REAL, all);
    }

    private void clients(String scopes, String... keys) {
        StringBuilder text = new StringBuilder("clients:\n  - name: bot\n    may: [" + scopes + "]\n    keys:\n");
        for (String key : keys) {
            text.append("      - \"sha256:").append(ApiKey.hash(key)).append("\"\n");
        }
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private int status(String key, String path) {
        return rig.http().send(rig.http().request(path).header("X-API-Key", key).GET()).status();
    }

    /** The client goes on with another key: who has found the old one must not. */
    @Test
    void aStreamEndsWithTheKeyThatOpenedIt() {
        clients("\"account:read\"", old, young);
        start();
        try (EventReader first = EventReader.open(rig.gateway().port(), FILLS, "X-API-Key", old);
                EventReader second = EventReader.open(rig.gateway().port(), FILLS, "X-API-Key", young);
                SocketReader socket = SocketReader.open(rig.gateway().port(), "/api/realtime/ws", "X-API-Key", old)) {
            first.next("subscribed");
            second.next("subscribed");
            clients("\"account:read\"", young);
            await().until(() -> status(old, "/api/realtime/status") == 401);
            socket.say("{\"subscribe\":{\"kinds\":[\"fills\"]}}");
            assertThat(socket.next("end").at("/data/reason").asText()).contains("may not");
            assertThat(first.next("end").text()).contains("may not");
            assertThat(status(young, "/api/realtime/status")).isEqualTo(200);
            assertThat(rig.management().get("/health/live").status()).isEqualTo(200);
        }
    }

    @Test
    void aSocketSubscribesToNothingWhoseScopeIsGone() {
        clients("\"account:read\", \"market:read\"", old);
        start();
        try (SocketReader socket = SocketReader.open(rig.gateway().port(), "/api/realtime/ws", "X-API-Key", old)) {
            clients("\"market:read\"", old);
            await().until(() -> rig.http().post("/api/realtime/unsubscribe", "{\"kinds\":[\"fills\"]}", "X-API-Key", old).status() == 403);
            socket.say("{\"subscribe\":{\"kinds\":[\"fills\"]}}");
            assertThat(socket.next("error").at("/data/code").asText()).isEqualTo("FORBIDDEN");
            socket.say("{\"subscribe\":{\"codes\":[\"005930\"]}}");
            socket.next("subscribed");
        }
    }

    @Test
    void anOrderThatStillWaitsDoesNotGoOut() {
        clients("buy, cancel, \"account:read\"", old);
        start("RATE_LIMIT", "1 per 30 seconds", "RATE_LIMIT_WAIT_CAP", "60", "KIS_ACCOUNT_RATE", "1000/second");
        // The second one waits for the end of a window that has just begun.
        await().until(() -> Instant.now().getEpochSecond() % 30 < 10);
        String number = order(old).join().at("/order_no").asText();
        assertThat(number).isNotEmpty();
        CompletableFuture<Reply> waiting = order(old);
        await().until(() -> rig.management().send(rig.management().request("/health").GET()).status() == 200
                && rig.simulator().calls().on("order-cash").size() == 1);
        clients("cancel, \"account:read\"", old);
        Reply refused = waiting.join();
        assertThat(refused.status()).as(refused.text()).isEqualTo(403);
        assertThat(refused.code()).isEqualTo("FORBIDDEN");
        assertThat(refused.at("/outcome").asText()).isEqualTo("not_placed");
        assertThat(rig.simulator().calls().on("order-cash")).hasSize(1);
        await().until(() -> rig.http().post(BUY, ORDER, "X-API-Key", old).status() == 403);
    }

    private CompletableFuture<Reply> order(String key) {
        return rig.http().postAsync(BUY, ORDER, "X-API-Key", key, "Prefer", "wait=60");
    }
}
