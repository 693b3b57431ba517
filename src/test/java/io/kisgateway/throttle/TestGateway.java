package io.kisgateway.throttle;

import io.kisgateway.call.Call;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.SendSlot;
import io.kisgateway.call.Urgency;
import io.kisgateway.redis.RedisAddress;
import io.kisgateway.redis.RedisConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.AsyncProcessorSupport;

/** A gateway reduced to what the throttle sees of it: routes that wait for a permit, take the budget, and arrive. */
final class TestGateway implements AutoCloseable {

    /** A call that left for KIS. */
    record Arrival(String endpoint, int number, long millis, String thread) {}

    static final int WORKERS = 8;

    final Throttle throttle;
    final Queue<Arrival> arrivals;
    final ExecutorService workers = Executors.newFixedThreadPool(WORKERS, task -> new Thread(task, "worker"));
    final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> new Thread(task, "timer"));
    volatile Optional<Duration> breaker = Optional.empty();
    /** What KIS takes for an answer, milliseconds. */
    volatile int kisMillis;
    volatile RuntimeException kisFailure;
    /** Whether a call that has its slot must take another before it arrives. */
    volatile Predicate<SendSlot> missesSlot = slot -> false;
    private final RedisConnection redis;
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final AtomicInteger numbers = new AtomicInteger();

    TestGateway(ThrottleSettings settings, String redisUrl, Queue<Arrival> arrivals) throws Exception {
        this(settings, redisUrl, arrivals, Clock.systemUTC());
    }

    TestGateway(ThrottleSettings settings, String redisUrl, Queue<Arrival> arrivals, InstantSource clock) throws Exception {
        this(settings, redisUrl == null ? null : RedisAddress.parse(redisUrl), arrivals, clock);
    }

    /** @param address null for a gateway without Redis */
    TestGateway(ThrottleSettings settings, RedisAddress address, Queue<Arrival> arrivals, InstantSource clock) throws Exception {
        this.arrivals = arrivals;
        timer.setRemoveOnCancelPolicy(true);
        redis = address == null ? null : RedisConnection.open(address, "test:");
        throttle = Throttle.open(settings, redis, () -> breaker, workers, timer, clock, System::nanoTime);
        camel.disableJMX();
        camel.getRegistry().bind("throttle", throttle.throttleProcessor());
        camel.getRegistry().bind("account-budget", throttle.budgetProcessor());
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                for (String endpoint : List.of("snapshot", "prices", "order")) {
                    from("direct:" + endpoint).routeId(endpoint).process("throttle").to("direct:kis")
                            .process(e -> e.getMessage().setBody("answer " + e.getMessage().getBody()));
                }
                from("direct:unused").routeId("unused").process("throttle");
                from("direct:kis").routeId("kis").process("account-budget").process(new Kis());
            }
        });
        camel.start();
    }

    static ThrottleSettings settings(String limits, String account, Duration wait) {
        RateLimit rate = RateLimits.parse(account).all().get(0);
        return new ThrottleSettings(RateLimits.parse(limits), Map.of(), new LimiterRules(rate), wait,
                Duration.ofSeconds(30), 1000, true, 3, false, "test");
    }

    private final class Kis extends AsyncProcessorSupport {
        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            int number = exchange.getProperty("number", Integer.class);
            SendSlot slot = SendSlot.of(exchange);
            OptionalLong left;
            try {
                left = missesSlot.test(slot) ? OptionalLong.empty() : leaves(slot);
            } catch (Problem refused) {
                exchange.setException(refused);
                callback.done(true);
                return true;
            }
            if (left.isEmpty()) {
                int pause = slot.isOver(System.nanoTime()) ? 20 : 0;
                slot.missed();
                CompletableFuture.delayedExecutor(pause, TimeUnit.MILLISECONDS, workers)
                        .execute(() -> throttle.budgetProcessor().process(exchange, sync -> {
                            if (exchange.getException() != null) {
                                callback.done(false);
                            } else {
                                process(exchange, again -> callback.done(false));
                            }
                        }));
                return false;
            }
            arrivals.add(new Arrival(Call.of(exchange).endpoint(), number, left.getAsLong(), Thread.currentThread().getName()));
            exchange.getMessage().setBody(number);
            if (kisMillis == 0) {
                exchange.setException(kisFailure);
                callback.done(true);
                return true;
            }
            CompletableFuture.delayedExecutor(kisMillis, TimeUnit.MILLISECONDS, workers).execute(() -> {
                exchange.setException(kisFailure);
                callback.done(false);
            });
            return false;
        }
    }

    /**
     * The call leaves as it does from the gateway, after a last look at the clock, and that look is its moment, milliseconds since
     * the epoch: what this machine then needs, however busy it is, says nothing of the limits. Empty if it waits for a later slot.
     */
    private OptionalLong leaves(SendSlot slot) {
        for (int renewals = 0;; renewals++) {
            long millis = System.currentTimeMillis();
            if (!slot.isOver(System.nanoTime())) {
                return OptionalLong.of(millis);
            }
            // Who asked again at once for ever could keep Redis so busy that every slot is over when it is told of.
            if (renewals == SendSlot.MOST_RENEWALS || !slot.renew()) {
                return OptionalLong.empty();
            }
        }
    }

    /** One caller's request under way. */
    record Request(int number, Call call, CompletableFuture<Exchange> reply, long sentNanos, long[] took) {
        Problem problem() {
            return (Problem) reply.join().getException();
        }

        ProblemCode code() {
            return reply.join().getException() == null ? null : problem().code();
        }

        long tookMillis() {
            reply.join();
            return took[0] / 1_000_000;
        }

        String header(String name) {
            reply.join();
            return call.replyHeaders().get(name);
        }
    }

    /** A request that is no other's like. */
    Request send(String endpoint, Long waitMillis) {
        return send(endpoint, waitMillis, Map.of("n", numbers.get()));
    }

    Request send(String endpoint, Long waitMillis, Map<String, Object> parameters) {
        Exchange exchange = camel.getEndpoint("direct:" + endpoint).createExchange();
        int number = numbers.incrementAndGet();
        Call call = new Call("r" + number, endpoint, "/" + endpoint, endpoint.equals("order"), System::nanoTime);
        call.preferredWaitMillis(waitMillis);
        call.attachTo(exchange);
        exchange.setProperty("number", number);
        parameters.forEach(exchange::setVariable);
        if (endpoint.equals("order")) {
            Urgency.ORDER.attachTo(exchange);
        }
        Request request = new Request(number, call, new CompletableFuture<>(), System.nanoTime(), new long[1]);
        AsyncProducer producer;
        try {
            producer = camel.getEndpoint("direct:" + endpoint).createAsyncProducer();
            producer.start();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        producer.process(exchange, sync -> {
            request.took[0] = System.nanoTime() - request.sentNanos;
            request.reply.complete(exchange);
        });
        return request;
    }

    static Queue<Arrival> arrivals() {
        return new ConcurrentLinkedQueue<>();
    }

    @Override
    public void close() {
        throttle.dismiss(Problem.of(ProblemCode.SHUTTING_DOWN, "The gateway is shutting down."));
        camel.stop();
        throttle.close();
        timer.shutdownNow();
        workers.shutdown();
        if (redis != null) {
            redis.close();
        }
    }
}
