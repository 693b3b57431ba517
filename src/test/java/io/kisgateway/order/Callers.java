package io.kisgateway.order;

import io.kisgateway.simulator.Market;
import io.kisgateway.simulator.Order;
import io.kisgateway.simulator.Simulator;
import io.kisgateway.testing.GatewayProcess;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Http.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The callers of the campaign, each of whom repeats blindly until there is an answer: orders with keys, of which every other has
 * identical ones beside it; orders without, again and again on purpose, by callers of whom some hang up; and orders that rest, and
 * are changed and cancelled, in part and twice at once too.
 */
final class Callers {

    static final List<String> CODES = List.of("005930", "000660", "035420", "069500");
    private static final List<String> EXCHANGES = List.of("KRX", "KRX", "NXT", "SOR");
    static final String MODIFY = "/api/trading/modify";
    /** After so many, or so long, the caller gives up; what is known then, is asked for at the end. */
    private static final int MOST_REQUESTS = 60;
    private static final Duration MOST_TIME = Duration.ofSeconds(20);

    private final Campaign.Plan plan;
    private final Simulator simulator;
    private final Market market;
    private final List<GatewayProcess> gateways;
    private final Random random;
    private final List<Errand> errands = new ArrayList<>();
    /** What one caller does, one thing after another. */
    private final List<List<Errand>> jobs = new ArrayList<>();
    private final Map<String, AtomicInteger> replies = new ConcurrentHashMap<>();

    Callers(Campaign.Plan plan, Simulator simulator, List<GatewayProcess> gateways) {
        this.plan = plan;
        this.simulator = simulator;
        this.market = simulator.market();
        this.gateways = gateways;
        this.random = new Random(plan.seed());
        while (errands.size() < plan.orders()) {
            int what = random.nextInt(20);
            List<Errand> job = what < 13 || what < 16 && !plan.keyless() ? List.of(order(true, "c")) : what < 16 ? again() : changes();
            jobs.add(job);
            errands.addAll(job);
        }
    }

    List<Errand> errands() {
        return errands;
    }

    /** How often each was had. */
    Map<String, AtomicInteger> replies() {
        return new TreeMap<>(replies);
    }

    private String name() {
        return "key-" + plan.seed() + "-" + jobs.size();
    }

    private Errand order(boolean keyed, String client) {
        String code = CODES.get(random.nextInt(CODES.size()));
        long price = random.nextBoolean() ? 0 : market.upperLimit(code);
        boolean sell = random.nextInt(3) == 0;
        int quantity = random.nextBoolean() ? 1 + random.nextInt(2) : 3 + random.nextInt(60);
        boolean limit = !sell && price > 0;
        String body = order(code, quantity, limit ? price : 0, limit ? EXCHANGES.get(random.nextInt(EXCHANGES.size())) : "KRX");
        return new Errand(name(), keyed, client, sell ? OrderRig.SELL : OrderRig.BUY, () -> body);
    }

    static String order(String code, int quantity, long price, String exchange) {
        return OrderRig.order(code, quantity, price).replace("}", ",\"exchange\":\"" + exchange + "\"}");
    }

    /** The same order without a key up to three times, each meant. */
    private List<Errand> again() {
        Errand first = order(false, "client-" + jobs.size());
        List<Errand> all = new ArrayList<>(List.of(first));
        for (int i = random.nextInt(3); i > 0; i--) {
            all.add(new Errand(first.name() + "-" + i, false, first.client(), first.path(), first::body));
        }
        return all;
    }

    /** An order that rests, and what is changed of it. */
    private List<Errand> changes() {
        String client = "client-" + jobs.size();
        long low = market.lowerLimit(OrderRig.STICKY);
        int quantity = 2 + random.nextInt(30);
        String exchange = EXCHANGES.get(random.nextInt(EXCHANGES.size()));
        Errand rests =
                new Errand(name(), isKeyed(), client, OrderRig.BUY, () -> order(OrderRig.STICKY, quantity, low, exchange));
        List<Errand> all = new ArrayList<>(List.of(rests));
        int parts = random.nextInt(3);
        for (int i = 0; i < parts; i++) {
            all.add(change(rests, OrderRig.CANCEL, ",\"quantity\":1", all.size()));
        }
        if (random.nextBoolean()) {
            all.add(change(rests, MODIFY, ",\"price\":" + market.upperLimit(OrderRig.STICKY), all.size()));
        }
        if (random.nextBoolean()) {
            all.add(change(rests, OrderRig.CANCEL, "", all.size()));
        }
        return all;
    }

    private boolean isKeyed() {
        return !plan.keyless() || random.nextInt(4) > 0;
    }

    private Errand change(Errand rests, String path, String more, int which) {
        Supplier<String> body = () -> rests.number() == null ? null : "{\"order_no\":\"" + rests.number() + "\"" + more + "}";
        return new Errand(rests.name() + "-" + which, isKeyed(), rests.client(), path, body);
    }

    /** Returns when all is done. */
    void call() throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < plan.callers(); t++) {
            Random draw = new Random(plan.seed() + 100 + t);
            Thread thread = new Thread(() -> {
                for (int i = next.getAndIncrement(); i < jobs.size(); i = next.getAndIncrement()) {
                    work(jobs.get(i), draw);
                }
            }, "caller-" + t);
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void work(List<Errand> job, Random draw) {
        // What is like an order of which its caller was told nothing is a repeat of that, not the next one.
        for (int i = 0; i < job.size() && (i == 0 || job.get(i - 1).isAnswered() || job.get(i - 1).isKeyed()); i++) {
            if (i + 1 < job.size() && job.get(i + 1).isKeyed() && job.get(i + 1).body() != null && draw.nextInt(3) == 0) {
                beside(job.get(i + 1), draw);
            }
            untilAnswered(job.get(i), draw);
            if (job.size() > 1 && draw.nextInt(4) == 0) {
                trade(job.get(0).number(), draw);
            }
        }
    }

    /** Something of what rests is traded, or all. */
    private void trade(String orderNo, Random draw) {
        long left = orderNo == null ? 0 : simulator.orders().find(orderNo).map(Order::remainingQuantity).orElse(0L);
        if (left > 0) {
            try {
                simulator.orders().fill(orderNo, 1 + draw.nextInt((int) left));
            } catch (IllegalArgumentException e) {
                // It has been cancelled in the same moment.
                count("not traded");
            }
        }
    }

    private void untilAnswered(Errand errand, Random draw) {
        Instant until = Instant.now().plus(MOST_TIME);
        for (int tries = 0; (tries < MOST_REQUESTS || Instant.now().isBefore(until)) && errand.body() != null; tries++) {
            if (errand.isKeyed() && draw.nextInt(8) == 0) {
                beside(errand, draw);
            }
            Duration patience = !errand.isKeyed() && draw.nextInt(3) == 0 ? Duration.ofMillis(20 + draw.nextInt(1500)) : null;
            ask(errand, draw.nextInt(gateways.size()), patience);
            if (errand.isAnswered()) {
                return;
            }
            pause(20 + draw.nextInt(200));
        }
    }

    private void beside(Errand errand, Random draw) {
        int gateway = draw.nextInt(gateways.size());
        var unused = errand.askBeside(gateways.get(gateway).http(), gateway);
    }

    private void ask(Errand errand, int gateway, Duration patience) {
        try {
            Http http = gateways.get(gateway).http();
            Reply reply = errand.ask(http, gateway, patience);
            count(reply.status() + " " + reply.code());
        } catch (AssertionError e) {
            count(patience == null ? "no reply" : "hung up");
        }
    }

    private void count(String reply) {
        replies.computeIfAbsent(reply, name -> new AtomicInteger()).incrementAndGet();
    }

    /** What is said now that all is well must be what was said before. Without a key only who was told nothing can ask again. */
    void askAgain() {
        Random draw = new Random(plan.seed());
        for (Errand errand : errands) {
            if (errand.body() == null) {
                continue;
            }
            if (errand.isKeyed()) {
                for (int i = 0; i < gateways.size(); i++) {
                    ask(errand, i, null);
                }
            } else if (!errand.isAnswered()) {
                ask(errand, draw.nextInt(gateways.size()), null);
            }
        }
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
