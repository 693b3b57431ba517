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
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
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
    private static final long LONGEST_QUIET_MILLIS = 5000;
    private static final int MOST_IN_BATCH = 256;
    /** Longer than the account's window with its margin. */
    private static final long REMEMBER_MILLIS = 1600;
    /** Less than what unused books live in Redis. */
    private static final long BOOKS_LAST_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long LOST_MEMORY = -2;
    private static final int MOST_REMEMBERED = 1000;
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
    /** Which books Redis keeps; others after a loss of its memory. */
    private long born;
    private long bornSeenNanos;
    private final RedisClock clock;
    private volatile long paceEra;
    private volatile int pace = RollingBook.FULL;
    private volatile int ledgerPace = RollingBook.FULL;
    private int place;
    private long spokenForUntil;
    /** What was promised before an outage in which Redis lost its memory. */
    private Local carried;
    private final Map<String, Full> fullUntil = new HashMap<>();
    /** What Redis last said of each endpoint's windows. */
    private final Map<String, Used> used = new HashMap<>();
    private final Deque<Slot> remembered = new ArrayDeque<>();
    /** Local ones that the shared book was told of. */
    private final Set<Slot> noted = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<Slot> toGiveBack = new ArrayList<>();
    private volatile Runnable returned = () -> { };

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
        this.clock = new RedisClock(wallClock.millis(), nanoTime.getAsLong());
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
    private static final class Flight {
        final List<Operation> operations;
        final long sentNanos;
        final long dueNanos;
        boolean excused;

        Flight(List<Operation> operations, long sentNanos, long dueNanos) {
            this.operations = operations;
            this.sentNanos = sentNanos;
            this.dueNanos = dueNanos;
        }
    }

    /** An endpoint's windows are known to be full until then. */
    private record Full(long until, long windowMillis) {

        /** So many milliseconds later others may have booked as much more, where the queue ends. */
        long after(long moved) {
            return until + Math.max(1, (moved + windowMillis - 1) / windowMillis) * windowMillis;
        }
    }

    /** So much of each limit was booked in the window of that moment. */
    private record Used(RateLimits limits, long at, int[] permits) { }

    /** This instance alone, and before what moments everything was promised already. */
    private record Local(Book book, Map<String, Long> notBefore, long accountNotBefore) {

        long earliest(Ask ask) {
            return Math.max(ask.account() ? accountNotBefore : 0,
                    ask.endpoint() == null ? 0 : notBefore.getOrDefault(ask.endpoint(), 0L));
        }

        boolean isPast(long now) {
            return accountNotBefore <= now && notBefore.values().stream().allMatch(until -> until <= now);
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
                forget(ask.instead());
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
            forget(slot);
            Local here = local;
            if (here != null) {
                if (slot.source() == Source.LOCAL) {
                    here.book.giveBack(own(slot));
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
        synchronized (lock) {
            return clock.millis(nanoTime.getAsLong());
        }
    }

    @Override
    public long paceEra() {
        return paceEra;
    }

    @Override
    public boolean stands(Slot slot) {
        return slot.paceEra() == paceEra && (slot.source() != Source.LOCAL || local != null);
    }

    @Override
    public void onReturn(Runnable told) {
        returned = told;
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
            flight = new Flight(operations, now, due);
            inFlight = flight;
            // Should Redis come to it only later, nobody will be waiting for the slots.
            batch = shared.new Batch(0, born == 0 ? 0 : clock.millis(due) + 20,
                    now - bornSeenNanos < BOOKS_LAST_NANOS ? born : 0, false);
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
            watch(flight, flight.dueNanos);
        }
        batch.send().whenComplete((reply, failure) -> {
            if (failure != null) {
                failed(flight, "fails (" + reason(failure) + ")");
            } else {
                answered(flight, reply);
            }
        });
    }

    private void answered(Flight flight, List<Long> reply) {
        long now = nanoTime.getAsLong();
        if (reply.get(1) == LOST_MEMORY) {
            failed(flight, "has lost its memory");
            return;
        }
        if (reply.get(1) < 0) {
            failed(flight, "answers too late");
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
                Decision decision = decision(question.ask, reply, at, redisNow);
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
        bornSeenNanos = nowNanos;
        pace = reply.get(2).intValue();
        ledgerPace = reply.get(3).intValue();
        paceEra = reply.get(4);
        spokenForUntil = reply.get(5);
        place = reply.get(6).intValue();
        clock.heard(redisNow, sentNanos, nowNanos);
    }

    private Decision decision(Ask ask, List<Long> reply, int at, long redisNow) {
        int column = reply.get(at).intValue();
        long when = reply.get(at + 1);
        long full = reply.get(at + 2);
        if (ask.endpoint() != null) {
            if (full > redisNow) {
                fullUntil.put(ask.endpoint(), new Full(full, ask.limits().all().get(0).windowMillis()));
            } else {
                fullUntil.remove(ask.endpoint());
            }
        }
        List<RateLimit> limits = ask.limits().all();
        if (ask.endpoint() != null) {
            int[] permits = new int[limits.size()];
            for (int i = 0; i < permits.length; i++) {
                permits[i] = reply.get(at + 3 + i).intValue();
            }
            used.put(ask.endpoint(), new Used(ask.limits(), redisNow, permits));
        }
        List<Quota> quotas = MemoryLimiter.quotas(ask, redisNow, limit -> reply.get(at + 3 + limits.indexOf(limit)).intValue());
        if (column < 0) {
            return new Decision(Verdict.NO, null, when - redisNow, quotas, Source.REDIS);
        }
        Slot slot = new Slot(ask.instead() == null ? ask : ask.instead(null, ask.patienceMillis()), when, column,
                clock.notBefore(when), clock.notAfter(rules.validUntil(ask, when)), Source.REDIS, paceEra);
        return when <= redisNow ? new Decision(Verdict.GO, slot, 0, quotas, Source.REDIS)
                : new Decision(Verdict.WAIT, slot, when - redisNow, quotas, Source.REDIS);
    }

    private void remember(Slot slot, long now) {
        while (!remembered.isEmpty() && (remembered.peek().at() < now - REMEMBER_MILLIS || remembered.size() >= MOST_REMEMBERED)) {
            remembered.poll();
        }
        if (slot != null) {
            remembered.add(slot);
        }
    }

    private void forget(Slot slot) {
        if (slot.at() > epochMillis()) {
            remembered.removeIf(other -> other == slot);
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
    private void watch(Flight flight, long atNanos) {
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
        Flight flight;
        synchronized (lock) {
            watched = false;
            flight = inFlight;
            if (flight == null) {
                return;
            }
            long late = nanoTime.getAsLong() - flight.dueNanos;
            if (late < 0) {
                watch(flight, flight.dueNanos);
                return;
            }
            if (late > PAUSE_NANOS && !flight.excused) {
                // It was this instance that stood still; the answer may be there already.
                flight.excused = true;
                watch(flight, nanoTime.getAsLong() + PAUSE_NANOS);
                return;
            }
        }
        failed(flight, "does not answer within " + PATIENCE.toMillis() + " ms");
    }

    // Without Redis

    private void failed(Flight flight, String how) {
        List<Operation> orphans;
        synchronized (lock) {
            if (inFlight != flight) {
                return;
            }
            inFlight = null;
            if (local == null) {
                local = goLocal();
                probeLater(0);
                LOG.warn("Redis {} {}; {}", redis.display(), how, required ? "refusing calls, as it is required"
                        : "limiting locally, to 1/" + instances + " of the limits");
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
            // A note is kept among the remembered, and told on return.
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
            book.note(own(slot));
        }
        used.forEach((endpoint, before) -> spend(book, endpoint, before));
        long moved = (nanoTime.getAsLong() - bornSeenNanos) / 1_000_000;
        Map<String, Long> notBefore = new HashMap<>();
        fullUntil.forEach((endpoint, full) -> notBefore.put(endpoint, full.after(moved)));
        return new Local(book, notBefore, Math.max(othersMayUseUntil(), spokenForUntil == 0 ? 0 : spokenForUntil + moved));
    }

    /**
     * Until then the others may use all there is: they had it from Redis a moment ago; and if it is only this instance
     * that is cut off, stood still or has just been started, it will be back by then.
     */
    private long othersMayUseUntil() {
        if (instances == 1) {
            return 0;
        }
        return epochMillis() + Math.min(rules.accountRate().windowMillis(), LONGEST_QUIET_MILLIS) + rules.marginMillis() + 1;
    }

    /** Of what was used of the present windows, this instance bears its part: what is left of them is shared out. */
    private void spend(Book book, String endpoint, Used before) {
        long now = epochMillis();
        for (int i = 0; i < before.permits.length; i++) {
            RateLimit limit = before.limits.all().get(i);
            long start = limit.windowStart(now);
            if (before.at < start) {
                continue;
            }
            RateLimits one = new RateLimits(List.of(limit)).share(instances);
            int part = (before.permits[i] + instances - 1) / instances;
            long mine = remembered.stream().filter(slot -> endpoint.equals(slot.ask().endpoint())
                    && limit.windowStart(slot.at()) == start).count();
            book.spent(endpoint, now, one, (int) Math.max(0, part - mine));
        }
    }

    /** The same slot as it stands in the local book. */
    private Slot own(Slot slot) {
        return new Slot(own(slot.ask(), null), slot.at(), slot.column(), slot.goNanos(), slot.validUntilNanos(), Source.LOCAL,
                slot.paceEra());
    }

    private Ask own(Ask ask, Slot instead) {
        return new Ask(ask.endpoint(), ask.limits().share(instances), ask.patienceMillis(), ask.rank(), ask.account(),
                ask.ledger(), instead);
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
            if (old != null) {
                forget(old);
                if (old.source() == Source.REDIS) {
                    toGiveBack.add(old);
                }
            }
            Ask own = own(ask, old != null && old.source() == Source.LOCAL ? own(old) : null);
            if (old != null && holds(old, ask, now)) {
                Slot slot = slot(ask, Math.max(now, old.at()), RollingBook.FIXED);
                here.book.note(own(slot));
                remember(slot, now);
                return CompletableFuture.completedFuture(new Decision(Verdict.GO, slot, 0, quotas(ask, own, now, here.book), Source.LOCAL));
            }
            Book.Booking booking = here.book.ask(now, own, from -> turn(Math.max(from, here.earliest(ask)), ask));
            List<Quota> quotas = quotas(ask, own, now, here.book);
            if (!booking.granted()) {
                return CompletableFuture.completedFuture(new Decision(Verdict.NO, null, booking.at() - now, quotas, Source.LOCAL));
            }
            Slot slot = slot(ask, booking.at(), booking.column());
            remember(slot, now);
            return CompletableFuture.completedFuture(booking.at() <= now ? new Decision(Verdict.GO, slot, 0, quotas, Source.LOCAL)
                    : new Decision(Verdict.WAIT, slot, booking.at() - now, quotas, Source.LOCAL));
        }
    }

    private Slot slot(Ask ask, long at, int column) {
        return new Slot(ask.instead(null, ask.patienceMillis()), at, column, clock.notBefore(at),
                clock.notAfter(rules.validUntil(ask, at)), Source.LOCAL, paceEra);
    }

    /**
     * Whether a place in the shared book that is due may be used while Redis is away. All that stand in the book fit
     * together, but for the account's second where it is spoken for: a more urgent call may have taken the place, and a
     * call that goes later than booked may come too close to others.
     */
    private boolean holds(Slot old, Ask ask, long now) {
        boolean same = old.ask().account() == ask.account() && old.ask().ledger() == ask.ledger();
        boolean inTime = old.at() <= now + 1 && now <= rules.windowsEnd(ask, old.at());
        return old.source() == Source.REDIS && old.paceEra() == paceEra && same && inTime
                && (spokenForUntil == 0 || !old.yields() && now <= rules.validUntil(ask, old.at()));
    }

    /** What is left of the share, under the names of the whole limits, which the policy states. */
    private static List<Quota> quotas(Ask ask, Ask own, long now, Book book) {
        List<Quota> shares = MemoryLimiter.quotas(own, now, limit -> book.used(own.endpoint(), limit, now));
        List<Quota> quotas = new ArrayList<>(shares.size());
        for (int i = 0; i < shares.size(); i++) {
            Quota share = shares.get(i);
            quotas.add(new Quota(ask.limits().all().get(i), share.remaining(), share.resetMillis(), share.resetEpochSecond()));
        }
        return quotas;
    }

    /**
     * Where there are fewer permits than instances, each has its turn by its place among them: a window of the endpoint,
     * a moment of the account's.
     */
    private long turn(long from, Ask ask) {
        long at = from;
        for (RateLimit limit : ask.limits().all()) {
            if (limit.permits() < instances) {
                long factor = factor(limit);
                long window = Math.floorDiv(at, limit.windowMillis());
                long ahead = Math.floorMod(place - window, factor);
                at = ahead == 0 ? at : (window + ahead) * limit.windowMillis();
            }
        }
        if (ask.account()) {
            at = moment(at, rules.accountRate());
        }
        return ask.ledger() ? moment(at, rules.ledgerRate()) : at;
    }

    private long moment(long at, RateLimit rate) {
        if (rate.permits() >= instances) {
            return at;
        }
        long step = rate.windowMillis() + rules.marginMillis() + 1;
        long next = Math.floorDiv(at + step - 1, step);
        return (next + Math.floorMod(place - next, factor(rate))) * step;
    }

    private long factor(RateLimit limit) {
        return (instances + limit.permits() - 1L) / limit.permits();
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
        Local here = local;
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
    private void join(Local here) {
        RedisBook.Batch batch = shared.new Batch(0, 0, 0, false);
        long sent = nanoTime.getAsLong();
        Set<Slot> told = Collections.newSetFromMap(new IdentityHashMap<>());
        synchronized (lock) {
            batch.join(GRACE_MILLIS);
            remember(null, epochMillis());
            for (Slot slot : remembered) {
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

    private void joined(Local here, Set<Slot> told, List<Long> reply, long sentNanos) {
        synchronized (lock) {
            boolean lostMemory = born != reply.get(1);
            for (Slot slot : remembered) {
                boolean known = told.remove(slot) || !lostMemory && (slot.source() == Source.REDIS || noted.contains(slot));
                if (!known) {
                    pending.add(new Operation.Note(slot));
                }
            }
            noted.clear();
            remembered.stream().filter(slot -> slot.source() == Source.LOCAL).forEach(noted::add);
            header(reply, sentNanos, nanoTime.getAsLong());
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
