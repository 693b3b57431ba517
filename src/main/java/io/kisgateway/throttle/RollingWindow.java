package io.kisgateway.throttle;

import java.util.Arrays;

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

    private long[] at = new long[64];
    private byte[] column = new byte[64];
    private long[] view = new long[64];
    private int size;
    private int pace = FULL;
    private long pacedAt;
    private long paceEra;

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
        if (size < permits && pace == FULL) {
            return from;
        }
        int limit = limit(now);
        long span = span(now);
        long fit = room(from, columns, limit, span);
        boolean shares = leaveQuarter && (fit > now || count(FIXED + 1) < size);
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
        if (moment <= now || size < permits / 2) {
            return FIXED;
        }
        int half = limit(now) / 2;
        return half > 0 && room(moment, FIXED + 1, half, span(now)) == moment ? FIXED : rank.column();
    }

    void add(long moment, int as) {
        if (size == at.length) {
            at = Arrays.copyOf(at, size * 2);
            column = Arrays.copyOf(column, size * 2);
            view = new long[size * 2];
        }
        int i = after(at, size, moment);
        System.arraycopy(at, i, at, i + 1, size - i);
        System.arraycopy(column, i, column, i + 1, size - i);
        at[i] = moment;
        column[i] = (byte) as;
        size++;
    }

    void remove(long moment, int as) {
        int i = after(at, size, moment - 1);
        while (i < size && at[i] == moment && column[i] != as) {
            i++;
        }
        if (i < size && at[i] == moment) {
            size--;
            System.arraycopy(at, i + 1, at, i, size - i);
            System.arraycopy(column, i + 1, column, i, size - i);
        }
    }

    /** Forgets what no window reaches any more; orders are remembered for four windows, see {@link #fit}. */
    void prune(long now) {
        long span = span(now);
        if (size == 0 || at[0] >= now - span) {
            return;
        }
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (at[i] >= now - span || column[i] == ORDER && at[i] >= now - 4 * span) {
                at[kept] = at[i];
                column[kept++] = column[i];
            }
        }
        size = kept;
    }

    /** The first moment from {@code from} on where one more leaves no {@code span} with over {@code limit} in these columns. */
    private long room(long from, int columns, int limit, long span) {
        int n = count(columns);
        long moment = from;
        int i = after(view, n, moment - span);
        while (i + limit - 1 < n && view[i + limit - 1] < moment + span) {
            if (view[i + limit - 1] - view[i] < span) {
                moment = Math.max(moment, view[i] + span);
            }
            do {
                i++;
            } while (i < n && view[i] <= moment - span);
        }
        return moment;
    }

    /** Puts the times of those in these columns into the view; how many they are. */
    private int count(int columns) {
        int n = 0;
        for (int i = 0; i < size; i++) {
            if (column[i] < columns) {
                view[n++] = at[i];
            }
        }
        return n;
    }

    /** The first index whose moment is later. */
    private static int after(long[] list, int size, long moment) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (list[middle] <= moment) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
