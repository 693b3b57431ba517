package io.kisgateway.throttle;

import io.kisgateway.call.Call;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.SendSlot;
import io.kisgateway.call.Urgency;
import io.kisgateway.redis.RedisAddress;
import io.kisgateway.redis.RedisConnection;
import io.kisgateway.testing.Patience;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.LongSupplier;
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

    private static final int WORKERS = 8;
    /** A whole second, at which time that a test keeps begins. */
    static final long START = 1_795_000_000_000L;

    final Throttle throttle;
    final Queue<Arrival> arrivals;
    volatile Optional<Duration> breaker = Optional.empty();
    /** What KIS takes for an answer, milliseconds. */
    volatile int kisMillis;
    volatile RuntimeException kisFailure;
    /** Whether a call that has its slot must take another before it arrives. */
    volatile Predicate<SendSlot> missesSlot = slot -> false;
    private final Executor workers;
    private final ScheduledThreadPoolExecutor timer;
    private final LongSupplier nanoTime;
    private final LongSupplier millis;
    private final List<Runnable> own = new ArrayList<>();
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final AtomicInteger numbers = new AtomicInteger();

    private TestGateway(ThrottleSettings settings, Limiter limiter, Executor workers, ScheduledThreadPoolExecutor timer,
            LongSupplier nanoTime, LongSupplier millis, Queue<Arrival> arrivals) throws Exception {
        this.workers = workers;
        this.timer = timer;
        this.nanoTime = nanoTime;
        this.millis = millis;
        this.arrivals = arrivals;
        throttle = new Throttle(settings, limiter, () -> breaker, workers, timer, nanoTime);
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
                from("direct:pages").routeId("pages").process("throttle").loop(20).to("direct:kis");
                from("direct:unused").routeId("unused").process("throttle");
                from("direct:kis").routeId("kis").process("account-budget").process(new Kis());
            }
        });
        camel.start();
    }

    /** In memory, in real time. */
    static TestGateway inMemory(ThrottleSettings settings, Queue<Arrival> arrivals) throws Exception {
        return threaded(settings, timer -> new MemoryLimiter(settings.rules(), Clock.systemUTC(), System::nanoTime), arrivals);
    }

    /**
     * On a real Redis, in real time.
     *
     * @param patience when Redis has not answered by then it is taken for away
     */
    static TestGateway onRedis(ThrottleSettings settings, RedisAddress address, Duration patience, Clock clock, Queue<Arrival> arrivals)
            throws Exception {
        RedisConnection redis = RedisConnection.open(address, "test:");
        TestGateway gateway = threaded(settings,
                timer -> SharedLimiter.open(settings, redis, patience, timer, clock.millis(), System::nanoTime), arrivals);
        gateway.own.add(redis::close);
        return gateway;
    }

    private static TestGateway threaded(ThrottleSettings settings, Function<ScheduledThreadPoolExecutor, Limiter> limiter,
            Queue<Arrival> arrivals) throws Exception {
        ExecutorService workers = Executors.newFixedThreadPool(WORKERS, task -> new Thread(task, "worker"));
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> new Thread(task, "timer"));
        timer.setRemoveOnCancelPolicy(true);
        TestGateway gateway = new TestGateway(settings, limiter.apply(timer), workers, timer, System::nanoTime,
                System::currentTimeMillis, arrivals);
        gateway.own.add(workers::shutdown);
        return gateway;
    }

    /** In memory, in time that the test keeps; all is done by the thread that keeps it. */
    static TestGateway inTime(ThrottleSettings settings, ManualTime time, Queue<Arrival> arrivals) throws Exception {
        return inTime(settings, new MemoryLimiter(settings.rules(), () -> Instant.ofEpochMilli(START), time::nanoTime), Runnable::run,
                time, arrivals);
    }

    static TestGateway inTime(ThrottleSettings settings, Limiter limiter, Executor workers, ManualTime time, Queue<Arrival> arrivals)
            throws Exception {
        return new TestGateway(settings, limiter, workers, time, time::nanoTime, () -> START + time.nanoTime() / 1_000_000, arrivals);
    }

    static ThrottleSettings settings(String limits, String account, Duration wait) {
        RateLimit rate = RateLimits.parse(account).all().get(0);
        return new ThrottleSettings(RateLimits.parse(limits), RateLimits.parse(limits), Map.of(), new LimiterRules(rate), wait,
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
                int pause = slot.isOver(nanoTime.getAsLong()) ? 20 : 0;
                slot.missed();
                later(pause, () -> throttle.budgetProcessor().process(exchange, sync -> {
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
            later(kisMillis, () -> {
                exchange.setException(kisFailure);
                callback.done(false);
            });
            return false;
        }
    }

    private void later(int pause, Runnable task) {
        var unused = timer.schedule(() -> workers.execute(task), pause, TimeUnit.MILLISECONDS);
    }

    /**
     * The call leaves as it does from the gateway, after a last look at the clock, and that look is its moment, milliseconds since
     * the epoch: what this machine then needs, however busy it is, says nothing of the limits. Empty if it waits for a later slot.
     */
    private OptionalLong leaves(SendSlot slot) {
        for (int renewals = 0;; renewals++) {
            long now = millis.getAsLong();
            if (!slot.isOver(nanoTime.getAsLong())) {
                return OptionalLong.of(now);
            }
            // Who asked again at once for ever could keep Redis so busy that every slot is over when it is told of.
            if (renewals == SendSlot.MOST_RENEWALS || !slot.renew()) {
                return OptionalLong.empty();
            }
        }
    }

    /** One caller's request under way. */
    record Request(int number, Call call, CompletableFuture<Exchange> reply, long sentNanos, long[] took) {
        /** When there is one. */
        Exchange answer() {
            return Patience.result(reply);
        }

        Problem problem() {
            return (Problem) answer().getException();
        }

        ProblemCode code() {
            return answer().getException() == null ? null : problem().code();
        }

        long tookMillis() {
            answer();
            return took[0] / 1_000_000;
        }

        String header(String name) {
            answer();
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
        Call call = new Call("r" + number, endpoint, "/" + endpoint, endpoint.equals("order"), nanoTime);
        call.preferredWaitMillis(waitMillis);
        call.attachTo(exchange);
        exchange.setProperty("number", number);
        parameters.forEach(exchange::setVariable);
        if (endpoint.equals("order")) {
            Urgency.ORDER.attachTo(exchange);
        }
        Request request = new Request(number, call, new CompletableFuture<>(), nanoTime.getAsLong(), new long[1]);
        AsyncProducer producer;
        try {
            producer = camel.getEndpoint("direct:" + endpoint).createAsyncProducer();
            producer.start();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        producer.process(exchange, sync -> {
            request.took[0] = nanoTime.getAsLong() - request.sentNanos;
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
        own.forEach(Runnable::run);
    }
}
