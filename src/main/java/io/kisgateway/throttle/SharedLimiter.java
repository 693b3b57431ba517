package io.kisgateway.throttle;

import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.redis.RedisConnection;
import io.kisgateway.throttle.Decision.Verdict;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
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
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long PROBE_MILLIS = 250;
    private static final long GRACE_MILLIS = 3000;
    private static final int MOST_IN_BATCH = 256;
    /** Less than what unused books live in Redis. */
    private static final long BOOKS_LAST_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long LOST_MEMORY = -2;
    private static final Logger LOG = LoggerFactory.getLogger(SharedLimiter.class);

    private final RedisReservations shared;
    private final RedisConnection redis;
    private final LimiterRules rules;
    private final int instances;
    private final boolean required;
    private final ScheduledExecutorService timer;
    private final LongSupplier nanoTime;
    private final long patienceNanos;

    private final Object lock = new Object();
    private Deque<Operation> pending = new ArrayDeque<>();
    private PendingBatch inFlight;
    private boolean watched;
    private boolean closed;

    private final RedisSnapshot heard;
    /** Null while Redis answers. */
    private volatile LocalShareLimiter local;
    /** What was promised before an outage in which Redis lost its memory. */
    private LocalShareLimiter carried;
    /** Local ones that the shared book was told of. */
    private final Set<Slot> noted = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<Slot> toGiveBack = new ArrayList<>();
    private volatile Runnable returned = () -> { };

    private SharedLimiter(ThrottleSettings settings, RedisConnection redis, ScheduledExecutorService timer,
            InstantSource wallClock, LongSupplier nanoTime) {
        this.shared = new RedisReservations(redis, settings.rules(), settings.scope(), settings.instances(),
                UUID.randomUUID().toString().substring(0, 8));
        this.redis = redis;
        this.rules = settings.rules();
        this.instances = settings.instances();
        this.required = settings.redisRequired();
        this.timer = timer;
        this.nanoTime = nanoTime;
        this.patienceNanos = PATIENCE.toNanos();
        this.heard = new RedisSnapshot(new RedisClock(wallClock.millis(), nanoTime.getAsLong()));
    }

    static SharedLimiter open(ThrottleSettings settings, RedisConnection redis, ScheduledExecutorService timer,
            InstantSource wallClock, LongSupplier nanoTime) {
        return new SharedLimiter(settings, redis, timer, wallClock, nanoTime);
    }

    /** What is to be done in the shared book. */
    private sealed interface Operation {
        record Question(Ask ask, long askedNanos, CompletableFuture<Decision> answer) implements Operation { }

        record Return(Slot slot) implements Operation { }

        /** Of a slot that Redis does not know of. */
        record Note(Slot slot) implements Operation { }

        record Slower(boolean ledger) implements Operation { }
    }

    /** One call of the script under way. */
    private static final class PendingBatch {
        final List<Operation> operations;
        final long sentNanos;
        final long dueNanos;
        boolean excused;

        PendingBatch(List<Operation> operations, long sentNanos, long dueNanos) {
            this.operations = operations;
            this.sentNanos = sentNanos;
            this.dueNanos = dueNanos;
        }
    }

    @Override
    public CompletionStage<Decision> ask(Ask ask) {
        CompletableFuture<Decision> answer;
        synchronized (lock) {
            if (local != null) {
                return alone(ask);
            }
            if (ask.instead() != null) {
                heard.forget(ask.instead(), epochMillis());
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
            heard.forget(slot, epochMillis());
            LocalShareLimiter here = local;
            if (here != null) {
                if (slot.source() == Source.LOCAL) {
                    here.giveBack(slot);
                } else {
                    toGiveBack.add(slot);
                }
                return;
            }
            pending.add(new Operation.Return(slot));
        }
        send();
    }

    @Override
    public void slowDown(boolean ledger) {
        synchronized (lock) {
            LocalShareLimiter here = local;
            if (here != null) {
                here.slowDown(epochMillis(), ledger);
                return;
            }
            pending.add(new Operation.Slower(ledger));
        }
        send();
    }

    @Override
    public long epochMillis() {
        synchronized (lock) {
            return heard.clock.millis(nanoTime.getAsLong());
        }
    }

    @Override
    public long paceEra() {
        return heard.paceEra();
    }

    @Override
    public boolean stands(Slot slot) {
        return slot.paceEra() == heard.paceEra() && (slot.source() != Source.LOCAL || local != null);
    }

    @Override
    public void onReturn(Runnable told) {
        returned = told;
    }

    @Override
    public LimiterState state() {
        synchronized (lock) {
            LocalShareLimiter here = local;
            long now = epochMillis();
            return new LimiterState(redis.display(), here != null,
                    (here == null ? heard.pace() : here.pace(now, false)) / 1000.0,
                    (here == null ? heard.ledgerPace() : here.pace(now, true)) / 1000.0);
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
        PendingBatch sent;
        RedisReservations.Batch batch;
        synchronized (lock) {
            if (inFlight != null || pending.isEmpty() || local != null) {
                return;
            }
            List<Operation> operations = new ArrayList<>(Math.min(pending.size(), MOST_IN_BATCH));
            long now = nanoTime.getAsLong();
            long due = now + patienceNanos;
            if (carried != null && carried.isPast(epochMillis())) {
                carried = null;
            }
            while (!pending.isEmpty() && operations.size() < MOST_IN_BATCH) {
                Operation operation = pending.poll();
                operations.add(operation);
                if (operation instanceof Operation.Question question) {
                    due = Math.min(due, question.askedNanos + patienceNanos);
                }
            }
            sent = new PendingBatch(operations, now, due);
            inFlight = sent;
            // Should Redis come to it only later, nobody will be waiting for the slots.
            batch = shared.new Batch(0, heard.born() == 0 ? 0 : heard.clock.millis(due) + 20,
                    now - heard.atNanos() < BOOKS_LAST_NANOS ? heard.born() : 0, false);
            for (Operation operation : operations) {
                if (operation instanceof Operation.Question question) {
                    long waited = (now - question.askedNanos) / 1_000_000;
                    batch.ask(question.ask, Math.max(0, question.ask.patienceMillis() - waited),
                            carried == null ? 0 : carried.earliest(question.ask));
                } else if (operation instanceof Operation.Return back) {
                    batch.giveBack(back.slot);
                } else if (operation instanceof Operation.Note note) {
                    batch.note(note.slot);
                } else if (operation instanceof Operation.Slower slower) {
                    batch.slowDown(slower.ledger);
                }
            }
            watch(sent, sent.dueNanos);
        }
        batch.send().whenComplete((reply, failure) -> {
            if (failure != null) {
                failed(sent, "fails (" + RedisConnection.reason(failure) + ")");
            } else {
                answered(sent, reply);
            }
        });
    }

    private void answered(PendingBatch sent, List<Long> reply) {
        long now = nanoTime.getAsLong();
        if (reply.get(1) == LOST_MEMORY) {
            failed(sent, "has lost its memory");
            return;
        }
        if (reply.get(1) < 0) {
            failed(sent, "answers too late");
            return;
        }
        List<Runnable> answers = new ArrayList<>(sent.operations.size());
        synchronized (lock) {
            boolean late = inFlight != sent;
            if (!late) {
                inFlight = null;
            }
            heard.header(reply, sent.sentNanos, now);
            long redisNow = reply.get(0);
            int at = RedisSnapshot.HEADER;
            for (Operation operation : sent.operations) {
                if (!(operation instanceof Operation.Question question)) {
                    continue;
                }
                int limits = question.ask.limits().all().size();
                Decision decision = decision(question.ask, reply, at, redisNow);
                at += 3 + limits;
                if (late) {
                    // Everyone was answered without Redis.
                    if (decision.slot() != null) {
                        returnLater(decision.slot());
                    }
                } else {
                    heard.remember(decision.slot(), redisNow);
                    answers.add(() -> question.answer.complete(decision));
                }
            }
        }
        answers.forEach(Runnable::run);
        send();
    }

    private Decision decision(Ask ask, List<Long> reply, int at, long redisNow) {
        int column = reply.get(at).intValue();
        long when = reply.get(at + 1);
        List<RateLimit> limits = ask.limits().all();
        if (ask.endpoint() != null) {
            int[] permits = new int[limits.size()];
            for (int i = 0; i < permits.length; i++) {
                permits[i] = reply.get(at + 3 + i).intValue();
            }
            heard.endpoint(ask, redisNow, reply.get(at + 2), permits);
        }
        List<Quota> quotas = MemoryLimiter.quotas(ask, redisNow, limit -> reply.get(at + 3 + limits.indexOf(limit)).intValue());
        if (column < 0) {
            return new Decision(Verdict.NO, null, when - redisNow, quotas, Source.REDIS);
        }
        Slot slot = new Slot(ask.instead() == null ? ask : ask.instead(null, ask.patienceMillis()), when, column,
                heard.clock.notBefore(when), heard.clock.notAfter(rules.validUntil(ask, when)), Source.REDIS,
                heard.paceEra());
        return when <= redisNow ? new Decision(Verdict.GO, slot, 0, quotas, Source.REDIS)
                : new Decision(Verdict.WAIT, slot, when - redisNow, quotas, Source.REDIS);
    }

    private void returnLater(Slot slot) {
        if (local != null) {
            toGiveBack.add(slot);
        } else {
            pending.add(new Operation.Return(slot));
        }
    }

    /** Looks after the call under way; one alarm at a time is enough. Call with the lock held. */
    private void watch(PendingBatch sent, long atNanos) {
        if (watched || closed) {
            return;
        }
        try {
            watched = true;
            timer.schedule(this::look, Math.max(0, atNanos - nanoTime.getAsLong()), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            watched = false;
        }
    }

    private void look() {
        PendingBatch sent;
        synchronized (lock) {
            watched = false;
            sent = inFlight;
            if (sent == null) {
                return;
            }
            long late = nanoTime.getAsLong() - sent.dueNanos;
            if (late < 0) {
                watch(sent, sent.dueNanos);
                return;
            }
            if (late > PAUSE_NANOS && !sent.excused) {
                // It was this instance that stood still; the answer may be there already.
                sent.excused = true;
                watch(sent, nanoTime.getAsLong() + PAUSE_NANOS);
                return;
            }
        }
        failed(sent, "does not answer within " + PATIENCE.toMillis() + " ms");
    }

    // Without Redis

    private void failed(PendingBatch sent, String how) {
        List<Operation> orphans;
        synchronized (lock) {
            if (inFlight != sent) {
                return;
            }
            inFlight = null;
            if (local == null) {
                local = new LocalShareLimiter(rules, instances, heard, nanoTime.getAsLong());
                probeLater(0);
                LOG.warn("Redis {} {}; {}", redis.display(), how, required ? "refusing calls, as it is required"
                        : "limiting locally, to 1/" + instances + " of the limits");
            }
            orphans = new ArrayList<>(sent.operations);
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
            // A note is kept among the remembered, and told on return.
        }
    }

    private CompletionStage<Decision> alone(Ask ask) {
        if (required) {
            return CompletableFuture.failedFuture(Problem.of(ProblemCode.LIMITER_UNAVAILABLE,
                    "The rate limiter's Redis is away, and it is required.").retryAfter(Duration.ofSeconds(1)));
        }
        synchronized (lock) {
            LocalShareLimiter here = local;
            if (here == null) {
                return ask(ask);
            }
            long now = epochMillis();
            Slot old = ask.instead();
            if (old != null) {
                heard.forget(old, now);
                if (old.source() == Source.REDIS) {
                    toGiveBack.add(old);
                }
            }
            return CompletableFuture.completedFuture(here.ask(ask, now));
        }
    }

    // Back to Redis

    private void probeLater(long millis) {
        if (closed) {
            return;
        }
        try {
            timer.schedule(this::probe, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // shutting down
        }
    }

    private void probe() {
        LocalShareLimiter here = local;
        if (here == null || closed) {
            return;
        }
        long sent = nanoTime.getAsLong();
        shared.new Batch(0, 0, 0, true).send()
                .toCompletableFuture().orTimeout(PATIENCE.toMillis() * 3, TimeUnit.MILLISECONDS)
                .whenComplete((reply, failure) -> {
                    if (failure == null && reply.get(1) >= 0 && nanoTime.getAsLong() - sent < patienceNanos) {
                        join(here);
                    } else {
                        probeLater(PROBE_MILLIS);
                    }
                });
    }

    /** Tells the shared book what was granted here, and goes on with it. */
    private void join(LocalShareLimiter here) {
        RedisReservations.Batch batch = shared.new Batch(0, 0, 0, false);
        long sent = nanoTime.getAsLong();
        Set<Slot> told = Collections.newSetFromMap(new IdentityHashMap<>());
        synchronized (lock) {
            batch.join(GRACE_MILLIS);
            heard.remember(null, epochMillis());
            for (Slot slot : heard.remembered()) {
                if (slot.source() == Source.LOCAL && !noted.contains(slot)) {
                    batch.note(slot);
                    told.add(slot);
                }
            }
        }
        batch.send().toCompletableFuture().orTimeout(PATIENCE.toMillis() * 3, TimeUnit.MILLISECONDS)
                .whenComplete((reply, failure) -> {
                    if (failure == null && reply.get(1) >= 0) {
                        joined(here, told, reply, sent);
                    } else {
                        probeLater(PROBE_MILLIS);
                    }
                });
    }

    private void joined(LocalShareLimiter here, Set<Slot> told, List<Long> reply, long sentNanos) {
        synchronized (lock) {
            boolean lostMemory = heard.born() != reply.get(1);
            for (Slot slot : heard.remembered()) {
                boolean known = told.remove(slot) || !lostMemory && (slot.source() == Source.REDIS || noted.contains(slot));
                if (!known) {
                    pending.add(new Operation.Note(slot));
                }
            }
            noted.clear();
            heard.remembered().forEach(slot -> {
                if (slot.source() == Source.LOCAL) {
                    noted.add(slot);
                }
            });
            heard.header(reply, sentNanos, nanoTime.getAsLong());
            // Given back between being told and now.
            told.forEach(slot -> pending.add(new Operation.Return(slot)));
            if (lostMemory) {
                carried = here;
            } else {
                toGiveBack.forEach(slot -> pending.add(new Operation.Return(slot)));
            }
            toGiveBack.clear();
            local = null;
        }
        LOG.info("Redis {} answers again; limits are shared again", redis.display());
        send();
        returned.run();
    }
}
