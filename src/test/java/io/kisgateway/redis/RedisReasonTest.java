package io.kisgateway.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.kisgateway.throttle.FreePort;
import io.kisgateway.throttle.RedisProcess;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Why a real Redis refuses is said in its own word, and nothing that was sent. */
class RedisReasonTest {

    private static final String SCRIPT = "redis.call('SET', KEYS[1], 's3cret') return {1}";

    private static String reason(int port, String credentials) {
        RedisConnection connection = RedisConnection.open(RedisAddress.parse("redis://" + credentials + "127.0.0.1:" + port), "t:");
        try {
            String[] reason = new String[1];
            await().until(() -> {
                CompletableFuture<List<Long>> reply = connection.run(SCRIPT, List.of("t:key"), List.of()).toCompletableFuture();
                reason[0] = reply.handle((numbers, failure) -> failure == null ? "none" : Reason.of(failure)).join();
                return !reason[0].contains("in time") && !reason[0].contains("connection");
            });
            return reason[0];
        } finally {
            connection.close();
        }
    }

    @Test
    void withoutTheRight() {
        try (RedisProcess redis = RedisProcess.start(FreePort.next(), "user gate on >pass ~* &* +@all -@dangerous -@scripting")) {
            assertThat(reason(redis.port(), "gate:pass@")).isEqualTo("NOPERM");
        }
    }

    @Test
    void withAWrongPassword() {
        try (RedisProcess redis = RedisProcess.start(FreePort.next(), "user gate on >pass ~* &* +@all")) {
            assertThat(reason(redis.port(), "gate:other@")).isEqualTo("WRONGPASS");
        }
    }

    @Test
    void whereNothingCanBeWritten() {
        int other = FreePort.next();
        try (RedisProcess redis = RedisProcess.start(FreePort.next(), "replicaof 127.0.0.1 " + other)) {
            assertThat(reason(redis.port(), "")).isEqualTo("READONLY");
        }
    }

    @Test
    void withoutMemory() {
        try (RedisProcess redis = RedisProcess.start(FreePort.next(), "maxmemory 1")) {
            assertThat(reason(redis.port(), "")).isEqualTo("OOM");
        }
    }

    /** Seen at a running gateway: its log said only that Redis does not answer. */
    @Test
    void aPasswordThatIsChangedLater() throws IOException {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        Logger log = (Logger) LoggerFactory.getLogger(Refusals.class);
        log.addAppender(lines);
        try (RedisProcess redis = RedisProcess.start(FreePort.next(), "requirepass old");
                RedisConnection connection = RedisConnection.open(RedisAddress.parse("redis://:old@127.0.0.1:" + redis.port()), "t:");
                Socket operator = new Socket("127.0.0.1", redis.port())) {
            await().until(() -> connection.run(SCRIPT, List.of("t:key"), List.of()).toCompletableFuture()
                    .handle((numbers, failure) -> failure == null).join());
            operator.getOutputStream().write("AUTH old\r\nCONFIG SET requirepass new\r\nCLIENT KILL TYPE normal\r\n".getBytes(UTF_8));
            await().untilAsserted(() -> assertThat(List.copyOf(lines.list))
                    .extracting(ILoggingEvent::getFormattedMessage).anyMatch(said -> said.contains("turns connections away (WRONGPASS)")));
            assertThat(lines.list.toString()).doesNotContain("old", "new");
        } finally {
            log.detachAppender(lines);
        }
    }
}
