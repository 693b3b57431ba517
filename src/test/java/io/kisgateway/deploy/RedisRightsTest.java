package io.kisgateway.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kisgateway.simulator.Mode;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Rig;
import io.kisgateway.throttle.FreePort;
import io.kisgateway.throttle.RedisProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.redisson.api.RScript;
import org.redisson.client.codec.StringCodec;

/** The rights that docs/limits.md lists are all that a user of Redis needs, and each of them is needed. */
class RedisRightsTest {

    private static final Pattern USER =
            Pattern.compile("(?m)^user gateway on >PASSWORD ~kis-gateway:\\* resetchannels &kis-gateway:\\* -@all (\\+.*)$");
    private static final Pattern KEY = Pattern.compile("`([^`]+)`");
    private static final Pattern COMMAND = Pattern.compile("redis\\.p?call\\('([A-Z]+)'");
    /** What this test does not come by: a token that another gateway asks for, the confirmed orders of a stock in doubt, realtime data. */
    private static final Set<String> RARE = Set.of("pttl", "hgetall", "sadd", "srem", "subscribe", "unsubscribe");

    @TempDir
    private Path folder;

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static MatchResult user(String file) {
        return USER.matcher(read(file)).results().collect(Collectors.collectingAndThen(Collectors.toList(), found -> {
            assertThat(found).as(file).hasSize(1);
            return found.get(0);
        }));
    }

    /** As they are written: {@code config|get}. */
    private static Set<String> listed() {
        return Stream.of(user("docs/limits.md").group(1).split(" ")).map(right -> right.substring(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The scripts of Lua, and those that stand in Java. */
    private static Set<String> ofScripts() {
        try (Stream<Path> files = Files.walk(Path.of("src/main"))) {
            return files.filter(Files::isRegularFile).filter(file -> file.toString().matches(".*\\.(lua|java)"))
                    .flatMap(file -> COMMAND.matcher(read(file.toString())).results())
                    .map(found -> found.group(1).toLowerCase(Locale.ROOT)).collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String info(RedisProcess redis, String section) {
        StringBuilder info = new StringBuilder();
        redis.cli(client -> info.append(client.getScript(StringCodec.INSTANCE).<String>eval(RScript.Mode.READ_ONLY,
                "return redis.call('INFO', '" + section + "')", RScript.ReturnType.VALUE)));
        return info.toString();
    }

    /** The names of keys in docs/operations.md; what stands there in capitals is a place for something. */
    private static List<Pattern> documented() {
        String manual = read("docs/operations.md");
        String table = manual.substring(manual.indexOf("| Key | Holds | Until |"), manual.indexOf("## Alerts"));
        return table.lines().filter(line -> line.startsWith("| `")).map(line -> line.split("\\|")[1])
                .flatMap(cell -> KEY.matcher(cell).results())
                .map(name -> name.group(1).replaceAll("[{}]", "\\\\$0").replaceAll("[A-Z]+", ".+"))
                .map(name -> Pattern.compile("kis-gateway:" + name)).toList();
    }

    /** Redis tells of commands with their second word since it is 7. */
    private static boolean tells(String stats, String right) {
        return stats.contains("cmdstat_" + right + ":") || stats.contains("cmdstat_" + right.replaceFirst("\\|.*", "") + ":");
    }

    @Test
    @SuppressWarnings("try")
    void limitsTokenAndOrdersAreServedWithThem() {
        String[] settings = {"dir " + folder, "appendonly yes", "appendfsync always", "maxmemory-policy noeviction",
            user("docs/limits.md").group()};
        int port = FreePort.next();
        try (RedisProcess redis = RedisProcess.start(port, settings);
                RedisProcess replica = RedisProcess.start(FreePort.next(), "replicaof 127.0.0.1 " + port);
                Rig rig = Rig.start(options -> options, Mode.REAL, "REDIS_URL", "redis://gateway:PASSWORD@127.0.0.1:" + port + "/1")) {
            await().until(() -> info(redis, "replication").contains("state=online"));
            await().until(() -> rig.http().get("/health").at("/status").asText().equals("ok"));
            await().untilAsserted(() -> {
                Http.Reply order = rig.http().post("/api/trading/buy", "{\"stock_code\":\"005930\",\"quantity\":1}", "Idempotency-Key",
                        "rights");
                assertThat(order.status()).as(order.text()).isEqualTo(200);
            });
            assertThat(rig.http().get("/api/trading/orders").at("/data")).isNotEmpty();
            await().untilAsserted(() -> assertThat(listed()).as("used, one and all")
                    .allMatch(right -> ofScripts().contains(right) || RARE.contains(right) || tells(info(redis, "commandstats"), right)));
            assertThat(rig.http().get("/api/market-data/is-trading-day?date=" + LocalDate.now(ZoneId.of("Asia/Seoul"))).status())
                    .isEqualTo(200);
            List<String> keys = new ArrayList<>();
            redis.cli(client -> keys.addAll(client.getScript(StringCodec.INSTANCE).<List<String>>eval(RScript.Mode.READ_ONLY,
                    "redis.call('SELECT', '1') return redis.call('KEYS', '*')", RScript.ReturnType.MULTI)));
            assertThat(keys).hasSizeGreaterThan(8)
                    .allMatch(key -> documented().stream().anyMatch(name -> name.matcher(key).matches()));
            assertThat(listed()).containsAll(ofScripts()).containsAll(RARE);
            assertThat(info(redis, "errorstats")).doesNotContain("NOPERM");
        }
    }

    @Test
    void theVmBesideCloudRunGivesTheSame() {
        assertThat(user("deploy/cloudrun/redis.conf").group()).isEqualTo(user("docs/limits.md").group());
    }
}
