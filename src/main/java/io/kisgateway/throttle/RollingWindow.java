package io.kisgateway.throttle;

import java.util.ArrayList;
import java.util.List;

/**
 * A budget for any rolling stretch of time, kept as reservations, past and to come, in order of time.
 *
 * <p>Each stands in one of five columns: calls of orders; calls that are made or stand for certain; and three that yield
 * to those before them until they are due: continued calls, queries that are the next of their endpoint and client, and
 * further queries. Not safe for several threads.
 */
final class RollingWindow {

    static final int ORDER = 0;
    static final int FIXED = 1;
    static final int COLUMNS = 5;

    static final int FULL = 1000;
    static final int SLOWEST = 125;
    /** Several rejections within this time are one event: calls were under way when KIS said the first. */
    static final int SLOW_AGAIN_MILLIS = 1000;
    static final int HOLD_MILLIS = 5000;
    static final int RECOVER_MILLIS = 60_000;

    private final int permits;
    private final long window;
    private final int margin;

    private final List<Reservation> reservations = new ArrayList<>();
    private int pace = FULL;
    private long pacedAt;
    private long paceEra;

    private record Reservation(long at, int column) {}

    RollingWindow(RateLimit rate, int marginMillis) {
        this.permits = rate.permits();
        this.window = rate.windowMillis();
        this.margin = marginMillis;
    }

    /** The rate's share that is used at present, in thousandths. */
    int pace(long now) {
        return pace == FULL ? FULL : (int) Math.min(FULL, pace + Math.max(0, now - pacedAt - HOLD_MILLIS) * FULL / RECOVER_MILLIS);
    }

    long paceEra() {
        return paceEra;
    }

    void slowDown(long now) {
        if (pace == FULL || now - pacedAt >= SLOW_AGAIN_MILLIS) {
            pace = Math.max(SLOWEST, pace(now) / 2);
            pacedAt = now;
            paceEra++;
        }
    }

    private int limit(long now) {
        return (int) Math.max(1, (long) permits * pace(now) / FULL);
    }

    /** How many milliseconds apart two calls must be to share no window. */
    private long span(long now) {
        long rate = (long) permits * pace(now);
        return (rate >= FULL ? window : window * FULL / rate) + margin + 1;
    }

    /**
     * The first moment from {@code from} on at which one more fits.
     *
     * @param columns      in which of the columns others stand whom it does not overtake
     * @param leaveQuarter whether it leaves to others every fourth of the moments to come
     */
    long fit(long from, long now, int columns, boolean leaveQuarter) {
        if (reservations.size() < permits && pace == FULL) {
            return from;
        }
        int limit = limit(now);
        long span = span(now);
        long fit = room(from, columns, limit, span);
        boolean shares = leaveQuarter && (fit > now || reservations.stream().anyMatch(one -> one.column > FIXED));
        while (shares) {
            long quarter = room(fit, ORDER + 1, 3 * limit, 4 * span);
            shares = quarter > fit;
            fit = room(quarter, columns, limit, span);
        }
        return fit;
    }

    /** Whether a call of this rank may stand for certain at {@code moment}: at most half of a window, so that orders find room. */
    int column(long moment, long now, Rank rank) {
        if (rank == Rank.ORDER) {
            return ORDER;
        }
        if (moment <= now || reservations.size() < permits / 2) {
            return FIXED;
        }
        int half = limit(now) / 2;
        return half > 0 && room(moment, FIXED + 1, half, span(now)) == moment ? FIXED : rank.column();
    }

    void add(long moment, int as) {
        int i = reservations.size();
        while (i > 0 && reservations.get(i - 1).at > moment) {
            i--;
        }
        reservations.add(i, new Reservation(moment, as));
    }

    void remove(long moment, int as) {
        reservations.remove(new Reservation(moment, as));
    }

    /** Forgets what no window reaches any more; orders are remembered for four windows, see {@link #fit}. */
    void prune(long now) {
        long span = span(now);
        reservations.removeIf(one -> one.at < now - (one.column == ORDER ? 4 : 1) * span);
    }

    /** The first moment from {@code from} on where one more leaves no {@code span} with over {@code limit} in these columns. */
    private long room(long from, int columns, int limit, long span) {
        long[] times = reservations.stream().filter(one -> one.column < columns).mapToLong(Reservation::at).toArray();
        long moment = from;
        int i = 0;
        while (i < times.length && times[i] <= moment - span) {
            i++;
        }
        while (i + limit - 1 < times.length && times[i + limit - 1] < moment + span) {
            if (times[i + limit - 1] - times[i] < span) {
                moment = Math.max(moment, times[i] + span);
            }
            do {
                i++;
            } while (i < times.length && times[i] <= moment - span);
        }
        return moment;
    }
}
