package io.kisgateway.realtime;

import static io.kisgateway.realtime.KisSocket.code;
import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.Gateway;
import io.kisgateway.order.RedisLink;
import io.kisgateway.throttle.FreePort;
import io.kisgateway.throttle.RedisProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Several instances, one session. */
@Execution(ExecutionMode.CONCURRENT)
class SharedSessionTest {

    private static final String TRADES = "H0STCNT0";

    /** Redis lets the gateway do what docs/limits.md lists, and nothing else. */
    private static RedisProcess redis() {
        try {
            return RedisProcess.start(FreePort.next(), Files.readAllLines(Path.of("docs/limits.md")).stream()
                    .filter(line -> line.startsWith("user gateway ")).findFirst().orElseThrow());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RealtimeRig rig(RedisProcess redis) {
        return RealtimeRig.start("REDIS_URL", "redis://gateway:PASSWORD@127.0.0.1:" + redis.port());
    }

    /** Whose session with KIS a busy machine may need more than ten seconds for, and says so. */
    private static void registers(KisSocket socket, String stock) {
        String[] code = new String[1];
        RealtimeRig.eventually(() -> {
            code[0] = code(socket.register(TRADES, stock));
            assertThat(code[0]).isNotEqualTo("OPSP0007");
        });
        assertThat(code[0]).isEqualTo("OPSP0000");
    }

    @Test
    void instancesShareOneSessionAndItsFortyOneRegistrations() {
        try (RedisProcess redis = redis(); RealtimeRig rig = rig(redis)) {
            Gateway second = rig.another();
            KisSocket one = rig.socket();
            KisSocket other = rig.socket(second);
            registers(one, "005930");
            registers(other, "005930");
            registers(other, "000660");
            assertThat(rig.kis.realtime().status().connections()).isEqualTo(1);
            assertThat(rig.registered()).hasSize(2);
            rig.kis.realtime().push(TRADES, "005930", 1);
            String text = one.record(TRADES, "005930");
            assertThat(other.record(TRADES, "005930")).isEqualTo(text);
            rig.kis.realtime().push(TRADES, "000660", 1);
            other.record(TRADES, "000660");
            for (int i = 2; i < 41; i++) {
                KisSocket asker = i % 2 == 0 ? one : other;
                registers(asker, "%06d".formatted(100 + i));
            }
            assertThat(code(other.register(TRADES, "035720"))).isEqualTo("OPSP0008");
            one.close();
            RealtimeRig.eventually(() -> assertThat(rig.registered()).hasSizeLessThan(41));
            registers(other, "035720");
        }
    }

    private static String redisSays(RedisProcess redis, String command) {
        try (Socket socket = new Socket("127.0.0.1", redis.port())) {
            socket.getOutputStream().write((command + "\r\nQUIT\r\n").getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What was under way went with the connection, and other instances had a gap. */
    @Test
    void aBrokenConnectionToRedisLosesNoRecord() {
        try (RedisProcess redis = redis(); RealtimeRig rig = rig(redis)) {
            KisSocket one = rig.socket();
            registers(one, "005930");
            KisSocket other = rig.socket(rig.another());
            registers(other, "005930");
            // Again if the machine is so slow that the lease was over before the connection was back.
            RealtimeRig.eventually(() -> {
                one.messages().clear();
                other.messages().clear();
                redisSays(redis, "CLIENT PAUSE 20000 WRITE");
                rig.kis.realtime().push(TRADES, "005930", 1);
                String text = one.record(TRADES, "005930");
                RealtimeRig.eventually(() -> assertThat(redisSays(redis, "CLIENT LIST TYPE normal")).contains("flags=b"));
                redisSays(redis, "CLIENT KILL TYPE normal");
                redisSays(redis, "CLIENT UNPAUSE");
                RealtimeRig.eventually(() -> {
                    rig.kis.realtime().push(TRADES, "005930", 1);
                    assertThat(other.messages()).anyMatch(SharedSessionTest::isRecord);
                });
                assertThat(other.messages().stream().filter(SharedSessionTest::isRecord).findFirst()).hasValue(text);
            });
        }
    }

    private static boolean isRecord(String message) {
        return message.startsWith("0|" + TRADES);
    }

    @Test
    void whoGoesDownHandsTheSessionOver() {
        try (RedisProcess redis = redis(); RealtimeRig rig = rig(redis)) {
            KisSocket leaving = rig.socket();
            registers(leaving, "005930");
            Gateway second = rig.another();
            KisSocket staying = rig.socket(second);
            registers(staying, "000660");
            rig.gateway().close();
            assertThat(leaving.awaitClosed()).isEqualTo(1001);
            RealtimeRig.eventually(() -> assertThat(rig.registered()).hasSize(1));
            RealtimeRig.eventually(() -> assertThat(rig.kis.realtime().push(TRADES, "000660", 1)).isTrue());
            staying.record(TRADES, "000660");
            assertThat(staying.isClosed()).isFalse();
        }
    }

    @Test
    void withoutRedisTheLastHolderGoesOnAloneAndTheOthersClientsFindOut() {
        try (RedisProcess redis = redis(); RealtimeRig rig = rig(redis)) {
            KisSocket ofHolder = rig.socket();
            registers(ofHolder, "005930");
            KisSocket ofOther = rig.socket(rig.another());
            registers(ofOther, "000660");
            redis.kill();
            assertThat(ofOther.awaitClosed()).isEqualTo(1001);
            RealtimeRig.eventually(() -> assertThat(rig.registered()).hasSize(1));
            rig.kis.realtime().push(TRADES, "005930", 1);
            ofHolder.record(TRADES, "005930");
            assertThat(ofHolder.isClosed()).isFalse();
        }
    }

    @Test
    void aHolderThatIsCutOffGivesTheSessionUpAndListensToItsSuccessorLater() {
        try (RedisProcess redis = redis(); RedisLink link = RedisLink.to(redis.port()); RealtimeRig rig = rig(redis)) {
            KisSocket ofCutOff = rig.socket(rig.another("REDIS_URL", "redis://gateway:PASSWORD@127.0.0.1:" + link.port()));
            registers(ofCutOff, "005930");
            KisSocket ofOther = rig.socket();
            registers(ofOther, "000660");
            link.cut();
            RealtimeRig.eventually(() -> {
                assertThat(rig.registered()).hasSize(1);
                assertThat(rig.kis.realtime().push(TRADES, "000660", 1)).isTrue();
            });
            ofOther.record(TRADES, "000660");
            link.mend();
            RealtimeRig.eventually(() -> assertThat(rig.registered()).hasSize(2));
            assertThat(rig.kis.realtime().status().connections()).isEqualTo(1);
            rig.kis.realtime().push(TRADES, "005930", 1);
            ofCutOff.record(TRADES, "005930");
            assertThat(ofOther.isClosed()).isFalse();
        }
    }
}
