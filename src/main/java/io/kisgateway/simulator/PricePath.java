package io.kisgateway.simulator;

import java.time.LocalDate;

/** How the price went through one session: from an open near the last close, with waves, to the day's close. */
final class PricePath {

    private static final long CALM_EDGE = 13;

    private final Issue issue;
    private final LocalDate day;
    private final Noise noise;
    private final long open;
    private final long close;
    private final long volume;
    private final long most;
    private final long least;

    PricePath(Issue issue, Noise noise, LocalDate day) {
        this.issue = issue;
        this.day = day;
        this.noise = noise.of(day.toEpochDay());
        long base = close(issue, noise, TradingDays.previous(day));
        boolean index = issue.kind() == Issue.Kind.INDEX;
        this.most = issue.upperLimit(base);
        this.least = issue.lowerLimit(base);
        this.open = issue.toGrid(base + base * noise.wave(0, 1, index ? 2_500 : 6_000) / Noise.MILLION);
        this.close = close(issue, noise, day);
        this.volume = issue.volume() + issue.volume() * noise.wave(1, 1, 450_000) / Noise.MILLION;
    }

    LocalDate day() {
        return day;
    }

    long open() {
        return open;
    }

    static long close(Issue issue, Noise noise, LocalDate day) {
        long at = day.toEpochDay();
        long calm = issue.kind() == Issue.Kind.INDEX ? 2 : 1;
        long wander = noise.wave(at, 1, 12_000) + noise.wave(at, 5, 25_000) + noise.wave(at, 31, 70_000)
                + noise.wave(at, 187, 120_000) + noise.wave(at, 701, 120_000);
        return issue.toGrid(issue.price() + issue.price() * (wander / calm) / Noise.MILLION);
    }

    long price(long position) {
        int step = (int) (position / 1_000);
        if (step >= Session.STEPS) {
            return close;
        }
        long along = position % 1_000;
        long from = knot(step);
        long milliwon = along == 0 ? from : from + (knot(step + 1) - from) * along / 1_000;
        return Math.max(least, Math.min(most, issue.toGrid(milliwon / 1_000)));
    }

    /** In thousandths of a won. */
    private long knot(int step) {
        long line = open * 1_000 + (close - open) * 1_000 * step / Session.STEPS;
        long edge = Math.min(CALM_EDGE, Math.min(step, Session.STEPS - step));
        long waves = noise.wave(step, 31, 9_000) + noise.wave(step, 7, 4_000) + noise.wave(step, 1, 1_500);
        return line + open * waves / 1_000 * edge / CALM_EDGE;
    }

    Bar bar(long position, long highSoFar, long lowSoFar) {
        long price = price(position);
        long high = Math.max(highSoFar, price);
        long low = Math.min(lowSoFar, price);
        long traded = volume * Math.max(position, 1) / (Session.STEPS * 1_000L);
        return new Bar(day, open, high, low, price, traded, traded * ((open + high + low + price) / 4));
    }
}
