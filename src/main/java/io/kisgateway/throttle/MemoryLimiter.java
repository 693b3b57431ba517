package io.kisgateway.throttle;

import io.kisgateway.throttle.Decision.Verdict;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/** The limiter of one instance that stands alone. Answers at once, on the caller's thread. */
public final class MemoryLimiter implements Limiter {

    private final Reservations book;
    private final LimiterRules rules;
    private final LongSupplier nanoTime;
    private final long startMillis;
    private final long startNanos;

    /** @param wallClock read once, so that windows begin at whole seconds; time goes on by {@code nanoTime} alone */
    public MemoryLimiter(LimiterRules rules, InstantSource wallClock, LongSupplier nanoTime) {
        this.book = new Reservations(rules);
        this.rules = rules;
        this.nanoTime = nanoTime;
        this.startNanos = nanoTime.getAsLong();
        this.startMillis = wallClock.millis();
    }

    @Override
    public CompletionStage<Decision> ask(Ask ask) {
        return CompletableFuture.completedFuture(decide(ask));
    }

    private Decision decide(Ask ask) {
        synchronized (book) {
            long now = now();
            Reservations.Booking booking = book.ask(now, ask);
            List<Quota> quotas = quotas(ask, now, limit -> book.used(ask.endpoint(), limit, now));
            if (!booking.granted()) {
                return new Decision(Verdict.NO, null, booking.at() - now, quotas, Source.MEMORY);
            }
            Slot slot = new Slot(ask.instead() == null ? ask : ask.instead(null, ask.patienceMillis()), booking.at(),
                    booking.column(), nanos(booking.at()), nanos(rules.validUntil(ask, booking.at())), Source.MEMORY,
                    book.paceEra());
            return booking.at() <= now ? new Decision(Verdict.GO, slot, 0, quotas, Source.MEMORY)
                    : new Decision(Verdict.WAIT, slot, booking.at() - now, quotas, Source.MEMORY);
        }
    }

    static List<Quota> quotas(Ask ask, long now, java.util.function.ToIntFunction<RateLimit> used) {
        List<RateLimit> limits = ask.limits().all();
        if (limits.isEmpty()) {
            return List.of();
        }
        List<Quota> quotas = new ArrayList<>(limits.size());
        for (int i = 0; i < limits.size(); i++) {
            RateLimit limit = limits.get(i);
            long end = limit.windowStart(now) + limit.windowMillis();
            quotas.add(new Quota(limit, Math.max(0, limit.permits() - used.applyAsInt(limit)), end - now, end / 1000));
        }
        return quotas;
    }

    private long now() {
        return startMillis + (nanoTime.getAsLong() - startNanos) / 1_000_000;
    }

    private long nanos(long millis) {
        return startNanos + (millis - startMillis) * 1_000_000;
    }

    @Override
    public void giveBack(Slot slot) {
        synchronized (book) {
            book.giveBack(slot);
        }
    }

    @Override
    public void slowDown(boolean ledger) {
        synchronized (book) {
            book.slowDown(now(), ledger);
        }
    }

    @Override
    public long epochMillis() {
        return now();
    }

    @Override
    public long paceEra() {
        synchronized (book) {
            return book.paceEra();
        }
    }

    @Override
    public LimiterState state() {
        synchronized (book) {
            long now = now();
            return new LimiterState("memory://", false, book.pace(now, false) / 1000.0, book.pace(now, true) / 1000.0);
        }
    }

    @Override
    public void close() {
        // holds nothing
    }
}
