package io.kisgateway.throttle;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/** The limiter of one instance that stands alone. Answers at once, on the caller's thread. */
public final class MemoryLimiter implements Limiter {

    private final Reservations reservations;
    private final LimiterRules rules;
    private final LongSupplier nanoTime;
    private final long startMillis;
    private final long startNanos;

    /** @param wallClock read once, so that windows begin at whole seconds; time goes on by {@code nanoTime} alone */
    public MemoryLimiter(LimiterRules rules, InstantSource wallClock, LongSupplier nanoTime) {
        this.reservations = new Reservations(rules);
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
        synchronized (reservations) {
            long now = now();
            Reservations.Booking booking = reservations.ask(now, ask);
            List<Quota> quotas = new ArrayList<>(2);
            for (Ask.Group group : ask.groups()) {
                FixedWindows windows = reservations.windows(group.name());
                group.limits().all().forEach(limit -> quotas.add(Quota.of(group.limited(), limit, windows.used(now, limit), now)));
            }
            if (!booking.granted()) {
                return Decision.no(Limited.of(booking.column()), booking.at() - now, quotas, Slot.Source.MEMORY);
            }
            Slot slot = new Slot(ask.without(), booking.at(),
                    booking.column(), nanos(booking.at()), nanos(rules.validUntil(ask, booking.at())), Slot.Source.MEMORY,
                    reservations.paceEra());
            return Decision.of(slot, now, quotas);
        }
    }

    private long now() {
        return startMillis + (nanoTime.getAsLong() - startNanos) / 1_000_000;
    }

    private long nanos(long millis) {
        return startNanos + (millis - startMillis) * 1_000_000;
    }

    @Override
    public void giveBack(Slot slot) {
        synchronized (reservations) {
            reservations.giveBack(slot);
        }
    }

    @Override
    public void slowDown() {
        synchronized (reservations) {
            reservations.slowDown(now());
        }
    }

    @Override
    public long epochMillis() {
        return now();
    }

    @Override
    public boolean stands(Slot slot) {
        synchronized (reservations) {
            return slot.paceEra() == reservations.paceEra();
        }
    }

    @Override
    public LimiterState state() {
        synchronized (reservations) {
            return new LimiterState("memory://", false, reservations.pace(now()) / 1000.0);
        }
    }

    @Override
    public void close() {
        // holds nothing
    }
}
