package io.kisgateway.throttle;

import java.time.Duration;
import java.util.Optional;

/** Whether calls can get through to KIS at all. Asked for each call, so it answers at once. */
@FunctionalInterface
public interface BreakerGate {

    /** Empty while calls get through, else how long until they may again. */
    Optional<Duration> shutFor();
}
