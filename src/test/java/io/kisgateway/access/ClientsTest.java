package io.kisgateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kisgateway.Gateway;
import io.kisgateway.runtime.KoreanTime;
import io.kisgateway.simulator.Fault;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Http.Reply;
import io.kisgateway.testing.RawHttp;
import io.kisgateway.testing.Rig;
import io.kisgateway.testing.TestFolder;
import io.kisgateway.throttle.FreePort;
import io.kisgateway.throttle.RedisProcess;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client may do is what its lines say, and what it orders is its own. */
class ClientsTest {

    private static final String BUY = "/api/trading/buy";
    private static final String TRADER = "may: [buy, sell, cancel, \"account:read\"]";
    @AutoClose
    private static Rig rig;
    private static long low;
    private static String one;
    private static String other;
    private static String bounded;
    private static String admin;
    private static String buyer;

    @BeforeAll
    static void start() {
        TestClients clients = new TestClients();
        one = clients.add("one", "", TRADER);
        other = clients.add("other", "", TRADER);
        admin = clients.add("admin", "", "may: [cancel, buy, \"account:read\", admin]");
        buyer = clients.add("buyer", "", "may: [buy]");
        bounded = clients.add("bounded", "", TRADER, "stocks: [\"005930\", \"000660\"]", "max_quantity: 10", "max_value: 900_000");
        rig = Rig.unlimited("CLIENTS_FILE", clients.write().toString());
        low = rig.simulator().market().lowerLimit("005930");
    }

    private static String order(String code, long quantity, long price) {
        return "{\"stock_code\":\"" + code + "\",\"quantity\":" + quantity + ",\"price\":" + price + "}";
    }

    private static Reply post(String key, String path, String body, String... headers) {
        return post(rig.http(), key, path, body, headers);
    }

    private static Reply post(Http http, String key, String path, String body, String... headers) {
        String[] all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 2, headers.length);
        all[0] = "Authorization";
        all[1] = "Bearer " + key;
        return http.post(path, body, all);
    }

    private static Reply get(String key, String path) {
        return rig.http().send(rig.http().request(path).header("X-API-Key", key).GET());
    }

    private static void isForbidden(Reply reply, String names) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(403);
        assertThat(reply.code()).isEqualTo("FORBIDDEN");
        assertThat(reply.at("/detail").asText()).contains(names);
        assertThat(reply.at("/outcome").asText()).isEqualTo("not_placed");
    }

    @Test
    void anOrderOverABoundIsRefusedAndTheBoundNamed() {
        isForbidden(post(bounded, BUY, order("035720", 1, low)), "stocks");
        isForbidden(post(bounded, BUY, order("005930", 11, low)), "max_quantity");
        isForbidden(post(bounded, "/api/trading/sell", order("005930", 11, low)), "max_quantity");
        isForbidden(post(bounded, BUY, order("005930", 900_000 / low + 1, low)), "max_");
        // Without a price of its own it may cost the upper limit.
        long high = rig.simulator().market().upperLimit("005930");
        isForbidden(post(bounded, BUY, order("005930", Math.min(10, 900_000 / high + 1), 0)), "max_value");
        // What KIS sends to the market at the close as well, whatever its price is until then.
        long most = Math.min(10, 900_000 / low);
        isForbidden(post(bounded, BUY, order("005930", most, low).replace("}", ",\"order_type\":\"conditional_limit\"}")), "max_value");
        assertThat(post(bounded, BUY, order("005930", 1, low)).status()).isEqualTo(200);
        assertThat(post(one, BUY, order("005930", 11, low)).status()).isEqualTo(200);
    }

    /** What is left of an order that was changed whole, KIS knows. */
    @Test
    void anOrderUnderABoundIsChangedAsOftenAsItsOwnerLikes() {
        String number = post(bounded, BUY, order("005930", 2, low)).at("/order_no").asText();
        for (int i = 0; i < 3; i++) {
            Reply changed = post(bounded, "/api/trading/modify", "{\"order_no\":\"" + number + "\",\"price\":" + (low + 100L * i) + "}");
            assertThat(changed.status()).as(changed.text()).isEqualTo(200);
            number = changed.at("/order_no").asText();
        }
        isForbidden(post(bounded, "/api/trading/modify", "{\"order_no\":\"" + number + "\",\"price\":" + 450_100 + "}"), "max_value");
    }

    @Test
    void keysOfOrdersAreEachClientsOwn() {
        Reply first = post(one, BUY, order("005930", 1, low), "Idempotency-Key", "2026-11-27-buy-1");
        Reply second = post(other, BUY, order("005930", 1, low), "Idempotency-Key", "2026-11-27-buy-1");
        Reply third = post(other, BUY, order("005930", 2, low), "Idempotency-Key", "2026-11-27-buy-2");
        Reply again = post(one, BUY, order("005930", 1, low), "Idempotency-Key", "2026-11-27-buy-1");

        assertThat(first.status()).isEqualTo(200);
        assertThat(second.status()).isEqualTo(200);
        assertThat(second.header("Idempotent-Replayed")).isNull();
        assertThat(second.at("/order_no")).isNotEqualTo(first.at("/order_no"));
        assertThat(third.status()).isEqualTo(200);
        assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(again.at("/order_no")).isEqualTo(first.at("/order_no"));
        assertThat(get(one, "/api/trading/orders/2026-11-27-buy-2").status()).isEqualTo(404);
    }

    /** Identical queries share a call, but nobody sees by that what is another's. */
    @Test
    void anothersOrderIsNotSeenByAskingAtTheSameMoment() {
        String number = post(one, BUY, order("005930", 2, low)).at("/order_no").asText();
        rig.simulator().faults().add(Fault.of(Fault.Kind.LATENCY).onPath("inquire-daily-ccld").ms(1000).times(2));
        try {
            int before = rig.simulator().calls().on("inquire-daily-ccld").size();
            CompletableFuture<Reply> owners = CompletableFuture.supplyAsync(() -> get(one, "/api/trading/orders/" + number));
            await().until(() -> rig.simulator().calls().on("inquire-daily-ccld").size() > before);
            assertThat(get(other, "/api/trading/orders/" + number).status()).isEqualTo(404);
            assertThat(owners.join().status()).isEqualTo(200);
            CompletableFuture<Reply> list = CompletableFuture.supplyAsync(() -> get(one, "/api/account/orders"));
            await().until(() -> rig.simulator().calls().on("inquire-daily-ccld").size() > before + 1);
            assertThat(get(other, "/api/account/orders").at("/data").findValuesAsText("order_no")).doesNotContain(number);
            assertThat(list.join().at("/data").findValuesAsText("order_no")).contains(number);
        } finally {
            rig.simulator().faults().clear();
        }
    }

    @Test
    void anothersOrderIsAsIfThereWereNone() {
        String number = post(one, BUY, order("005930", 3, low)).at("/order_no").asText();
        assertThat(get(one, "/api/trading/orders/" + number).status()).isEqualTo(200);
        assertThat(get(other, "/api/trading/orders/" + number).status()).isEqualTo(404);
        assertThat(get(other, "/api/trading/orders").text()).doesNotContain(number);
        assertThat(get(one, "/api/trading/orders").text()).contains(number);
        assertThat(get(admin, "/api/trading/orders").text()).contains(number);

        String cancel = "{\"order_no\":\"" + number + "\"}";
        Reply refused = post(other, "/api/trading/cancel", cancel);
        assertThat(refused.status()).isEqualTo(404);
        assertThat(refused.code()).isEqualTo("UNKNOWN_ORDER");
        assertThat(refused.at("/outcome").asText()).isEqualTo("not_placed");
        assertThat(post(other, "/api/trading/modify", "{\"order_no\":\"" + number + "\",\"price\":" + low + "}").status()).isEqualTo(404);
        assertThat(rig.simulator().orders().find(number).orElseThrow().toString()).isNotNull();
        assertThat(post(admin, "/api/trading/cancel", cancel).status()).isEqualTo(200);
    }

    @Test
    void whoMayOnlyBuyChangesNoSale() {
        String number =
                post(one, "/api/trading/sell", order("005930", 1, rig.simulator().market().upperLimit("005930"))).at("/order_no").asText();
        Reply refused = post(admin, "/api/trading/modify", "{\"order_no\":\"" + number + "\",\"price\":" + low + "}");
        isForbidden(refused, "sell");
        assertThat(post(buyer, "/api/trading/modify", "{\"order_no\":\"" + number + "\",\"price\":" + low + "}").status()).isEqualTo(404);
    }

    /** where nobody has a key, nobody shall find another's Idempotency-Key. */
    @Test
    void withoutClientsTheListShowsNoKeys() {
        try (Rig open = Rig.unlimited()) {
            assertThat(open.http().post(BUY, order("005930", 1, low), "Idempotency-Key", "a-secret-of-mine").status()).isEqualTo(200);
            Reply list = open.http().get("/api/trading/orders");
            assertThat(list.at("/data")).hasSize(1);
            assertThat(list.text()).doesNotContain("a-secret-of-mine", "idempotency_key");
        }
    }

    /** Nobody's body is waited for who may not send it, and no permit is taken. */
    @Test
    void aRefusalComesBeforeTheBodyAndCostsNoPermit() {
        TestClients clients = new TestClients();
        String key = clients.add("only", "", "may: [\"market:read\"]");
        try (Rig scarce =
                Rig.unlimited("CLIENTS_FILE", clients.write().toString(), "RATE_LIMIT", "1 per hour", "RATE_LIMIT_MAX_WAIT", "0")) {
            for (String header : new String[] {"", "X-API-Key: " + "x".repeat(50) + "\r\n"}) {
                RawHttp.Answer answer =
                        RawHttp.first(scarce.gateway().port(), "POST /api/market-data/snapshot HTTP/1.1\r\nHost: localhost\r\n" + header
                                + "Content-Type: application/json\r\nContent-Length: 60000\r\n\r\n{");
                assertThat(answer.status()).isEqualTo(401);
            }
            assertThat(post(scarce.http(), key, BUY, order("005930", 1, 0)).status()).isEqualTo(403);
            assertThat(post(scarce.http(), key, "/api/market-data/snapshot", "{\"stock_code\":\"005930\"}").status()).isEqualTo(200);
        }
    }

    @Test
    void whoTriesManyKeysIsSlowedDownAndWhoHasOneIsNot() {
        TestClients clients = new TestClients();
        String key = clients.add("only", "", "may: [\"market:read\"]");
        try (Rig rig = Rig.unlimited("CLIENTS_FILE", clients.write().toString())) {
            String wrong = "kisgw_only_" + "A".repeat(43);
            for (int i = 0; i < 10; i++) {
                assertThat(post(rig.http(), wrong, BUY, order("005930", 1, 0)).status()).isEqualTo(401);
            }
            Reply slowed = post(rig.http(), wrong, BUY, order("005930", 1, 0));
            assertThat(slowed.status()).isEqualTo(429);
            assertThat(Integer.parseInt(slowed.header("Retry-After"))).isBetween(1, 60);
            assertThat(slowed.at("/outcome").asText()).isEqualTo("not_placed");
            assertThat(post(rig.http(), key, "/api/market-data/snapshot", "{\"stock_code\":\"005930\"}").status()).isEqualTo(200);
            String metrics = rig.management().get("/metrics").text();
            assertThat(metrics).contains("kis_gateway_refused_total{client=\"none\",reason=\"wrong_key\"} 10.0")
                    .contains("kis_gateway_refused_total{client=\"none\",reason=\"slowed_down\"} 1.0")
                    .contains("kis_gateway_auth{mode=\"clients\"} 1.0").doesNotContain(key).doesNotContain(wrong);
        }
    }

    @Test
    void theFileIsReadAgainAndAMistakeChangesNothing() throws IOException {
        TestClients clients = new TestClients();
        String key = clients.add("first", "", "may: [\"market:read\"]");
        Path file = clients.write();
        try (Rig rig = Rig.unlimited("CLIENTS_FILE", file.toString())) {
            String good = Files.readString(file);
            Files.writeString(file, good + "  - name: Wrong Name\n");
            String second = clients.add("second", "", "may: [\"market:read\"]");
            assertThat(snapshot(rig, key)).isEqualTo(200);
            clients.write();
            await().until(() -> snapshot(rig, second) == 200);
            assertThat(snapshot(rig, key)).isEqualTo(200);
            Files.writeString(file, Files.readString(file).replace("\"sha256:" + ApiKey.hash(key) + "\"", ""));
            await().until(() -> snapshot(rig, key) == 401);
            assertThat(snapshot(rig, second)).isEqualTo(200);
        }
    }

    private static int snapshot(Rig rig, String key) {
        return post(rig.http(), key, "/api/market-data/snapshot", "{\"stock_code\":\"005930\"}").status();
    }

    @Test
    void theValueOfADayIsKeptOverARestart() {
        TestClients clients = new TestClients();
        String key = clients.add("daily", "", "may: [buy]", "max_value_per_day: " + low * 10);
        Map<String, String> settings = Map.of("CLIENTS_FILE", clients.write().toString(), "DATA_DIR", TestFolder.create().toString(),
                "RATE_LIMIT", "100000 per second", "KIS_ACCOUNT_RATE", "100000/second");
        try (Gateway gateway = Rig.gateway(rig.simulator(), settings)) {
            Http http = new Http("http://127.0.0.1:" + gateway.port());
            assertThat(post(http, key, BUY, order("005930", 6, low)).status()).isEqualTo(200);
            isForbidden(post(http, key, BUY, order("005930", 5, low)), "max_value_per_day");
            // What KIS does not take does not count.
            assertThat(post(http, key, BUY, order("005930", 3, low + 1)).status()).isEqualTo(422);
        }
        try (Gateway gateway = Rig.gateway(rig.simulator(), settings)) {
            Http http = new Http("http://127.0.0.1:" + gateway.port());
            isForbidden(post(http, key, BUY, order("005930", 5, low)), "max_value_per_day");
            assertThat(post(http, key, BUY, order("005930", 4, low)).status()).isEqualTo(200);
            isForbidden(post(http, key, BUY, order("005930", 1, low)), "max_value_per_day");
        }
    }

    @Test
    void theValueOfADayIsSharedByInstancesAndKeptInRedis() {
        TestClients clients = new TestClients();
        String key = clients.add("daily", "", "may: [buy]", "max_value_per_day: " + low * 10);
        try (RedisProcess redis = RedisProcess.start(FreePort.next())) {
            Map<String, String> settings =
                    Map.of("CLIENTS_FILE", clients.write().toString(), "REDIS_URL", "redis://127.0.0.1:" + redis.port(),
                            "RATE_LIMIT", "100000 per second", "KIS_ACCOUNT_RATE", "100000/second");
            try (Gateway one = Rig.gateway(rig.simulator(), settings); Gateway other = Rig.gateway(rig.simulator(), settings)) {
                Http http = new Http("http://127.0.0.1:" + one.port());
                Http beside = new Http("http://127.0.0.1:" + other.port());
                assertThat(post(http, key, BUY, order("005930", 6, low)).status()).isEqualTo(200);
                isForbidden(post(beside, key, BUY, order("005930", 5, low)), "max_value_per_day");
                assertThat(post(beside, key, BUY, order("005930", 3, low + 1)).status()).isEqualTo(422);
                for (int i = 0; i < 30; i++) {
                    assertThat(post(http, key, BUY, order("005930", 3, low + 1)).code()).isEqualTo("KIS_REJECTED");
                }
                assertThat(post(beside, key, BUY, order("005930", 3, low)).status()).isEqualTo(200);
            }
            try (Gateway again = Rig.gateway(rig.simulator(), settings)) {
                Http http = new Http("http://127.0.0.1:" + again.port());
                isForbidden(post(http, key, BUY, order("005930", 2, low)), "max_value_per_day");
                assertThat(post(http, key, BUY, order("005930", 1, low)).status()).isEqualTo(200);
                isForbidden(post(http, key, BUY, order("005930", 1, low)), "max_value_per_day");
            }
        }
    }

    /** What former versions have summed up of the day is taken over once; a file of theirs that is damaged is named, and stops orders. */
    @Test
    void theDaysSumsOfAFormerVersionCount() throws IOException {
        // One that stands: the day is the same at the end, whenever the test runs.
        Clock clock = Clock.fixed(Instant.now(), ZoneOffset.UTC);
        TestClients clients = new TestClients();
        String key = clients.add("daily", "", "may: [buy]", "max_value_per_day: " + low * 10);
        Path folder = TestFolder.create();
        Map<String, String> settings = Map.of("CLIENTS_FILE", clients.write().toString(), "DATA_DIR", folder.toString(),
                "RATE_LIMIT", "100000 per second", "KIS_ACCOUNT_RATE", "100000/second");
        Path former;
        try (Gateway gateway = Rig.gateway(rig.simulator(), settings, clock)) {
            Http http = new Http("http://127.0.0.1:" + gateway.port());
            assertThat(post(http, key, BUY, order("005930", 1, low)).status()).isEqualTo(200);
            try (Stream<Path> files = Files.walk(folder)) {
                former = files.filter(file -> file.endsWith("journal.sqlite")).findFirst().orElseThrow().resolveSibling("day-values.json");
            }
        }
        Files.writeString(former, "{\"day\":\"");
        try (Gateway gateway = Rig.gateway(rig.simulator(), settings, clock)) {
            Http http = new Http("http://127.0.0.1:" + gateway.port());
            assertThat(post(http, key, BUY, order("005930", 1, low)).code()).isEqualTo("JOURNAL_UNAVAILABLE");
            assertThat(http.get("/health").at("/status").asText()).isEqualTo("degraded");
        }
        Files.writeString(former, "{\"day\":\"" + KoreanTime.date(clock.instant()) + "\",\"sums\":{\"daily\":" + low * 5 + "}}");
        try (Gateway gateway = Rig.gateway(rig.simulator(), settings, clock)) {
            Http http = new Http("http://127.0.0.1:" + gateway.port());
            isForbidden(post(http, key, BUY, order("005930", 5, low)), "max_value_per_day");
            assertThat(post(http, key, BUY, order("005930", 4, low)).status()).isEqualTo(200);
            isForbidden(post(http, key, BUY, order("005930", 1, low)), "max_value_per_day");
        }
        assertThat(former).doesNotExist();
    }

    /** The day's sum is what a client has sent, not what it holds: nobody trades around the bound by changes and cancellations. */
    @Test
    void aChangeCountsAgainAndWhatIsCancelledGoesOnToCount() {
        TestClients clients = new TestClients();
        String key = clients.add("daily", "", "may: [buy, cancel]", "max_value_per_day: " + (low * 10 + 1000));
        try (Rig bounded = Rig.unlimited("CLIENTS_FILE", clients.write().toString())) {
            Reply first = post(bounded.http(), key, BUY, order("005930", 4, low));
            String number = first.at("/order_no").asText();
            Reply changed =
                    post(bounded.http(), key, "/api/trading/modify", "{\"order_no\":\"" + number + "\",\"price\":" + (low + 100) + "}");
            assertThat(changed.status()).as(changed.text()).isEqualTo(200);
            isForbidden(post(bounded.http(), key, BUY, order("005930", 3, low)), "max_value_per_day");
            assertThat(post(bounded.http(), key, "/api/trading/cancel", "{\"order_no\":\"" + changed.at("/order_no").asText() + "\"}")
                    .status())
                    .isEqualTo(200);
            isForbidden(post(bounded.http(), key, BUY, order("005930", 3, low)), "max_value_per_day");
            assertThat(post(bounded.http(), key, BUY, order("005930", 2, low)).status()).isEqualTo(200);
        }
    }

    /** C-5: nobody else on the machine reads what is kept, wherever the folder stood before. */
    @Test
    void whatIsKeptIsTheOwnersAlone() throws IOException {
        TestClients clients = new TestClients();
        String key = clients.add("daily", "", "may: [buy, admin]", "max_value_per_day: " + low * 10);
        Path folder = TestFolder.create();
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (Rig kept = Rig.unlimited("CLIENTS_FILE", clients.write().toString(), "DATA_DIR", folder.toString())) {
            assertThat(post(kept.http(), key, BUY, order("005930", 1, low)).status()).isEqualTo(200);
            assertThat(post(kept.management(), key, "/admin/trading/halt", "").status()).isEqualTo(200);
        }
        List<Path> open = new ArrayList<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
                boolean closed = isClosed(directory);
                if (!closed && !directory.equals(folder)) {
                    open.add(directory);
                }
                return closed ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!isClosed(file)) {
                    open.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        assertThat(open).isEmpty();
        assertThat(folder).isDirectoryRecursivelyContaining("glob:**journal.sqlite");
    }

    private static boolean isClosed(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path)).endsWith("------");
    }

    /** What is no address is never looked up as a name. */
    @ParameterizedTest
    @CsvSource({"999.999.999.999, 127.0.0.1", "256.1.1.1, 127.0.0.1", "'1.2.3.4:55', 127.0.0.1", "'[::1]', 127.0.0.1",
        "fe80::1%lo, 127.0.0.1",
        "2001:db8::7, 2001:db8::7", "'9.9.9.9, evil.example', 127.0.0.1", "'9.9.9.9, 8.8.8.8', 8.8.8.8"})
    void anAddressIsBelievedOnlyIfItIsOne(String forwarded, String address) {
        assertThat(new Proxies(List.of("127.0.0.0/8")).nearest("127.0.0.1", List.of(forwarded))).isEqualTo(address);
        assertThat(new Proxies(List.of("10.0.0.0/8")).nearest("127.0.0.1", List.of(forwarded))).isEqualTo("127.0.0.1");
    }

    /** Whose word is taken for an address is said; nobody else's is. */
    @Test
    void behindATrustedProxyTheCallersAddressIsTheOneItSays() {
        TestClients clients = new TestClients();
        String key = clients.add("far", "", TRADER);
        try (Rig trusting = Rig.unlimited("CLIENTS_FILE", clients.write().toString(), "TRUSTED_PROXIES", "127.0.0.0/8, 10.1.0.0/16")) {
            post(trusting.http(), key, BUY, order("005930", 1, low), "X-Forwarded-For", "6.6.6.6, 9.9.9.9, 10.1.2.3");
            post(trusting.http(), key, BUY, order("005930", 1, low), "X-Forwarded-For", "nonsense");
            Reply orders = trusting.http().send(trusting.http().request("/api/trading/orders").header("X-API-Key", key).GET());
            assertThat(orders.at("/data/0/caller").asText()).isEqualTo("9.9.9.9");
            assertThat(orders.at("/data/1/caller").asText()).isEqualTo("127.0.0.1");
        }
        post(one, BUY, order("005930", 1, low), "X-Forwarded-For", "9.9.9.9");
        assertThat(get(one, "/api/trading/orders").text()).doesNotContain("9.9.9.9");
    }

    /** The front of KIS takes a client's name and key, and lets it do no more than anywhere else. */
    @Test
    void theFrontOfKisKnowsTheSameClients() {
        TestClients clients = new TestClients();
        String key = clients.add("front", "", "may: [\"market:read\"]");
        String late = clients.add("late", " until 2020-01-01", "may: [\"market:read\"]");
        try (Rig front = Rig.unlimited("CLIENTS_FILE", clients.write().toString(), "KIS_FRONT", "true")) {
            assertThat(price(front, "front", key, "/uapi/domestic-stock/v1/quotations/inquire-price", "FHKST01010100"))
                    .contains("\"rt_cd\":\"0\"");
            for (String[] pair : new String[][] {{"front", "x".repeat(50)}, {"nobody", key}, {"late", late}, {"front", late}}) {
                assertThat(price(front, pair[0], pair[1], "/uapi/domestic-stock/v1/quotations/inquire-price", "FHKST01010100"))
                        .as("%s", pair[0]).doesNotContain("\"rt_cd\":\"0\"").doesNotContain("stck_prpr");
            }
            assertThat(price(front, "front", key, "/uapi/domestic-stock/v1/trading/inquire-balance", "TTTC8434R"))
                    .doesNotContain("\"rt_cd\":\"0\"");
        }
    }

    private static String price(Rig front, String appKey, String secret, String path, String trId) {
        return new Http("http://127.0.0.1:" + front.gateway().port()).send(front.http()
                .request(path + "?FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=005930")
                .headers("appkey", appKey, "appsecret", secret, "authorization", "Bearer any", "tr_id", trId, "custtype", "P").GET())
                .text();
    }
}
