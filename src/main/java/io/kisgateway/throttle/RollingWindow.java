package io.kisgateway.throttle;

import java.util.Arrays;

/**
 * A budget for any rolling stretch of time, kept as reservations: how many calls go in which cell of time, past and to
 * come. A cell is a millisecond, or with large rates a 32nd of the window, which errs on the safe side by one cell.
 *
 * <p>Each cell counts in five columns: calls of orders; calls that are made or stand for certain; and three that yield
 * to those before them until they are due: continued calls, queries, background. Not safe for several threads.
 */
final class RollingWindow {

    static final int ORDER = 0;
    static final int FIXED = 1;
    static final int CONTINUED = 2;
    static final int QUERY = 3;
    static final int BACKGROUND = 4;
    static final int COLUMNS = 5;

    static final int FULL = 1000;
    static final int SLOWEST = 125;
    /** Several rejections within this time are one event: calls were under way when KIS said the first. */
    static final int SLOW_AGAIN_MILLIS = 1000;
    static final int HOLD_MILLIS = 5000;
    static final int RECOVER_MILLIS = 60_000;
    /** For so long after a query asked, orders leave it a quarter of the slots to come. */
    static final int QUERY_MEMORY_MILLIS = 10_000;

    private static final int EXACT_UP_TO = 64;

    private final int permits;
    private final long window;
    private final int margin;
    private final int cellMillis;

    private long[] cells = new long[64];
    private int[] counts = new int[64 * COLUMNS];
    private int head;
    private int tail;
    private long total;
    private int pace = FULL;
    private long pacedAt;
    private long paceEra;
    private long queryAskedAt = Long.MIN_VALUE / 2;

    RollingWindow(RateLimit rate, int marginMillis) {
        this.permits = rate.permits();
        this.window = rate.windowMillis();
        this.margin = marginMillis;
        this.cellMillis = coarse(rate) ? (int) ((rate.windowMillis() + 31) / 32) : 1;
    }

    static boolean coarse(RateLimit rate) {
        return rate.permits() > EXACT_UP_TO;
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

    void queryAsked(long now) {
        queryAskedAt = now;
    }

    private int permits(int pace) {
        return (int) Math.max(1, (long) permits * pace / FULL);
    }

    /** How many cells apart two calls must be to share no window. */
    private long span(int pace) {
        long rate = (long) permits * pace;
        long length = rate >= FULL ? window : window * FULL / rate;
        return (length + margin + cellMillis) / cellMillis + (cellMillis > 1 ? 1 : 0);
    }

    /**
     * The first moment from {@code from} on at which one more fits.
     *
     * @param keepsPlace whether it goes before others of its rank
     */
    long fit(long from, long now, Rank rank, boolean keepsPlace) {
        if (total < permits && pace == FULL) {
            return from;
        }
        int pace = pace(now);
        int limit = permits(pace);
        long span = span(pace);
        int columns = switch (rank) {
            case ORDER -> CONTINUED;
            case CONTINUED -> keepsPlace ? CONTINUED : QUERY;
            case QUERY -> keepsPlace ? QUERY : BACKGROUND;
            case BACKGROUND -> keepsPlace ? BACKGROUND : COLUMNS;
        };
        long cell = from / cellMillis;
        long at = room(cell, columns, limit, span);
        if (rank == Rank.ORDER && now - queryAskedAt < QUERY_MEMORY_MILLIS) {
            for (;;) {
                if (at <= now / cellMillis && !anyYields(now / cellMillis - span)) {
                    break;
                }
                // A quarter of the slots to come is left to queries, so that no flood of orders starves them for good.
                long quarter = room(at, FIXED, 3 * limit, 4 * span);
                if (quarter == at) {
                    break;
                }
                at = room(quarter, columns, limit, span);
            }
        }
        return at == cell ? from : at * cellMillis;
    }

    /** Whether a call of this rank may stand for certain at {@code at}: at most half of a window, so that orders find room. */
    int column(long at, long now, Rank rank) {
        if (rank == Rank.ORDER) {
            return ORDER;
        }
        if (at <= now || total < permits / 2) {
            return FIXED;
        }
        int pace = pace(now);
        int half = permits(pace) / 2;
        long cell = at / cellMillis;
        return half > 0 && room(cell, CONTINUED, half, span(pace)) == cell ? FIXED : yielding(rank);
    }

    static int yielding(Rank rank) {
        return switch (rank) {
            case ORDER -> ORDER;
            case CONTINUED -> CONTINUED;
            case QUERY -> QUERY;
            case BACKGROUND -> BACKGROUND;
        };
    }

    void add(long at, int column) {
        long cell = at / cellMillis;
        int i = find(cell);
        if (i == tail || cells[i] != cell) {
            insert(i, cell);
            i = find(cell);
        }
        counts[i * COLUMNS + column]++;
        total++;
    }

    void remove(long at, int column) {
        long cell = at / cellMillis;
        int i = find(cell);
        if (i < tail && cells[i] == cell && counts[i * COLUMNS + column] > 0) {
            counts[i * COLUMNS + column]--;
            total--;
        }
    }

    /** Forgets what no window reaches any more; orders are remembered for four windows, see {@link #fit}. */
    void prune(long now) {
        if (head == tail) {
            return;
        }
        long span = span(pace(now));
        long present = now / cellMillis - span;
        int old = head;
        while (old < tail && cells[old] < present) {
            old++;
        }
        int keep = old;
        for (int i = old - 1; i >= head; i--) {
            if (counts[i * COLUMNS] > 0 && cells[i] >= present - 3 * span) {
                keep--;
                if (keep != i) {
                    cells[keep] = cells[i];
                    System.arraycopy(counts, i * COLUMNS, counts, keep * COLUMNS, COLUMNS);
                }
            } else {
                total -= sum(i, COLUMNS);
            }
        }
        head = keep;
    }

    /** The first cell from {@code cell} on where one more leaves no window of {@code span} cells with over {@code limit}. */
    private long room(long cell, int columns, int limit, long span) {
        for (;;) {
            long next = cell;
            int low = find(cell - span + 1);
            int end = low;
            long inside = 0;
            // Every window that can be the fullest begins at a booked cell or at this one.
            for (int begin = low; begin <= tail; begin++) {
                boolean own = begin == tail || cells[begin] > cell;
                long start = own ? cell : cells[begin];
                while (end < tail && cells[end] < start + span) {
                    inside += sum(end, columns);
                    end++;
                }
                if (inside >= limit) {
                    next = Math.max(next, firstOf(begin, columns) + span);
                }
                if (own) {
                    break;
                }
                inside -= sum(begin, columns);
            }
            if (next == cell) {
                return cell;
            }
            cell = next;
        }
    }

    /** The first cell from index {@code i} on that counts in these columns; a full window is known to begin there. */
    private long firstOf(int i, int columns) {
        while (sum(i, columns) == 0) {
            i++;
        }
        return cells[i];
    }

    private boolean anyYields(long fromCell) {
        for (int i = find(fromCell); i < tail; i++) {
            if (sum(i, COLUMNS) > sum(i, CONTINUED)) {
                return true;
            }
        }
        return false;
    }

    private int sum(int i, int columns) {
        int sum = 0;
        for (int c = i * COLUMNS; c < i * COLUMNS + columns; c++) {
            sum += counts[c];
        }
        return sum;
    }

    /** The first index whose cell is not before {@code cell}. */
    private int find(long cell) {
        if (head == tail || cells[tail - 1] < cell) {
            return tail;
        }
        int low = head;
        int high = tail - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (cells[middle] < cell) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private void insert(int i, long cell) {
        if (tail == cells.length) {
            int size = tail - head;
            int capacity = size > cells.length / 2 ? cells.length * 2 : cells.length;
            long[] newCells = new long[capacity];
            int[] newCounts = new int[capacity * COLUMNS];
            System.arraycopy(cells, head, newCells, 0, size);
            System.arraycopy(counts, head * COLUMNS, newCounts, 0, size * COLUMNS);
            cells = newCells;
            counts = newCounts;
            i -= head;
            head = 0;
            tail = size;
        }
        System.arraycopy(cells, i, cells, i + 1, tail - i);
        System.arraycopy(counts, i * COLUMNS, counts, (i + 1) * COLUMNS, (tail - i) * COLUMNS);
        cells[i] = cell;
        Arrays.fill(counts, i * COLUMNS, (i + 1) * COLUMNS, 0);
        tail++;
    }
}
