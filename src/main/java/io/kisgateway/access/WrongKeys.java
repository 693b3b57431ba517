package io.kisgateway.access;

import io.kisgateway.runtime.Recent;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;

/** How often an address has shown a wrong key of late. Remembers so many addresses and no more. Safe for all threads. */
final class WrongKeys {

    private static final int ALLOWED = 10;
    private static final long WINDOW_NANOS = Duration.ofMinutes(1).toNanos();
    private static final int MOST_ADDRESSES = 10_000;

    private final LongSupplier nanoTime;
    private final Map<String, Count> counts = Recent.map(MOST_ADDRESSES);

    /** @param begun nanoseconds of the monotonic clock */
    private record Count(long begun, int wrong) {}

    WrongKeys(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * One more.
     *
     * @return how long the address must wait before it may try another one; zero while it has not tried too often
     */
    synchronized Duration add(String address) {
        long now = nanoTime.getAsLong();
        Count count = counts.get(address);
        count = count == null || now - count.begun >= WINDOW_NANOS ? new Count(now, 1) : new Count(count.begun, count.wrong + 1);
        counts.put(address, count);
        return count.wrong <= ALLOWED ? Duration.ZERO : Duration.ofNanos(WINDOW_NANOS - (now - count.begun));
    }
}
