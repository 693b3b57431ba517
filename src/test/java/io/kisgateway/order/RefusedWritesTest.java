package io.kisgateway.order;

import static io.kisgateway.order.OrderRig.BUY;
import static io.kisgateway.order.OrderRig.order;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.simulator.Mode;
import io.kisgateway.testing.Http.Reply;
import io.kisgateway.testing.Rig;
import io.kisgateway.throttle.FreePort;
import io.kisgateway.throttle.RedisProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.redisson.api.RScript;
import org.redisson.client.codec.StringCodec;

/** A Redis that answers, and does not let the gateway write: its user lacks a right that only some scripts need. */
class RefusedWritesTest {

    private static final String BODY = order("005930", 1, 0);
    private static final Pattern COMMAND = Pattern.compile("redis\\.p?call\\('([A-Z]+)'");

    private static RedisProcess redis(String rights) {
        return RedisProcess.start(FreePort.next(), "user gateway on >PASSWORD ~* &* " + rights);
    }

    private static Rig gateway(RedisProcess redis) {
        return Rig.start(options -> options, Mode.REAL, "REDIS_URL", "redis://gateway:PASSWORD@127.0.0.1:" + redis.port(), "RATE_LIMIT",
                "100000 per second");
    }

    private static void operator(RedisProcess redis, String rights) {
        try (Socket socket = new Socket("127.0.0.1", redis.port())) {
            socket.getOutputStream().write(("ACL SETUSER gateway " + rights + "\r\n").getBytes(US_ASCII));
            assertThat(new String(socket.getInputStream().readNBytes(3), US_ASCII)).isEqualTo("+OK");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode journal(Rig rig) {
        return rig.http().get("/health").at("/orders/journal");
    }

    private static void awaitWritable(Rig rig, boolean writable) {
        await().untilAsserted(() -> assertThat(journal(rig).path("writable").booleanValue()).isEqualTo(writable));
    }

    private static long alarms(Rig rig) {
        return rig.management().get("/metrics").text().lines().filter(line -> line.startsWith("kis_gateway_order_alarms_total{")
                && !line.endsWith(" 0.0")).count();
    }

    private static long open(RedisProcess redis) {
        long[] size = new long[1];
        redis.cli(client -> size[0] = client.getScript(StringCodec.INSTANCE).<Long>eval(RScript.Mode.READ_ONLY,
                "local n = 0 for _, key in ipairs(redis.call('KEYS', '*:open')) do n = n + redis.call('ZCARD', key) end return n",
                RScript.ReturnType.INTEGER));
        return size[0];
    }

    /** Before the first order, so that none finds it out. */
    @Test
    void isSaidAtTheStart() {
        try (RedisProcess redis = redis("+@all -zrem"); Rig rig = gateway(redis)) {
            awaitWritable(rig, false);
            assertThat(journal(rig).path("why").asText()).isEqualTo("NOPERM");
            assertThat(rig.management().get("/console/data").at("/findings").findValuesAsText("code")).contains("journal-away");
            Reply refused = rig.http().post(BUY, BODY);
            assertThat(refused.code()).isEqualTo("JOURNAL_UNAVAILABLE");
            assertThat(refused.at("/outcome").asText()).isEqualTo("not_placed");
            assertThat(rig.simulator().orders().list()).isEmpty();

            operator(redis, "+zrem");
            awaitWritable(rig, true);
            assertThat(rig.http().post(BUY, BODY).status()).isEqualTo(200);
        }
    }

    /** It was said that its end contradicts itself, "not_placed to not_placed", and a second later that all is well. */
    @Test
    void whatWasBeingWrittenIsNoContradictionAndTheJournalIsAwayUntilItCanBeWritten() {
        try (RedisProcess redis = redis("+@all"); Rig rig = gateway(redis)) {
            awaitWritable(rig, true);
            assertThat(rig.http().post(BUY, BODY).status()).isEqualTo(200);

            operator(redis, "-zadd");
            Reply refused = rig.http().post(BUY, BODY);
            assertThat(refused.code()).as(refused.text()).isEqualTo("JOURNAL_UNAVAILABLE");
            awaitWritable(rig, false);
            // Long enough for some signs of life, each of which Redis takes.
            await().during(Duration.ofSeconds(3)).until(() -> !journal(rig).path("writable").booleanValue());
            assertThat(rig.http().post(BUY, BODY).code()).isEqualTo("JOURNAL_UNAVAILABLE");

            operator(redis, "+zadd");
            awaitWritable(rig, true);
            await().until(() -> rig.http().post(BUY, BODY).status() == 200);
            assertThat(alarms(rig)).isZero();
            assertThat(rig.simulator().orders().list()).hasSize(2);
            await().until(() -> open(redis) == 0);
        }
    }

    /** Redis undoes nothing of a script that it stops: what is left in the list of open orders was read as one without a next moment. */
    @Test
    void anEndThatWasWrittenByHalfLeavesNothingOpen() {
        try (RedisProcess redis = redis("+@all"); Rig rig = gateway(redis)) {
            awaitWritable(rig, true);
            operator(redis, "-zrem");
            // It leaves before the gateway knows; nobody after it does.
            await().until(() -> {
                rig.http().post(BUY, BODY, "Idempotency-Key", "half");
                return !journal(rig).path("writable").booleanValue();
            });
            operator(redis, "+zrem");
            awaitWritable(rig, true);
            await().until(() -> open(redis) == 0);
            Reply known = OrderRig.untilKnown(rig.http(), BUY, BODY, "half");
            assertThat(known.status()).isEqualTo(200);
            assertThat(rig.simulator().orders().list()).hasSize(1);
            assertThat(alarms(rig)).isZero();
        }
    }

    /** What a script calls that is not on trial would be found out by an order. */
    @Test
    void everyCommandOfTheJournalIsOnTrial() throws IOException {
        Set<String> used = new TreeSet<>();
        try (Stream<Path> scripts = Files.walk(Path.of("src/main/resources/order/journal"));
                Stream<Path> classes = Files.walk(Path.of("src/main/java/io/kisgateway/order/journal"))) {
            for (Path file : Stream.concat(scripts, classes).filter(Files::isRegularFile).filter(file -> !file.endsWith("trial.lua"))
                    .toList()) {
                COMMAND.matcher(Files.readString(file)).results().forEach(found -> used.add(found.group(1)));
            }
        }
        used.remove("INFO");
        assertThat(used).isNotEmpty();
        String trial = Files.readString(Path.of("src/main/resources/order/journal/trial.lua"));
        assertThat(used).allMatch(command -> trial.contains("'" + command + "'"));
    }
}
