package io.kisgateway.throttle;

import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.redis.RedisConnection;
import io.kisgateway.throttle.Decision.Verdict;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The limiter that all instances share through Redis, with this instance's own share to fall back upon.
 *
 * <p>At most one call of the script is under way; what is asked meanwhile goes together in the next. When Redis fails or
 * does not answer in time, everyone is answered from the local book, at once and until a probe gets through. The local
 * book begins where the shared one is known to be spoken for; and after the outage the shared book is told what was
 * granted locally and shares its permits out among those that are back, so that no window is granted twice.
 */
final class SharedLimiter implements Limiter {

    static final Duration PATIENCE = Duration.ofMillis(100);
    private static final long PROBE_MILLIS = 250;
    private static final long GRACE_MILLIS = 3000;
    private static final int MOST_IN_BATCH = 256;
    private static final int MOST_REMEMBERED = 20_000;
    private static final Logger LOG = LoggerFactory.getLogger(SharedLimiter.class);

    private final RedisBook shared;
    private final RedisConnection redis;
    private final LimiterRules rules;
    private final int instances;
    private final boolean required;
    private final ScheduledExecutorService timer;
    private final LongSupplier nanoTime;
    private final long patienceNanos;

    private final Object lock = new Object();
    private Deque<Operation> pending = new ArrayDeque<>();
    private Flight inFlight;
    private boolean watched;
    private boolean closed;

    /** Null while Redis answers. */
    private volatile Local local;
    private long born;
    /** The limiter's clock is this much ahead of the monotonic one. */
    private volatile long clockOffsetMillis;
    private volatile long paceEra;
    private volatile int pace = RollingBook.FULL;
    private volatile int ledgerPace = RollingBook.FULL;
    private int place;
    private long spokenForUntil;
    private final Map<String, Long> fullUntil = new HashMap<>();
    private final Deque<Slot> remembered = new ArrayDeque<>();
    private final List<Slot> toGiveBack = new ArrayList<>();

    private SharedLimiter(ThrottleSettings settings, RedisConnection redis, ScheduledExecutorService timer,
            InstantSource wallClock, LongSupplier nanoTime) {
        this.shared = new RedisBook(redis, settings.rules(), settings.scope(), settings.instances(),
                UUID.randomUUID().toString().substring(0, 8));
        this.redis = redis;
        this.rules = settings.rules();
        this.instances = settings.instances();
        this.required = settings.redisRequired();
        this.timer = timer;
        this.nanoTime = nanoTime;
        this.patienceNanos = PATIENCE.toNanos();
        this.clockOffsetMillis = wallClock.millis() - nanoTime.getAsLong() / 1_000_000;
    }

    static SharedLimiter open(ThrottleSettings settings, RedisConnection redis, ScheduledExecutorService timer,
            InstantSource wallClock, LongSupplier nanoTime) {
        return new SharedLimiter(settings, redis, timer, wallClock, nanoTime);
    }

    /** What is to be done in the shared book. */
    private sealed interface Operation {
        record Question(Ask ask, long askedNanos, CompletableFuture<Decision> answer) implements Operation { }

        record Return(Slot slot) implements Operation { }

        record Slower(boolean ledger) implements Operation { }
    }

    /** One call of the script under way. */
    private static final class Flight {
        final List<Operation> operations;
        final long sentNanos;
        final long dueNanos;

        Flight(List<Operation> operations, long sentNanos, long dueNanos) {
            this.operations = operations;
            this.sentNanos = sentNanos;
            this.dueNanos = dueNanos;
        }
    }

    /** This instance alone. */
    private static final class Local {
        final Book book;
        final long sinceNanos;
        final Map<String, Long> notBefore;
        final long accountNotBefore;

        Local(Book book, long sinceNanos, Map<String, Long> notBefore, long accountNotBefore) {
            this.book = book;
            this.sinceNanos = sinceNanos;
            this.notBefore = notBefore;
            this.accountNotBefore = accountNotBefore;
        }
    }

    @Override
    public CompletionStage<Decision> ask(Ask ask) {
        CompletableFuture<Decision> answer;
        synchronized (lock) {
            if (local != null) {
                return alone(ask);
            }
            answer = new CompletableFuture<>();
            pending.add(new Operation.Question(ask, nanoTime.getAsLong(), answer));
        }
        send();
        return answer;
    }

    @Override
    public void giveBack(Slot slot) {
        synchronized (lock) {
            Local now = local;
            if (slot.source() == Source.LOCAL) {
                if (now != null) {
                    now.book.giveBack(slot);
                }
                return;
            }
            if (now != null) {
                toGiveBack.add(slot);
                return;
            }
            pending.add(new Operation.Return(slot));
        }
        send();
    }

    @Override
    public void slowDown(boolean ledger) {
        synchronized (lock) {
            Local now = local;
            if (now != null) {
                now.book.slowDown(epochMillis(), ledger);
                return;
            }
            pending.add(new Operation.Slower(ledger));
        }
        send();
    }

    @Override
    public long epochMillis() {
        return nanoTime.getAsLong() / 1_000_000 + clockOffsetMillis;
    }

    @Override
    public long paceEra() {
        return paceEra;
    }

    @Override
    public LimiterState state() {
        synchronized (lock) {
            Local now = local;
            long millis = epochMillis();
            return new LimiterState(redis.display(), now != null,
                    (now == null ? pace : now.book.pace(millis, false)) / 1000.0,
                    (now == null ? ledgerPace : now.book.pace(millis, true)) / 1000.0);
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
        }
    }

    // With Redis

    private void send() {
        Flight flight;
        RedisBook.Batch batch;
        synchronized (lock) {
            if (inFlight != null || pending.isEmpty() || local != null) {
                return;
            }
            List<Operation> operations = new ArrayList<>(Math.min(pending.size(), MOST_IN_BATCH));
            long now = nanoTime.getAsLong();
            long due = now + patienceNanos;
            while (!pending.isEmpty() && operations.size() < MOST_IN_BATCH) {
                Operation operation = pending.poll();
                operations.add(operation);
                if (operation instanceof Operation.Question question) {
                    due = Math.min(due, question.askedNanos + patienceNanos);
                }
            }
            flight = new Flight(operations, now, due);
            inFlight = flight;
            // Should Redis come to it only later, nobody will be waiting for the slots.
            batch = shared.new Batch(0, born == 0 ? 0 : due / 1_000_000 + clockOffsetMillis + 20);
            for (Operation operation : operations) {
                if (operation instanceof Operation.Question question) {
                    long waited = (now - question.askedNanos) / 1_000_000;
                    batch.ask(question.ask, Math.max(0, question.ask.patienceMillis() - waited), 0);
                } else if (operation instanceof Operation.Return back) {
                    batch.giveBack(back.slot);
                } else if (operation instanceof Operation.Slower slower) {
                    batch.slowDown(slower.ledger);
                }
            }
            watch(flight);
        }
        batch.send().whenComplete((reply, failure) -> {
            if (failure != null) {
                failed(flight, failure);
            } else {
                answered(flight, reply);
            }
        });
    }

    private void answered(Flight flight, List<Long> reply) {
        long now = nanoTime.getAsLong();
        if (reply.get(1) < 0) {
            failed(flight, new IllegalStateException("Redis came to it too late"));
            return;
        }
        List<Runnable> answers = new ArrayList<>(flight.operations.size());
        synchronized (lock) {
            boolean late = inFlight != flight;
            if (!late) {
                inFlight = null;
            }
            header(reply, flight.sentNanos, now);
            long redisNow = reply.get(0);
            int at = HEADER;
            for (Operation operation : flight.operations) {
                if (!(operation instanceof Operation.Question question)) {
                    continue;
                }
                int limits = question.ask.limits().all().size();
                Decision decision = decision(question.ask, reply, at, redisNow, flight.sentNanos, now);
                at += 3 + limits;
                if (late) {
                    // Everyone was answered without Redis.
                    if (decision.slot() != null) {
                        returnLater(decision.slot());
                    }
                } else {
                    remember(decision.slot(), redisNow);
                    answers.add(() -> question.answer.complete(decision));
                }
            }
        }
        answers.forEach(Runnable::run);
        send();
    }

    private static final int HEADER = 7;

    /** What every reply begins with; call with the lock held. */
    private void header(List<Long> reply, long sentNanos, long nowNanos) {
        long redisNow = reply.get(0);
        born = reply.get(1);
        pace = reply.get(2).intValue();
        ledgerPace = reply.get(3).intValue();
        paceEra = reply.get(4);
        spokenForUntil = reply.get(5);
        place = reply.get(6).intValue();
        clockOffsetMillis = redisNow - (sentNanos + (nowNanos - sentNanos) / 2) / 1_000_000;
    }

    private Decision decision(Ask ask, List<Long> reply, int at, long redisNow, long sentNanos, long nowNanos) {
        int column = reply.get(at).intValue();
        long when = reply.get(at + 1);
        long full = reply.get(at + 2);
        if (ask.endpoint() != null) {
            if (full > redisNow) {
                fullUntil.put(ask.endpoint(), full);
            } else {
                fullUntil.remove(ask.endpoint());
            }
        }
        List<RateLimit> limits = ask.limits().all();
        List<Quota> quotas = MemoryLimiter.quotas(ask, redisNow, limit -> reply.get(at + 3 + limits.indexOf(limit)).intValue());
        if (column < 0) {
            return new Decision(Verdict.NO, null, when - redisNow, quotas, Source.REDIS);
        }
        // The script ran somewhere between sending and receiving: not before the one, not after the other.
        long go = when <= redisNow ? nowNanos : nowNanos + (when - redisNow) * 1_000_000;
        long until = sentNanos + (rules.validUntil(ask, when) - redisNow) * 1_000_000;
        Slot slot = new Slot(ask.instead() == null ? ask : ask.instead(null, ask.patienceMillis()), when, column, go,
                Math.max(until, go), Source.REDIS, paceEra);
        return when <= redisNow ? new Decision(Verdict.GO, slot, 0, quotas, Source.REDIS)
                : new Decision(Verdict.WAIT, slot, when - redisNow, quotas, Source.REDIS);
    }

    private void remember(Slot slot, long now) {
        while (!remembered.isEmpty() && (remembered.peek().at() < now - 1100 || remembered.size() >= MOST_REMEMBERED)) {
            remembered.poll();
        }
        if (slot != null) {
            remembered.add(slot);
        }
    }

    private void returnLater(Slot slot) {
        if (local != null) {
            toGiveBack.add(slot);
        } else {
            pending.add(new Operation.Return(slot));
        }
    }

    /** Looks after the call under way; one alarm at a time is enough. Call with the lock held. */
    private void watch(Flight flight) {
        if (watched || closed) {
            return;
        }
        try {
            watched = true;
            timer.schedule(this::look, Math.max(0, flight.dueNanos - nanoTime.getAsLong()), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            watched = false;
        }
    }

    private void look() {
        Flight flight;
        synchronized (lock) {
            watched = false;
            flight = inFlight;
            if (flight == null) {
                return;
            }
            if (flight.dueNanos > nanoTime.getAsLong()) {
                watch(flight);
                return;
            }
        }
        failed(flight, null);
    }

    // Without Redis

    /** @param failure null if it took too long */
    private void failed(Flight flight, Throwable failure) {
        List<Operation> orphans;
        synchronized (lock) {
            if (inFlight != flight) {
                return;
            }
            inFlight = null;
            if (closed) {
                local = local == null ? goLocal() : local;
            }
            if (local == null) {
                local = goLocal();
                LOG.warn("Redis {} {}; limiting locally to one {} of the limits{}", redis.display(),
                        failure == null ? "does not answer within " + PATIENCE.toMillis() + " ms" : "fails (" + reason(failure) + ")",
                        instances == 1 ? "instance" : instances + "th", required ? " is not allowed: refusing" : "");
                probeLater();
            }
            orphans = new ArrayList<>(flight.operations);
            orphans.addAll(pending);
            pending.clear();
        }
        for (Operation operation : orphans) {
            if (operation instanceof Operation.Question question) {
                alone(question.ask).whenComplete((decision, problem) -> {
                    if (problem == null) {
                        question.answer.complete(decision);
                    } else {
                        question.answer.completeExceptionally(problem);
                    }
                });
            } else if (operation instanceof Operation.Return back) {
                giveBack(back.slot);
            } else if (operation instanceof Operation.Slower slower) {
                slowDown(slower.ledger);
            }
        }
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return cause.getClass().getSimpleName();
    }

    private Local goLocal() {
        Book book = new Book(rules.share(instances));
        for (Slot slot : remembered) {
            Ask ask = slot.ask();
            book.note(new Slot(new Ask(ask.endpoint(), ask.limits().share(instances), 0, ask.rank(), ask.account(), ask.ledger(),
                    null), slot.at(), RollingBook.FIXED, 0, 0, Source.LOCAL, 0));
        }
        return new Local(book, nanoTime.getAsLong(), new HashMap<>(fullUntil), spokenForUntil);
    }

    private CompletionStage<Decision> alone(Ask ask) {
        if (required) {
            return CompletableFuture.failedFuture(Problem.of(ProblemCode.LIMITER_UNAVAILABLE,
                    "The rate limiter's Redis is away, and it is required.").retryAfter(Duration.ofSeconds(1)));
        }
        synchronized (lock) {
            Local here = local;
            if (here == null) {
                return ask(ask);
            }
            long now = epochMillis();
            Slot old = ask.instead();
            if (old != null && old.source() == Source.REDIS) {
                toGiveBack.add(old);
            }
            RateLimits share = ask.limits().share(instances);
            Ask own = new Ask(ask.endpoint(), share, ask.patienceMillis(), ask.rank(), ask.account(), ask.ledger(),
                    old != null && old.source() == Source.LOCAL ? old : null);
            long earliest = Math.max(ask.account() ? here.accountNotBefore : 0,
                    ask.endpoint() == null ? 0 : here.notBefore.getOrDefault(ask.endpoint(), 0L));
            Book.Booking booking = here.book.ask(now, own, earliest);
            List<Quota> quotas = MemoryLimiter.quotas(own, now, limit -> here.book.used(own.endpoint(), limit, now));
            if (!booking.granted()) {
                return CompletableFuture.completedFuture(new Decision(Verdict.NO, null, booking.at() - now, quotas, Source.LOCAL));
            }
            Slot slot = new Slot(new Ask(ask.endpoint(), share, ask.patienceMillis(), ask.rank(), ask.account(), ask.ledger(),
                    null), booking.at(), booking.column(), (booking.at() - clockOffsetMillis) * 1_000_000,
                    (rules.validUntil(own, booking.at()) - clockOffsetMillis) * 1_000_000, Source.LOCAL, paceEra);
            remember(slot, now);
            return CompletableFuture.completedFuture(booking.at() <= now ? new Decision(Verdict.GO, slot, 0, quotas, Source.LOCAL)
                    : new Decision(Verdict.WAIT, slot, booking.at() - now, quotas, Source.LOCAL));
        }
    }

    // Back to Redis

    private void probeLater() {
        if (closed) {
            return;
        }
        try {
            timer.schedule(this::probe, PROBE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // shutting down
        }
    }

    private void probe() {
        Local here = local;
        if (here == null || closed) {
            return;
        }
        // Nothing is written by a probe that comes late: its answer counts only if it comes in time.
        long sent = nanoTime.getAsLong();
        shared.new Batch(0, born == 0 ? 0 : (sent + patienceNanos) / 1_000_000 + clockOffsetMillis).send()
                .toCompletableFuture().orTimeout(PATIENCE.toMillis() * 3, TimeUnit.MILLISECONDS)
                .whenComplete((reply, failure) -> {
                    if (failure == null && reply.get(1) >= 0 && nanoTime.getAsLong() - sent < patienceNanos) {
                        join(here);
                    } else {
                        probeLater();
                    }
                });
    }

    /** Tells the shared book what was granted here, and goes on with it. */
    private void join(Local here) {
        RedisBook.Batch batch = shared.new Batch(0, 0);
        long sent;
        long knownBorn;
        int told;
        List<Slot> backNow;
        synchronized (lock) {
            sent = nanoTime.getAsLong();
            knownBorn = born;
            long now = epochMillis();
            batch.join(GRACE_MILLIS, (sent - here.sinceNanos) / 1_000_000 + PATIENCE.toMillis());
            remember(null, now);
            for (Slot slot : remembered) {
                if (slot.source() == Source.LOCAL) {
                    batch.note(slot);
                }
            }
            told = remembered.size();
            backNow = List.copyOf(toGiveBack);
        }
        // TODO completed below
        batch.send().toCompletableFuture().orTimeout(PATIENCE.toMillis() * 3, TimeUnit.MILLISECONDS)
                .whenComplete((reply, failure) -> {
                    if (failure != null || reply.get(1) < 0) {
                        probeLater();
                        return;
                    }
                    synchronized (lock) {
                        header(reply, sent, nanoTime.getAsLong());
                        local = null;
                        for (Slot slot : backNow) {
                            if (slot.at() > reply.get(0) && born == knownBorn) {
                                pending.add(new Operation.Return(slot));
                            }
                        }
                        toGiveBack.clear();
                    }
                    LOG.info("Redis {} answers again; limits are shared again ({} slots told)", redis.display(), told);
                    send();
                });
    }
}
