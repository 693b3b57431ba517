package io.kisgateway.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.testing.Patience;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Clients come and go, and leave nothing behind. */
class LeakTest {

    private static final int AT_ONCE = 50;
    private static final int WARM_UP = 200;
    private static final long MEGABYTE = 1024 * 1024;
    /** Of heap, over 10,000 connections: less than half a kilobyte of each. */
    private static final long MOST_LEFT = 5 * MEGABYTE;
    /** The bounded pool that requests come in by, which grows as it is used, and the test's own. */
    private static final Pattern OF_POOLS = Pattern.compile("edge-\\d+|awaitility-thread");

    private record Left(long heap, List<String> threads, int beans) {}

    private static Left left() {
        long heap = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            heap = Math.min(heap, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return new Left(heap, Thread.getAllStackTraces().keySet().stream().map(Thread::getName).sorted().toList(),
                ManagementFactory.getPlatformMBeanServer().getMBeanCount());
    }

    private static CompletableFuture<String> visit(WebSocketClient client, int port, int number) {
        CompletableFuture<String> done = new CompletableFuture<>();
        client.connect(port, "127.0.0.1", number % 2 == 0 ? "/" : "/tryitout")
                .onFailure(done::completeExceptionally)
                .onSuccess(socket -> {
                    socket.textMessageHandler(text -> answered(socket, number, text, done));
                    var unused = socket.writeTextMessage(KisSocket.message("client-" + number % 7, "1", "H0STCNT0",
                            "%06d".formatted(100 + number % 30)));
                });
        return done;
    }

    /** One in three says goodbye, one gives its registration back first, one is gone. */
    private static void answered(WebSocket socket, int number, String text, CompletableFuture<String> done) {
        if (number % 3 == 1 && text.contains("OPSP0000")) {
            var unused = socket.writeTextMessage(KisSocket.message("client-" + number % 7, "2", "H0STCNT0",
                    "%06d".formatted(100 + number % 30)));
            return;
        }
        var unused = number % 3 == 2 ? socket.close((short) 1006).otherwiseEmpty() : socket.close();
        done.complete(text);
    }

    private static void visits(WebSocketClient client, int port, int count) throws Exception {
        for (int done = 0; done < count; done += AT_ONCE) {
            List<CompletableFuture<String>> visits = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                visits.add(visit(client, port, done + i));
            }
            for (CompletableFuture<String> visit : visits) {
                assertThat(Patience.result(visit)).containsAnyOf("OPSP0000", "OPSP0001");
            }
        }
    }

    private static void leavesNothing(int count) throws Exception {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setUseDaemonThread(true));
        try (RealtimeRig rig = RealtimeRig.start("KIS_ACCOUNT_RATE", "1000/second")) {
            WebSocketClient client = vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(AT_ONCE * 4));
            KisSocket stays = rig.socket();
            stays.register("H0STCNT0", "005930");
            visits(client, rig.gateway().port(), WARM_UP);
            RealtimeRig.eventually(() -> assertThat(rig.registered()).containsExactly("H0STCNT0 005930"));
            Left before = left();
            visits(client, rig.gateway().port(), count);
            RealtimeRig.eventually(() -> assertThat(rig.registered()).containsExactly("H0STCNT0 005930"));
            RealtimeRig.eventually(() -> {
                Left after = left();
                assertThat(after.heap() - before.heap()).isLessThan(MOST_LEFT);
                List<String> more = new ArrayList<>(after.threads());
                before.threads().forEach(more::remove);
                more.removeIf(OF_POOLS.asMatchPredicate());
                assertThat(more).isEmpty();
                assertThat(after.beans()).isEqualTo(before.beans());
            });
            rig.kis.realtime().push("H0STCNT0", "005930", 1);
            stays.record("H0STCNT0", "005930");
        } finally {
            Patience.result(vertx.close().toCompletionStage().toCompletableFuture());
        }
    }

    @Test
    void hundredsOfClientsLeaveNothingBehind() throws Exception {
        leavesNothing(300);
    }

    @Test
    @Tag("campaign")
    void tenThousandClientsLeaveNothingBehind() throws Exception {
        leavesNothing(10_000);
    }
}
