package io.kisgateway.order;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.order.journal.DurableRedis;
import io.kisgateway.order.journal.OrderState;
import io.kisgateway.runtime.KoreanTime;
import io.kisgateway.simulator.Fault;
import io.kisgateway.simulator.Fault.Kind;
import io.kisgateway.simulator.Holding;
import io.kisgateway.simulator.Mode;
import io.kisgateway.simulator.RateLimits;
import io.kisgateway.simulator.Simulator;
import io.kisgateway.simulator.SimulatorOptions;
import io.kisgateway.testing.GatewayProcess;
import io.kisgateway.testing.Http.Reply;
import io.kisgateway.testing.Rig;
import io.kisgateway.testing.TestFolder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/**
 * Many orders, changes and cancellations, with keys and without, through gateways that are killed, stopped and cut off, whose
 * clocks are apart, over a Redis that is killed and frozen, to a KIS that fails, lies and lags in every way it knows; callers
 * repeat blindly until they have an answer. What is drawn comes from one seed. At the end nothing may have been said that is not so.
 */
final class Campaign {

    /**
     * @param gateways with Redis; the second one's clock is ahead. Without there is one, whose journal ends with a torn write
     *                 before each restart
     * @param pause    between two blows, on average
     */
    record Plan(String name, int orders, int callers, int gateways, boolean redis, boolean keyless, long seed, Duration pause) {}

    private static final Duration APART = Duration.ofSeconds(70);
    private static final Pattern REPLIED = Pattern.compile("(\\S+) INFO +io.kisgateway.requests: 200 .*, request (\\S+)");

    private final Plan plan;
    private final Simulator simulator;
    private final DurableRedis redis;
    private final Path folder;
    private final List<GatewayProcess> gateways = new ArrayList<>();
    private final List<RedisLink> links = new ArrayList<>();
    private final Callers callers;
    private final Blows blows;
    private final CountDownLatch over = new CountDownLatch(1);

    Campaign(Plan plan) throws IOException {
        this.plan = plan;
        this.redis = plan.redis() ? DurableRedis.start() : null;
        this.folder = TestFolder.create();
        this.simulator = Simulator.start(SimulatorOptions.builder().mode(Mode.REAL).rateLimits(RateLimits.OFF)
                .tokenInterval(Duration.ZERO).seed(plan.seed()).cash(900_000_000_000_000L)
                .stickyCodes(Set.of(OrderRig.STICKY))
                .holdings(Callers.CODES.stream().map(code -> new Holding(code, 10_000_000, 50_000)).toList()).build());
        for (int i = 0; i < plan.gateways(); i++) {
            Map<String, String> settings = settings();
            if (redis != null) {
                links.add(RedisLink.to(URI.create(redis.url()).getPort()));
                settings.put("REDIS_URL", "redis://127.0.0.1:" + links.get(i).port());
            }
            gateways.add(new GatewayProcess("orders-" + plan.name() + "-" + i, settings).ahead(i == 1 ? APART : Duration.ZERO));
        }
        this.callers = new Callers(plan, simulator, gateways);
        this.blows = new Blows(plan, gateways, links, redis, folder, this::breakBooks, this::mendBooks);
    }

    private Map<String, String> settings() {
        Map<String, String> settings = Rig.inFrontOf(simulator);
        settings.putAll(Map.of("DATA_DIR", folder.toString(), "RATE_LIMIT", "100000 per second", "KIS_ACCOUNT_RATE", "100000/second"));
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
            Thread chaos = new Thread(() -> blows.strike(over), "chaos");
            chaos.start();
            callers.call();
            over.countDown();
            chaos.join();
            heal();
            settledJournal();
            callers.askAgain();
            List<JsonNode> journal = settledJournal();
            Files.write(Path.of("target", "campaign-" + plan.name() + "-journal.jsonl"), journal.stream().map(JsonNode::toString).toList());
            Books books = new Books(callers.errands(), simulator.orders().list(), journal, replied(), blows);
            String figures = figures(journal, books, Duration.between(begin, Instant.now()));
            assertThat(books.wrong()).as(figures).isEmpty();
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
        String order = "trading/order-";
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

    /** KIS's ledger is away, with orders that it has and has not taken: many are in doubt at once. */
    private void breakBooks() {
        List.of(Fault.of(Kind.BLANK500).onPath("trading/order-").share(0.5),
                Fault.of(Kind.BLANK500).onPath("trading/order-").share(0.5).taken(),
                Fault.code("EGW00302").onPath("inquire-daily-ccld").share(0.9)).forEach(simulator.faults()::add);
    }

    private void mendBooks() {
        simulator.faults().clear();
        addFaults();
    }

    private void heal() {
        simulator.faults().clear();
        gateways.forEach(GatewayProcess::awaitReady);
    }

    private List<JsonNode> settledJournal() {
        List<JsonNode> all = new ArrayList<>();
        Instant until = Instant.now().plusSeconds(90);
        do {
            all.clear();
            LocalDate today = LocalDate.now(KoreanTime.KST);
            List.of(today.minusDays(1), today).forEach(day -> page(day, "", all));
            Awaitility.await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
        } while (!all.stream().allMatch(entry -> OrderState.ofWire(entry.path("state").asText()).settled())
                && Instant.now().isBefore(until));
        return all;
    }

    private void page(LocalDate day, String after, List<JsonNode> all) {
        Reply[] page = new Reply[1];
        Awaitility.await().until(() -> {
            page[0] = gateways.get(0).http().get("/api/trading/orders?limit=500&date=" + day + after);
            return page[0].status() == 200;
        });
        page[0].at("/data").forEach(all::add);
        if (!page[0].at("/next").isNull()) {
            page(day, "&after=" + page[0].at("/next").asText(), all);
        }
    }

    /** By request id: when it was told of an order; logs go by this machine's clock. */
    private Map<String, Instant> replied() {
        return gateways.stream().flatMap(gateway -> gateway.lines().stream()).map(REPLIED::matcher).filter(Matcher::matches)
                .collect(Collectors.toMap(line -> line.group(2), line -> OffsetDateTime.parse(line.group(1)).toInstant(),
                        (first, second) -> second));
    }

    private String figures(List<JsonNode> journal, Books books, Duration took) {
        Map<String, Integer> states = new TreeMap<>();
        Map<String, Integer> boxes = new TreeMap<>();
        Map<String, Integer> kinds = new TreeMap<>();
        int lookedUp = 0;
        for (JsonNode entry : journal) {
            states.merge(entry.path("state").asText(), 1, Integer::sum);
            lookedUp += entry.path("history").findValuesAsText("state").contains("unknown") ? 1 : 0;
            if (!OrderState.ofWire(entry.path("state").asText()).settled()) {
                boxes.merge(entry.path("reason").asText().replaceAll("[0-9]{6,}|20[0-9]{2}-[^ ,]*", "…"), 1, Integer::sum);
            }
        }
        List<Errand> asked = callers.errands().stream().filter(errand -> errand.body() != null).toList();
        asked.forEach(errand -> kinds.merge(errand.path().replace("/api/trading/", "") + (errand.isKeyed() ? "" : " without a key"), 1,
                Integer::sum));
        return plan.name() + ": seed " + plan.seed() + ", " + asked.size() + " orders " + kinds + ", "
                + asked.stream().mapToLong(Errand::requests).sum() + " requests, " + simulator.orders().list().size() + " orders at KIS, "
                + lookedUp + " outcomes looked up, journal " + states + ", wrong statements " + books.wrong().size()
                + ", without an answer " + asked.stream().filter(errand -> !errand.isAnswered()).count() + ", boxes open at the end "
                + boxes
                + ", " + books.excused() + ", blows " + blows.counts() + ", replies " + callers.replies() + ", " + took.toSeconds() + " s";
    }
}
