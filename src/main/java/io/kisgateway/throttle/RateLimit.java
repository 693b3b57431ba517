package io.kisgateway.throttle;

/**
 * So many permits per fixed window. Windows begin at whole multiples of their length since the epoch.
 *
 * @param permits      1 to {@value #MAX_PERMITS}
 * @param windowMillis whole seconds, up to a week, in milliseconds
 */
public record RateLimit(int permits, long windowMillis) {

    static final int MAX_PERMITS = 1_000_000_000;
    static final long MAX_WINDOW_MILLIS = 7 * 86_400_000L;

    public RateLimit {
        if (permits < 1 || permits > MAX_PERMITS) {
            throw new IllegalArgumentException("a limit holds 1 to " + MAX_PERMITS + " permits, not " + permits);
        }
        if (windowMillis < 1000 || windowMillis % 1000 != 0 || windowMillis > MAX_WINDOW_MILLIS) {
            throw new IllegalArgumentException("a window is 1 second to 7 days long, in whole seconds");
        }
    }

    /**
     * What one of {@code instances} may grant by itself so that all together stay within this limit: the permits divided,
     * and where less than one is left, one in a window that many times as long.
     */
    RateLimit share(int instances) {
        if (permits >= instances) {
            return new RateLimit(permits / instances, windowMillis);
        }
        long factor = (instances + permits - 1L) / permits;
        return new RateLimit(1, Math.min(windowMillis * factor, MAX_WINDOW_MILLIS));
    }

    /** The start of the window that holds {@code millis}. */
    long windowStart(long millis) {
        return Math.floorDiv(millis, windowMillis) * windowMillis;
    }

    /** The policy's name in the {@code RateLimit} fields, such as {@code per-second} or {@code per-2-hours}. */
    public String name() {
        return toString().substring(String.valueOf(permits).length() + 1).replace(' ', '-');
    }

    /** As it is written in settings: {@code 3 per second}, {@code 500 per 2 hours}. */
    @Override
    public String toString() {
        long seconds = windowMillis / 1000;
        if (seconds % 86_400 == 0) {
            return permits + unit(seconds / 86_400, "day");
        }
        if (seconds % 3600 == 0) {
            return permits + unit(seconds / 3600, "hour");
        }
        return permits + (seconds % 60 == 0 ? unit(seconds / 60, "minute") : unit(seconds, "second"));
    }

    private static String unit(long count, String name) {
        return count == 1 ? " per " + name : " per " + count + " " + name + "s";
    }
}
