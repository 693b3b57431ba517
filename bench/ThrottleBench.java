package bench;

import io.kisgateway.call.Call;
import io.kisgateway.redis.RedisAddress;
import io.kisgateway.redis.RedisConnection;
import io.kisgateway.throttle.Ask;
import io.kisgateway.throttle.Decision;
import io.kisgateway.throttle.Limiter;
import io.kisgateway.throttle.LimiterRules;
import io.kisgateway.throttle.Rank;
import io.kisgateway.throttle.RateLimits;
import io.kisgateway.throttle.Throttle;
import io.kisgateway.throttle.ThrottleSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/** What the throttle costs. See README.md beside this file. */
public final class ThrottleBench {

    private static final RateLimits LIFTED = RateLimits.parse("1000000 per second");
    private static final int SECONDS = 3;

    public static void main(String[] args) throws Exception {
        System.out.printf("%d processors, Java %s%n%n", Runtime.getRuntime().availableProcessors(), Runtime.version());
        try (Bench memory = new Bench(null, LIFTED)) {
            memory.decisions("memory, 1 thread", 1);
            memory.decisions("memory, 2 threads", 2);
            memory.route("a request through a route, limits in memory", "throttled");
            memory.route("the same without a throttle", "free");
        }
        try (Bench full = new Bench(null, RateLimits.parse("1 per hour"))) {
            full.decisions("memory, refused by the limiter", 1);
            full.route("a request refused while the queue is known to be full", "throttled");
        }
        if (args.length > 0) {
            try (Bench redis = new Bench(args[0], LIFTED)) {
                redis.idle();
                redis.combined(16);
                redis.combined(64);
                redis.combined(256);
                redis.route("a request through a route, limits in Redis", "throttled");
                redis.concurrentRoute(64);
            }
            try (Bench full = new Bench(args[0], RateLimits.parse("1 per hour"))) {
                full.route("a request refused while the queue is known to be full, Redis", "throttled");
            }
        }
    }

    private static final class Bench implements AutoCloseable {
        private final RateLimits limits;
        private final ExecutorService workers = Executors.newFixedThreadPool(8);
        private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
        private final RedisConnection redis;
        private final Throttle throttle;
        private final Limiter limiter;
        private final DefaultCamelContext camel = new DefaultCamelContext();

        Bench(String url, RateLimits limits) throws Exception {
            this.limits = limits;
            redis = url == null ? null : RedisConnection.open(RedisAddress.parse(url), "bench:");
            if (redis != null) {
                redis.client().getKeys().deleteByPattern("bench:*");
            }
            var rate = LIFTED.all().get(0);
            throttle = Throttle.open(new ThrottleSettings(limits, limits, Map.of(), new LimiterRules(rate), Duration.ZERO,
                    Duration.ofSeconds(30), 1000, false, 1, false, "bench"), redis, Optional::empty, workers, timer,
                    Clock.systemUTC(), System::nanoTime);
            limiter = throttle.limiter();
            camel.getRegistry().bind("throttle", throttle.throttleProcessor());
            camel.getRegistry().bind("account-budget", throttle.budgetProcessor());
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    errorHandler(noErrorHandler());
                    from("direct:throttled").process("throttle").process("account-budget").setBody(constant("x"));
                    from("direct:free").setBody(constant("x"));
                }
            });
            camel.start();
        }

        private Ask ask() {
            return new Ask("endpoint", limits, 0, Rank.QUERY);
        }

        void decisions(String what, int threads) throws Exception {
            for (int round = 0; round < 2; round++) {
                LongAdder n = new LongAdder();
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
                List<Thread> all = new ArrayList<>();
                for (int t = 0; t < threads; t++) {
                    Thread thread = new Thread(() -> {
                        while (System.nanoTime() < end) {
                            for (int i = 0; i < 100; i++) {
                                limiter.ask(ask()).toCompletableFuture().join();
                            }
                            n.add(100);
                        }
                    });
                    thread.start();
                    all.add(thread);
                }
                for (Thread thread : all) {
                    thread.join();
                }
                if (round == 1) {
                    System.out.printf("%-62s %,10d decisions/s  %6d ns each%n", what, n.sum() / SECONDS,
                            SECONDS * 1_000_000_000L * threads / n.sum());
                }
            }
        }

        void idle() {
            long[] nanos = new long[20_000];
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < nanos.length; i++) {
                    long start = System.nanoTime();
                    limiter.ask(ask()).toCompletableFuture().join();
                    nanos[i] = System.nanoTime() - start;
                }
            }
            print("Redis, one at a time", nanos);
        }

        void combined(int concurrent) throws Exception {
            for (int round = 0; round < 2; round++) {
                Semaphore room = new Semaphore(concurrent);
                LongAdder n = new LongAdder();
                LongAdder nanos = new LongAdder();
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
                while (System.nanoTime() < end) {
                    room.acquire();
                    long start = System.nanoTime();
                    CompletableFuture<Decision> decision = limiter.ask(ask()).toCompletableFuture();
                    var unused = decision.whenComplete((d, f) -> {
                        nanos.add(System.nanoTime() - start);
                        n.increment();
                        room.release();
                    });
                }
                room.acquire(concurrent);
                if (round == 1) {
                    System.out.printf("%-62s %,10d decisions/s  mean %,d us%n", "Redis, " + concurrent + " at a time",
                            n.sum() / SECONDS, nanos.sum() / n.sum() / 1000);
                }
            }
        }

        private CompletableFuture<Exchange> send(AsyncProducer producer, String endpoint) {
            Exchange exchange = camel.getEndpoint("direct:" + endpoint).createExchange();
            new Call("r", endpoint, "/" + endpoint, false, System::nanoTime).attachTo(exchange);
            CompletableFuture<Exchange> done = new CompletableFuture<>();
            producer.process(exchange, sync -> done.complete(exchange));
            return done;
        }

        void route(String what, String endpoint) throws Exception {
            long[] nanos = new long[20_000];
            AsyncProducer producer = camel.getEndpoint("direct:" + endpoint).createAsyncProducer();
            producer.start();
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < nanos.length; i++) {
                    long start = System.nanoTime();
                    send(producer, endpoint).join();
                    nanos[i] = System.nanoTime() - start;
                }
            }
            print(what, nanos);
        }

        void concurrentRoute(int concurrent) throws Exception {
            AsyncProducer producer = camel.getEndpoint("direct:throttled").createAsyncProducer();
            producer.start();
            Semaphore room = new Semaphore(concurrent);
            LongAdder n = new LongAdder();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            while (System.nanoTime() < end) {
                room.acquire();
                var unused = send(producer, "throttled").whenComplete((e, f) -> {
                    n.increment();
                    room.release();
                });
            }
            room.acquire(concurrent);
            System.out.printf("%-62s %,10d requests/s%n", "requests through a route, Redis, " + concurrent + " at a time",
                    n.sum() / SECONDS);
        }

        private static void print(String what, long[] nanos) {
            long[] sorted = nanos.clone();
            Arrays.sort(sorted);
            System.out.printf("%-62s p50 %,8.1f us   p99 %,8.1f us%n", what, sorted[sorted.length / 2] / 1000.0,
                    sorted[sorted.length * 99 / 100] / 1000.0);
        }

        @Override
        public void close() {
            camel.stop();
            throttle.close();
            timer.shutdownNow();
            workers.shutdownNow();
            if (redis != null) {
                redis.close();
            }
        }
    }
}
