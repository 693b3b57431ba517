package io.kisgateway.simulator;

import java.time.LocalDate;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A listed issue with the bars already worked out, and what a test has set: a price held still, a halt. */
final class Listed {

    final Issue issue;
    private final Noise noise;
    private final Map<LocalDate, Bar> pastBars = new ConcurrentHashMap<>();
    private volatile Progress progress;
    volatile Ranges ranges;
    volatile Pin pin;
    volatile boolean halted;

    Listed(Issue issue, Noise noise) {
        this.issue = issue;
        this.noise = noise;
    }

    /** A session's path, and its range up to a step: so that a quote need not walk the whole day again. */
    private record Progress(PricePath path, int step, long high, long low) {

        static Progress start(PricePath path) {
            return new Progress(path, 0, path.open(), path.open());
        }

        Progress upTo(int next) {
            long most = high;
            long least = low;
            for (int at = step + 1; at <= next; at++) {
                long price = path.price(at * 1_000L);
                most = Math.max(most, price);
                least = Math.min(least, price);
            }
            return new Progress(path, next, most, least);
        }
    }

    /** A price held still by a test, with the day's range that goes with it. */
    record Pin(long base, long open, long high, long low, long price) {

        Pin moveTo(long next) {
            return new Pin(base, open, Math.max(high, next), Math.min(low, next), next);
        }
    }

    PricePath path(LocalDate day) {
        return new PricePath(issue, noise, day);
    }

    long close(LocalDate day) {
        return PricePath.close(issue, noise, day);
    }

    /** The session's bar up to a position of it, as if nobody had pinned the price. */
    Bar natural(Session session, long position) {
        int step = (int) (position / 1_000);
        Progress so = progress;
        if (so == null || !so.path.day().equals(session.date()) || so.step > step) {
            so = Progress.start(path(session.date()));
        }
        so = so.upTo(step);
        progress = so;
        return so.path.bar(position, so.high, so.low);
    }

    Bar wholeDay(LocalDate day) {
        return pastBars.computeIfAbsent(day, date -> {
            Progress whole = Progress.start(path(date)).upTo(Session.STEPS);
            return whole.path.bar(Session.STEPS * 1_000L, whole.high, whole.low);
        });
    }

    void release() {
        pin = null;
        halted = false;
    }
}
