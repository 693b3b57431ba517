package io.kisgateway.throttle;

import io.kisgateway.call.Call;
import io.kisgateway.call.Problem;
import io.kisgateway.redis.RedisConnection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;

/** The throttle of one gateway instance: its limiter, its queues, and the two steps that routes use. */
public final class Throttle implements AutoCloseable {

    static final Duration REDIS_PATIENCE = Duration.ofMillis(100);

    private final ThrottleSettings settings;
    private final Limiter limiter;
    private final BreakerGate gate;
    private final Executor workers;
    private final ScheduledExecutorService timer;
    private final LongSupplier nanoTime;
    private final Map<String, EndpointPermits> endpoints = new ConcurrentHashMap<>();
    /** The names under which an endpoint's calls take permits, if those are not its own. */
    private final Map<String, Set<String>> limitsOf = new ConcurrentHashMap<>();
    private final AccountBudget budget;
    private final PermitHeaders headers;
    private final ThrottleProcessor throttleProcessor;
    private final BudgetProcessor budgetProcessor;

    /** @param limiter closed together with this */
    Throttle(ThrottleSettings settings, Limiter limiter, BreakerGate gate, Executor workers,
            ScheduledExecutorService timer, LongSupplier nanoTime) {
        this.settings = settings;
        this.limiter = limiter;
        this.gate = gate;
        this.workers = workers;
        this.timer = timer;
        this.nanoTime = nanoTime;
        this.budget = new AccountBudget(limiter, () -> queue(new EndpointCounters(limiter::epochMillis)), nanoTime);
        this.headers = new PermitHeaders(settings.rules(), limiter);
        this.throttleProcessor = new ThrottleProcessor(this, workers, nanoTime);
        this.budgetProcessor = new BudgetProcessor(this, nanoTime);
        limiter.onReturn(this::askAgain);
    }

    /**
     * @param redis     null for limits in memory
     * @param gate      whether calls get through to KIS; see also {@link #circuitOpened}
     * @param workers   where waiting calls go on; not the timer
     * @param timer     wakes those who wait, and watches over Redis; its tasks are short
     * @param wallClock read once, in memory only
     * @param nanoTime  a monotonic clock, nanoseconds
     */
    public static Throttle open(ThrottleSettings settings, RedisConnection redis, BreakerGate gate, Executor workers,
            ScheduledExecutorService timer, InstantSource wallClock, LongSupplier nanoTime) {
        Limiter limiter = redis == null ? new MemoryLimiter(settings.rules(), wallClock, nanoTime)
                : SharedLimiter.open(settings, redis, REDIS_PATIENCE, timer, wallClock.millis(), nanoTime);
        return new Throttle(settings, limiter, gate, workers, timer, nanoTime);
    }

    /** The step in front of each endpoint. */
    public ThrottleProcessor throttleProcessor() {
        return throttleProcessor;
    }

    /** The step in front of each call to KIS. */
    public BudgetProcessor budgetProcessor() {
        return budgetProcessor;
    }

    /** For calls to KIS that belong to no request, such as token issues. */
    public AccountBudget budget() {
        return budget;
    }

    /** The breaker has just opened: whoever waits for a permit is told at once. */
    public void circuitOpened() {
        gate.shutFor().ifPresent(wait -> dismiss(Problem.circuitOpen(wait)));
    }

    /** Everyone who waits is told this, and their slots go back; for a shutdown. */
    public void dismiss(Problem problem) {
        endpoints.values().forEach(e -> e.queue().dismiss(problem));
        budget.queues().forEach(queue -> queue.dismiss(problem));
    }

    private void askAgain() {
        endpoints.values().forEach(e -> e.queue().ask());
        budget.queues().forEach(PermitQueue::ask);
    }

    /** From now on it is noticed while nobody calls, too, that Redis is away. */
    void watch() {
        limiter.watch();
    }

    /** Other limits for one endpoint of this instance from now on. */
    public void changeLimit(String endpoint, RateLimits limits) {
        endpoint(endpoint).limits(limits);
    }

    /** The throttle as a whole, as of now. */
    public ThrottleState state() {
        LimiterState now = limiter.state();
        return new ThrottleState(now.backend(), limiter instanceof SharedLimiter, now.degraded(),
                !now.degraded() || !settings.redisRequired(),
                settings.limits().toString(), now.accountPacing());
    }

    /** Of all endpoints that were called or have limits of their own, by route id. */
    public Map<String, EndpointStats> stats() {
        settings.ownLimits().keySet().forEach(this::endpoint);
        Map<String, EndpointStats> stats = new TreeMap<>();
        endpoints.forEach((name, e) -> stats.put(name, e.stats()));
        return stats;
    }

    /** Of one endpoint, called or not; with what its calls take permits of instead. */
    public EndpointStats stats(String endpoint) {
        return limitsOf.getOrDefault(endpoint, Set.of()).stream().map(name -> endpoint(name).stats())
                .reduce(endpoint(endpoint).stats(), EndpointStats::plus);
    }

    EndpointPermits permits(Call call) {
        if (!call.limit().equals(call.endpoint())) {
            limitsOf.computeIfAbsent(call.endpoint(), route -> ConcurrentHashMap.newKeySet()).add(call.limit());
        }
        return endpoint(call.limit());
    }

    /** Goes on with a call on a worker, or here if none takes it. */
    void resume(Runnable call) {
        try {
            workers.execute(call);
        } catch (RejectedExecutionException e) {
            call.run();
        }
    }

    PermitHeaders headers() {
        return headers;
    }

    private PermitQueue queue(EndpointCounters counters) {
        QueryTurns turns = new QueryTurns(settings.rules().momentMillis(), this::waitingQueues);
        return new PermitQueue(limiter, gate, nanoTime, timer, workers, counters, turns, settings.queueMax());
    }

    private int waitingQueues() {
        return (int) endpoints.values().stream().filter(endpoint -> endpoint.queue().length() > 0).count();
    }

    ThrottleSettings settings() {
        return settings;
    }

    /** What decides; for measurements. */
    public Limiter limiter() {
        return limiter;
    }

    EndpointPermits endpoint(String name) {
        EndpointPermits known = endpoints.get(name);
        return known != null ? known : endpoints.computeIfAbsent(name, n -> {
            EndpointCounters counters = new EndpointCounters(limiter::epochMillis);
            return new EndpointPermits(n, settings.limits(n), counters, queue(counters));
        });
    }

    @Override
    public void close() {
        limiter.close();
    }
}
