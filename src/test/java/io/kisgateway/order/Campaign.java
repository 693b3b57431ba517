package io.kisgateway.order;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.order.journal.DurableRedis;
import io.kisgateway.order.journal.OrderState;
import io.kisgateway.order.journal.Signals;
import io.kisgateway.runtime.KoreanTime;
import io.kisgateway.simulator.Fault;
import io.kisgateway.simulator.Fault.Kind;
import io.kisgateway.simulator.Holding;
import io.kisgateway.simulator.Mode;
import io.kisgateway.simulator.Order;
import io.kisgateway.simulator.RateLimits;
import io.kisgateway.simulator.Simulator;
import io.kisgateway.simulator.SimulatorOptions;
import io.kisgateway.testing.GatewayProcess;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Http.Reply;
import io.kisgateway.testing.Rig;
import io.kisgateway.testing.TestFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * Many orders with keys through gateways that are killed, stopped and cut off, whose clocks are apart, over a Redis that is
 * killed and frozen, to a KIS that fails, lies and lags in every way it knows; callers repeat blindly until they have an
 * answer. What is drawn comes from one seed. At the end nothing may have been said that is not so.
 */
final class Campaign {

    /**
     * @param gateways with Redis; the second one's clock is ahead. Without there is one, whose journal ends with a torn write
     *                 before each restart
     * @param pause    between two blows, on average
     */
    record Plan(String name, int orders, int callers, int gateways, boolean redis, long seed, Duration pause) {}

    /** All that was said under one key. */
    private static final class Told {
        private final String key;
        private final String path;
        private final String body;
        private final Set<String> numbers = ConcurrentHashMap.newKeySet();
        private final Set<String> ends = ConcurrentHashMap.newKeySet();
        private final AtomicInteger requests = new AtomicInteger();

        Told(String key, String path, String body) {
            this.key = key;
            this.path = path;
            this.body = body;
        }

        /** @return whether that is an answer */
        boolean hears(Reply reply) {
            if (reply.status() == 200) {
                numbers.add(reply.at("/order_no").asText());
                return true;
            }
            if (reply.code().equals("ORDER_NOT_PLACED") || reply.code().equals("KIS_REJECTED")) {
                ends.add(reply.code());
                return true;
            }
            if (reply.status() < 500 && reply.status() != 409 && reply.status() != 429) {
                ends.add("unexpected " + reply.text());
            }
            return false;
        }

        boolean answered() {
            return !numbers.isEmpty() || !ends.isEmpty();
        }

        String terms() {
            return path + " " + body;
        }
    }

    private static final List<String> CODES = List.of("005930", "000660", "035420", "069500");
    private static final List<String> EXCHANGES = List.of("KRX", "KRX", "NXT", "SOR");
    private static final Duration APART = Duration.ofSeconds(70);
    /** After so many the caller gives up; what is known then, is asked for at the end. */
    private static final int MOST_REQUESTS = 60;

    private final Plan plan;
    private final Random random;
    private final Simulator simulator;
    private final DurableRedis redis;
    private final Path folder;
    private final List<GatewayProcess> gateways = new ArrayList<>();
    private final List<RedisLink> links = new ArrayList<>();
    private final Map<String, AtomicInteger> blows = new TreeMap<>();
    private final List<Told> told = new ArrayList<>();
    private final Map<String, AtomicInteger> replies = new ConcurrentHashMap<>();
    private final CountDownLatch over = new CountDownLatch(1);

    Campaign(Plan plan) throws IOException {
        this.plan = plan;
        this.random = new Random(plan.seed());
        this.redis = plan.redis() ? DurableRedis.start() : null;
        this.folder = TestFolder.create();
        this.simulator = Simulator.start(SimulatorOptions.builder().mode(Mode.REAL).rateLimits(RateLimits.OFF)
                .tokenInterval(Duration.ZERO).seed(plan.seed()).cash(900_000_000_000_000L)
                .holdings(CODES.stream().map(code -> new Holding(code, 10_000_000, 50_000)).toList()).build());
        for (int i = 0; i < plan.gateways(); i++) {
            Map<String, String> settings = settings();
            if (redis != null) {
                links.add(RedisLink.to(URI.create(redis.url()).getPort()));
                settings.put("REDIS_URL", "redis://127.0.0.1:" + links.get(i).port());
            }
            gateways.add(new GatewayProcess("orders-" + plan.name() + "-" + i, settings)
                    .jvm("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m").ahead(i == 1 ? APART : Duration.ZERO));
        }
    }

    private Map<String, String> settings() {
        Map<String, String> settings = Rig.inFrontOf(simulator);
        settings.putAll(Map.of("DATA_DIR", folder.toString(), "RATE_LIMIT", "100000 per second", "KIS_ACCOUNT_RATE", "100000/second",
                "IDEMPOTENCY_REQUIRED", "true"));
        settings.putAll(Map.of("KIS_READ_TIMEOUT_MS", "1000", "KIS_CALL_TIMEOUT_MS", "3000", "ORDER_LISTING_GRACE", "4",
                "ORDER_UNRESOLVED_AFTER", "5", "CIRCUIT_BREAKER_TIMEOUT", "1"));
        return settings;
    }

    /** @return the figures, for people */
    String run() throws Exception {
        Instant begin = Instant.now();
        try {
            gateways.forEach(GatewayProcess::start);
            gateways.forEach(GatewayProcess::awaitReady);
            addFaults();
            Thread chaos = new Thread(this::strike, "chaos");
            chaos.start();
            call();
            over.countDown();
            chaos.join();
            heal();
            List<JsonNode> journal = settledJournal();
            Files.write(Path.of("target", "campaign-" + plan.name() + "-journal.jsonl"), journal.stream().map(JsonNode::toString).toList());
            askAgain();
            List<String> wrong = wrong(journal);
            String figures = figures(journal, wrong, Duration.between(begin, Instant.now()));
            assertThat(wrong).as(figures).isEmpty();
            return figures;
        } finally {
            gateways.forEach(GatewayProcess::close);
            simulator.close();
            links.forEach(RedisLink::close);
            if (redis != null) {
                redis.close();
            }
        }
    }

    /** Shares of all calls; together about half of the orders and of the lists meets one. */
    private void addFaults() {
        String order = "order-cash";
        String list = "inquire-daily-ccld";
        List.of(Fault.of(Kind.RESET_BEFORE).onPath(order).share(0.03), Fault.of(Kind.RESET_AFTER).onPath(order).share(0.04),
                Fault.of(Kind.REPLY_LOST).onPath(order).share(0.02).ms(1500), Fault.of(Kind.CLOSE_MID_REPLY).onPath(order).share(0.02),
                Fault.of(Kind.BLANK500).onPath(order).share(0.02), Fault.of(Kind.BLANK500).onPath(order).share(0.02).taken(),
                Fault.code("EGW00301").onPath(order).share(0.02), Fault.code("EGW00301").onPath(order).share(0.02).taken(),
                Fault.code("EGW00302").onPath(order).share(0.02).taken(), Fault.code("EGW00201").onPath(order).share(0.05),
                Fault.code("APBK0952").onPath(order).share(0.02), Fault.of(Kind.GARBAGE).onPath(order).share(0.01).taken(),
                Fault.of(Kind.HEADER_DRIP).onPath(order).share(0.01).ms(6000), Fault.of(Kind.CLOSE_MID_HEADER).onPath(order).share(0.01),
                Fault.of(Kind.LATENCY).onPath(order).share(0.03).ms(1500),
                Fault.of(Kind.LATENCY).onPath(order).share(0.03).ms(1300).taken(),
                Fault.of(Kind.LATE_LISTING).onPath(order).share(0.15).ms(2000), Fault.of(Kind.REJECTED_LATER).onPath(order).share(0.01),
                Fault.of(Kind.REPLY_CLOCK).onPath(order).share(0.03).ms(-8_000_000),
                Fault.of(Kind.REPLY_LOWER_CASE).onPath(order).share(0.02),
                Fault.of(Kind.REPLY_ARRAY).onPath(order).share(0.02), Fault.of(Kind.REPLY_UNPADDED).onPath(order).share(0.02),
                Fault.field(Kind.REPLY_FIELD, "ORD_TMD", "").onPath(order).share(0.02),
                Fault.code("EGW00201").onPath(list).share(0.05), Fault.of(Kind.HTML502).onPath(list).share(0.05),
                Fault.of(Kind.RESET_AFTER).onPath(list).share(0.03), Fault.of(Kind.LATENCY).onPath(list).share(0.05).ms(800),
                Fault.of(Kind.LIST_LAG).onPath(list).share(0.05).ms(3000), Fault.of(Kind.LIST_CLOCK).onPath(list).share(0.03).ms(-20_000),
                Fault.of(Kind.LIST_NULL).onPath(list).share(0.02), Fault.of(Kind.LIST_MISSING).onPath(list).share(0.02),
                Fault.of(Kind.LIST_BLANK).onPath(list).share(0.02), Fault.of(Kind.LIST_PARTIAL).onPath(list).share(0.02),
                Fault.of(Kind.PAGE_WITHOUT_KEY).onPath(list).share(0.03), Fault.of(Kind.PAGE_WITHOUT_MARK).onPath(list).share(0.03),
                Fault.field(Kind.ROW_FIELD, "sll_buy_dvsn_cd", "").onPath(list).share(0.02),
                Fault.field(Kind.ROW_FIELD, "pdno", "A005930").onPath(list).share(0.02),
                Fault.field(Kind.ROW_FIELD, "ord_tmd", "").onPath(list).share(0.02),
                Fault.field(Kind.ROW_FIELD, "ord_qty", "").onPath(list).share(0.02),
                Fault.field(Kind.ROW_FIELD, "odno", "").rows(Fault.Rows.FIRST).onPath(list).share(0.02),
                Fault.field(Kind.ODD_ROW, "ord_tmd", "9:05:03").onPath(list).share(0.03),
                Fault.of(Kind.CONTINUE_DRIP).onPath(order).share(0.01).ms(6000),
                said("'output':[{'ODNO':'0000000001'},{'ODNO':'0000000002'}]").onPath(order).taken().share(0.01),
                said("'output':{'ODNO':'0000000001','odno':'0000000002'}").onPath(order).taken().share(0.01),
                said("'output1':[],'output1':[]").onPath(list).share(0.02), said("'output1':[]").status(500).onPath(list).share(0.02),
                said("'output1':[],'output2':{'tot_ord_qty':'3'}").onPath(list).share(0.02),
                Fault.of(Kind.CLOSE_AFTER).share(0.02)).forEach(simulator.faults()::add);
    }

    /** A reply of KIS's that says this, and no more. */
    private static Fault said(String members) {
        return Fault.of(Kind.GARBAGE).body(("{'rt_cd':'0','msg_cd':'KIOK0510'," + members + "}").replace('\'', '"'));
    }

    // What goes wrong around KIS.

    private void strike() {
        Random draw = new Random(plan.seed() + 1);
        try {
            while (!over.await(plan.pause().toMillis() / 2L + draw.nextInt((int) plan.pause().toMillis()), TimeUnit.MILLISECONDS)) {
                int what = draw.nextInt(plan.redis() ? 11 : 5);
                long down = 200L + draw.nextInt(1500);
                switch (what) {
                    case 0, 1 -> killGateway(draw, down);
                    case 2 -> stopGateway(draw, down * 4);
                    case 3 -> restartGateway(draw);
                    case 4 -> breakBooks(down * 3);
                    case 5 -> killRedis(down);
                    case 6, 7 -> cutLink(draw, down * 6);
                    case 8 -> slowLink(draw, down * 3);
                    default -> freezeRedis(down);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void count(String blow) {
        synchronized (blows) {
            blows.computeIfAbsent(blow, name -> new AtomicInteger()).incrementAndGet();
        }
    }

    private void killGateway(Random draw, long down) throws InterruptedException {
        GatewayProcess gateway = gateways.get(draw.nextInt(gateways.size()));
        gateway.kill();
        count("gateway killed -9");
        TimeUnit.MILLISECONDS.sleep(down);
        if (!plan.redis()) {
            tearLastWrite(draw);
        }
        gateway.start();
        gateway.awaitReady();
    }

    private void stopGateway(Random draw, long down) throws InterruptedException {
        long process = gateways.get(draw.nextInt(gateways.size())).process().pid();
        Signals.send("STOP", process);
        count("gateway stopped");
        TimeUnit.MILLISECONDS.sleep(down);
        Signals.send("CONT", process);
    }

    private void restartGateway(Random draw) {
        GatewayProcess gateway = gateways.get(draw.nextInt(gateways.size()));
        gateway.close();
        count("gateway restarted");
        gateway.start();
        gateway.awaitReady();
    }

    /** KIS's ledger is away, with orders that it has and has not taken: many are in doubt at once. */
    private void breakBooks(long down) throws InterruptedException {
        List<Fault> faults = List.of(Fault.of(Kind.BLANK500).onPath("order-cash").share(0.5),
                Fault.of(Kind.BLANK500).onPath("order-cash").share(0.5).taken(),
                Fault.code("EGW00302").onPath("inquire-daily-ccld").share(0.9));
        faults.forEach(simulator.faults()::add);
        count("KIS's ledger away");
        TimeUnit.MILLISECONDS.sleep(down);
        simulator.faults().clear();
        addFaults();
    }

    private void slowLink(Random draw, long down) throws InterruptedException {
        RedisLink link = links.get(draw.nextInt(links.size()));
        link.slow(Duration.ofMillis(100L + draw.nextInt(300)));
        count("link to redis slow");
        TimeUnit.MILLISECONDS.sleep(down);
        link.slow(Duration.ZERO);
    }

    private void cutLink(Random draw, long down) throws InterruptedException {
        RedisLink link = links.get(draw.nextInt(links.size()));
        link.cut();
        count("link to redis cut");
        TimeUnit.MILLISECONDS.sleep(down);
        link.mend();
    }

    private void killRedis(long down) throws InterruptedException {
        redis.kill();
        count("redis killed -9");
        TimeUnit.MILLISECONDS.sleep(down);
        redis.startAgain();
    }

    private void freezeRedis(long down) throws InterruptedException {
        redis.freeze();
        count("redis frozen");
        TimeUnit.MILLISECONDS.sleep(down * 2);
        redis.thaw();
    }

    /** What a machine leaves behind that dies in the middle of a write: the beginning of one that nobody was told of. */
    private void tearLastWrite(Random draw) {
        try (Stream<Path> files = Files.walk(folder)) {
            Path log = files.filter(path -> path.toString().endsWith("-wal")).findFirst().orElse(null);
            if (log == null || Files.size(log) == 0) {
                return;
            }
            byte[] torn = new byte[1 + draw.nextInt(5000)];
            draw.nextBytes(torn);
            Files.write(log, torn, StandardOpenOption.APPEND);
            count("last write torn");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void heal() {
        simulator.faults().clear();
        gateways.forEach(GatewayProcess::awaitReady);
    }

    // The callers.

    private void call() throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        for (int i = 0; i < plan.orders(); i++) {
            String code = CODES.get(random.nextInt(CODES.size()));
            long price = random.nextBoolean() ? 0 : simulator.market().upperLimit(code);
            boolean sell = random.nextInt(3) == 0;
            // Every other order has identical ones beside it.
            int quantity = random.nextBoolean() ? 1 + random.nextInt(2) : 3 + random.nextInt(60);
            boolean limit = !sell && price > 0;
            told.add(new Told("key-" + plan.seed() + "-" + i, sell ? OrderRig.SELL : OrderRig.BUY,
                    order(code, quantity, limit ? price : 0, limit ? EXCHANGES.get(random.nextInt(EXCHANGES.size())) : "KRX")));
        }
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < plan.callers(); t++) {
            Random draw = new Random(plan.seed() + 100 + t);
            Thread thread = new Thread(() -> {
                for (int i = next.getAndIncrement(); i < plan.orders(); i = next.getAndIncrement()) {
                    askUntilAnswered(told.get(i), draw);
                }
            }, "caller-" + t);
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void askUntilAnswered(Told one, Random draw) {
        for (int tries = 0; tries < MOST_REQUESTS; tries++) {
            Http http = gateways.get(draw.nextInt(gateways.size())).http();
            if (draw.nextInt(8) == 0) {
                var unused = http.postAsync(one.path, one.body, "Idempotency-Key", one.key).thenAccept(one::hears);
            }
            if (ask(one, http)) {
                return;
            }
            pause(20 + draw.nextInt(200));
        }
    }

    private boolean ask(Told one, Http http) {
        one.requests.incrementAndGet();
        try {
            Reply reply = http.post(one.path, one.body, "Idempotency-Key", one.key, "Prefer", "wait=2");
            replies.computeIfAbsent(reply.status() + " " + reply.code(), name -> new AtomicInteger()).incrementAndGet();
            return one.hears(reply);
        } catch (AssertionError e) {
            replies.computeIfAbsent("no reply", name -> new AtomicInteger()).incrementAndGet();
            return false;
        }
    }

    /** What is said now that all is well must be what was said before. */
    private void askAgain() {
        told.forEach(one -> gateways.forEach(gateway -> ask(one, gateway.http())));
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // The books.

    private List<JsonNode> settledJournal() {
        List<JsonNode> all = new ArrayList<>();
        Instant until = Instant.now().plusSeconds(90);
        do {
            all.clear();
            LocalDate today = LocalDate.now(KoreanTime.KST);
            List.of(today.minusDays(1), today).forEach(day -> page(day, "", all));
            pause(1000);
        } while (!all.stream().allMatch(entry -> OrderState.ofWire(entry.path("state").asText()).settled())
                && Instant.now().isBefore(until));
        return all;
    }

    private void page(LocalDate day, String after, List<JsonNode> all) {
        Reply[] page = new Reply[1];
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
            page[0] = gateways.get(0).http().get("/api/trading/orders?limit=500&date=" + day + after);
            return page[0].status() == 200;
        });
        page[0].at("/data").forEach(all::add);
        if (!page[0].at("/next").isNull()) {
            page(day, "&after=" + page[0].at("/next").asText(), all);
        }
    }

    /** Everything that was said and is not so. */
    private List<String> wrong(List<JsonNode> journal) {
        Map<String, Order> atKis = new HashMap<>();
        simulator.orders().list().stream().filter(order -> order.kind() == Order.Kind.NEW)
                .forEach(order -> atKis.put(order.orderNo(), order));
        List<String> wrong = new ArrayList<>();
        Map<String, String> keyOfNumber = new HashMap<>();
        Map<String, Integer> untold = new TreeMap<>();
        atKis.values().forEach(order -> untold.merge(terms(order), 1, Integer::sum));
        for (Told one : told) {
            if (one.numbers.size() + one.ends.size() > 1) {
                wrong.add(one.key + " was told " + one.numbers + " and " + one.ends);
            }
            for (String number : one.numbers) {
                Order order = atKis.get(number);
                String other = keyOfNumber.put(number, one.key);
                if (order == null || other != null || !one.terms().equals(terms(order))) {
                    wrong.add(one.key + " was told " + number + ", which is "
                            + (order == null ? "nobody's" : other == null ? "another's" : other + "'s"));
                }
            }
            if (!one.numbers.isEmpty() || !one.answered()) {
                untold.merge(one.terms(), -1, Integer::sum);
            }
        }
        untold.values().removeIf(count -> count <= 0);
        untold.forEach((terms, count) -> wrong.add(count + " orders at KIS were called not placed or rejected: " + terms));
        Map<String, Integer> entries = new HashMap<>();
        journal.stream().filter(entry -> entry.path("state").asText().equals("placed"))
                .forEach(entry -> entries.merge(entry.path("order_no").asText(), 1, Integer::sum));
        entries.values().removeIf(count -> count == 1);
        entries.forEach((number, count) -> wrong.add(count + " entries for order " + number));
        return wrong;
    }

    private static String terms(Order order) {
        long price = order.type().equals("01") ? 0 : order.price();
        return (order.side() == Order.Side.BUY ? OrderRig.BUY : OrderRig.SELL) + " "
                + order(order.code(), (int) order.quantity(), price, order.exchange());
    }

    private static String order(String code, int quantity, long price, String exchange) {
        return OrderRig.order(code, quantity, price).replace("}", ",\"exchange\":\"" + exchange + "\"}");
    }

    private String figures(List<JsonNode> journal, List<String> wrong, Duration took) {
        Map<String, Integer> states = new TreeMap<>();
        Map<String, Integer> boxes = new TreeMap<>();
        int lookedUp = 0;
        for (JsonNode entry : journal) {
            states.merge(entry.path("state").asText(), 1, Integer::sum);
            lookedUp += entry.path("history").findValuesAsText("state").contains("unknown") ? 1 : 0;
            if (!OrderState.ofWire(entry.path("state").asText()).settled()) {
                boxes.merge(entry.path("reason").asText().replaceAll("[0-9]{6,}|20[0-9]{2}-[^ ,]*", "…"), 1, Integer::sum);
            }
        }
        return plan.name() + ": seed " + plan.seed() + ", " + plan.orders() + " orders, "
                + told.stream().mapToLong(one -> one.requests.get()).sum()
                + " requests, " + simulator.orders().list().size() + " orders at KIS, " + lookedUp + " outcomes looked up, journal "
                + states
                + ", wrong statements " + wrong.size() + ", keys without an answer " + told.stream().filter(one -> !one.answered()).count()
                + ", boxes open at the end " + boxes + ", blows " + blows + ", replies " + new TreeMap<>(replies) + ", " + took.toSeconds()
                + " s";
    }
}
