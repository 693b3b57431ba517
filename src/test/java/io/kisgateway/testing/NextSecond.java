package io.kisgateway.testing;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** For tests that count calls by the second in which they arrive: what leaves at its beginning has all of it to arrive in. */
public final class NextSecond {

    private NextSecond() {
    }

    /** Returns in the first 200 ms of a second that was not yet when it was called. */
    public static void await() {
        long before = Instant.now().getEpochSecond();
        Awaitility.await().pollInterval(Duration.ofMillis(10)).pollDelay(Duration.ZERO).until(() -> {
            Instant now = Instant.now();
            return now.getEpochSecond() > before && now.getNano() < TimeUnit.MILLISECONDS.toNanos(200);
        });
    }
}
