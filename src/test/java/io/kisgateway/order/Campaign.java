package io.kisgateway.order;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.order.journal.DurableRedis;
import io.kisgateway.order.journal.OrderState;
import io.kisgateway.order.journal.Times;
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
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * Many orders with keys through gateways that are killed, over a Redis that is killed and frozen, to a KIS that fails in
 * every way it knows; callers repeat blindly until they have an answer. What is drawn comes from one seed. At the end the
 * books must agree.
 */
final class Campaign {

    /**
     * @param gateways with Redis; without there is one, and its journal ends with a torn write before each restart
     * @param pause    between two blows, on average
     */
    record Plan(String name, int orders, int callers, int gateways, boolean redis, long seed, Duration pause) { }

    /** What is known of one order at the end. */
    private record Answered(String key, String body, Reply reply, int requests) { }

    private static final List<String> CODES = List.of("005930", "000660", "035420", "069500");
    private static final int MOST_REQUESTS = 2000;

    private final Plan plan;
    private final Random random;
    private final Simulator simulator;
    private final DurableRedis redis;
    private final Path folder;
    private final List<GatewayProcess> gateways = new ArrayList<>();
    private final Map<String, AtomicInteger> blows = new TreeMap<>();
    private final ConcurrentLinkedQueue<Answered> answered = new ConcurrentLinkedQueue<>();
    private final Map<String, AtomicInteger> replies = new ConcurrentHashMap<>();
    private final CountDownLatch over = new CountDownLatch(1);

    Campaign(Plan plan) throws IOException {
        this.plan = plan;
        this.random = new Random(plan.seed());
        this.redis = plan.redis() ? DurableRedis.start() : null;
        this.folder = TestFolder.create();
        this.simulator = Simulator.start(SimulatorOptions.builder().mode(Mode.REAL).rateLimits(RateLimits.OFF)
                .tokenInterval(Duration.ZERO).seed(plan.seed()).cash(900_000_000_000_000L)
                .holdings(CODES.stream().map(code -> new Holding(code, 1_000_000, 50_000)).toList()).build());
        Map<String, String> settings = settings();
        for (int i = 0; i < plan.gateways(); i++) {
            gateways.add(new GatewayProcess("orders-" + plan.name() + "-" + i, settings)
                    .jvm("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"));
        }
    }

    private Map<String, String> settings() {
        Map<String, String> settings = Rig.inFrontOf(simulator);
        settings.putAll(Map.of("DATA_DIR", folder.toString(), "RATE_LIMIT", "100000 per second", "KIS_ACCOUNT_RATE", "100000/second",
                "IDEMPOTENCY_REQUIRED", "true"));
        settings.putAll(Map.of("KIS_READ_TIMEOUT_MS", "1000", "KIS_CALL_TIMEOUT_MS", "3000", "ORDER_LISTING_GRACE", "4",
                "ORDER_UNRESOLVED_AFTER", "5", "CIRCUIT_BREAKER_TIMEOUT", "1"));
        if (redis != null) {
            settings.put("REDIS_URL", redis.url());
        }
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
            compare(journal);
            return figures(journal, Duration.between(begin, Instant.now()));
        } finally {
            gateways.forEach(GatewayProcess::close);
            simulator.close();
            if (redis != null) {
                redis.close();
            }
        }
    }

    /** Shares of all calls; together about a quarter of the orders meets one. */
    private void addFaults() {
        String order = "order-cash";
        String list = "inquire-daily-ccld";
        List.of(Fault.of(Kind.RESET_BEFORE).onPath(order).share(0.03), Fault.of(Kind.RESET_AFTER).onPath(order).share(0.04),
                Fault.of(Kind.REPLY_LOST).onPath(order).share(0.02).ms(1500), Fault.of(Kind.CLOSE_MID_REPLY).onPath(order).share(0.02),
                Fault.of(Kind.BLANK500).onPath(order).share(0.02), Fault.of(Kind.BLANK500).onPath(order).share(0.02).taken(),
                Fault.code("EGW00301").onPath(order).share(0.02), Fault.code("EGW00301").onPath(order).share(0.02).taken(),
                Fault.code("EGW00302").onPath(order).share(0.02).taken(), Fault.code("EGW00201").onPath(order).share(0.05),
                Fault.of(Kind.GARBAGE).onPath(order).share(0.01).taken(),
                Fault.of(Kind.LATENCY).onPath(order).share(0.03).ms(1500), Fault.of(Kind.LATENCY).onPath(order).share(0.03).ms(1300).taken(),
                Fault.of(Kind.LATE_LISTING).onPath(order).share(0.15).ms(2000),
                Fault.code("EGW00201").onPath(list).share(0.05), Fault.of(Kind.HTML502).onPath(list).share(0.05),
                Fault.of(Kind.RESET_AFTER).onPath(list).share(0.03), Fault.of(Kind.LATENCY).onPath(list).share(0.05).ms(800),
                Fault.of(Kind.CLOSE_AFTER).share(0.02)).forEach(simulator.faults()::add);
    }

    // What goes wrong around KIS.

    private void strike() {
        Random draw = new Random(plan.seed() + 1);
        try {
            while (!over.await(plan.pause().toMillis() / 2L + draw.nextInt((int) plan.pause().toMillis()), TimeUnit.MILLISECONDS)) {
                int what = draw.nextInt(plan.redis() ? 6 : 2);
                long down = 200L + draw.nextInt(1500);
                switch (what) {
                    case 0, 1, 2 -> killGateway(draw, down);
                    case 3 -> killRedis(down);
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
        List<String> bodies = new ArrayList<>();
        List<String> paths = new ArrayList<>();
        for (int i = 0; i < plan.orders(); i++) {
            String code = CODES.get(random.nextInt(CODES.size()));
            long price = random.nextBoolean() ? 0 : simulator.market().upperLimit(code);
            boolean sell = random.nextInt(3) == 0;
            bodies.add(OrderRig.order(code, 1 + random.nextInt(2), sell ? 0 : price));
            paths.add(sell ? OrderRig.SELL : OrderRig.BUY);
        }
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < plan.callers(); t++) {
            Random draw = new Random(plan.seed() + 100 + t);
            Thread thread = new Thread(() -> {
                for (int i = next.getAndIncrement(); i < plan.orders(); i = next.getAndIncrement()) {
                    answered.add(askUntilAnswered("key-" + plan.seed() + "-" + i, paths.get(i), bodies.get(i), draw));
                }
            }, "caller-" + t);
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private Answered askUntilAnswered(String key, String path, String body, Random draw) {
        for (int requests = 1; requests <= MOST_REQUESTS; requests++) {
            Http http = gateways.get(draw.nextInt(gateways.size())).http();
            try {
                if (draw.nextInt(8) == 0) {
                    var unused = http.postAsync(path, body, "Idempotency-Key", key);
                }
                Reply reply = http.post(path, body, "Idempotency-Key", key, "Prefer", "wait=2");
                replies.computeIfAbsent(reply.status() + " " + reply.code(), name -> new AtomicInteger()).incrementAndGet();
                if (reply.status() < 500 && reply.status() != 409 && reply.status() != 429 || reply.code().equals("ORDER_NOT_PLACED")) {
                    return new Answered(key, path + " " + body, reply, requests);
                }
            } catch (AssertionError e) {
                replies.computeIfAbsent("no reply", name -> new AtomicInteger()).incrementAndGet();
            }
            pause(20 + draw.nextInt(200));
        }
        throw new AssertionError("no answer for " + key);
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
        Awaitility.await().atMost(Duration.ofSeconds(90)).pollInterval(Duration.ofSeconds(1)).until(() -> {
            all.clear();
            LocalDate today = LocalDate.now(Times.KST);
            for (LocalDate day : List.of(today.minusDays(1), today)) {
                String next = "";
                while (next != null) {
                    Reply reply = gateways.get(0).http().get("/api/trading/orders?limit=500&date=" + day + (next.isEmpty() ? "" : "&after=" + next));
                    if (reply.status() != 200) {
                        return false;
                    }
                    reply.at("/data").forEach(all::add);
                    next = reply.at("/next").textValue();
                }
            }
            return all.stream().allMatch(entry -> OrderState.ofWire(entry.path("state").asText()).settled());
        });
        return all;
    }

    private void compare(List<JsonNode> journal) {
        Map<String, Order> atKis = new HashMap<>();
        simulator.orders().list().forEach(order -> atKis.put(order.orderNo(), order));
        Map<String, String> keyOfNumber = new HashMap<>();
        for (Answered one : answered) {
            Reply reply = one.reply();
            if (reply.status() != 200) {
                assertThat(reply.code()).as("%s %s", one.key(), reply.text()).isIn("ORDER_NOT_PLACED", "KIS_REJECTED");
                continue;
            }
            String number = reply.at("/order_no").asText();
            assertThat(atKis).as("success for %s without an order at KIS", one.key()).containsKey(number);
            assertThat(keyOfNumber.put(number, one.key())).as("order %s was given to two keys", number).isNull();
            Order order = atKis.get(number);
            assertThat(one.body()).contains("\"" + order.code() + "\"").contains("\"quantity\":" + order.quantity() + ",")
                    .contains(order.side() == Order.Side.BUY ? "buy" : "sell")
                    .contains("\"price\":" + (order.type().equals("01") ? 0 : order.price()) + "}");
        }
        assertThat(answered).hasSize(plan.orders());
        Map<String, Order> untold = new TreeMap<>(atKis);
        untold.keySet().removeAll(keyOfNumber.keySet());
        assertThat(untold).as("orders at KIS that nobody was told of").isEmpty();
        Map<String, String> journalled = new HashMap<>();
        for (JsonNode entry : journal) {
            if (entry.path("state").asText().equals("placed")) {
                String number = entry.path("order_no").asText();
                assertThat(journalled.put(number, entry.path("idempotency_key").asText())).as("two entries for %s", number).isNull();
            }
        }
        assertThat(journalled).as("the journal's orders are KIS's and the callers'").isEqualTo(keyOfNumber);
    }

    private String figures(List<JsonNode> journal, Duration took) {
        Map<String, Integer> states = new TreeMap<>();
        int lookedUp = 0;
        for (JsonNode entry : journal) {
            states.merge(entry.path("state").asText(), 1, Integer::sum);
            lookedUp += entry.path("history").findValuesAsText("state").contains("unknown") ? 1 : 0;
        }
        long requests = answered.stream().mapToLong(Answered::requests).sum();
        return plan.name() + ": seed " + plan.seed() + ", " + plan.orders() + " orders, " + requests + " requests, "
                + simulator.orders().list().size() + " orders at KIS, " + lookedUp + " outcomes looked up, journal " + states
                + ", blows " + blows + ", replies " + new TreeMap<>(replies) + ", " + took.toSeconds() + " s";
    }
}
