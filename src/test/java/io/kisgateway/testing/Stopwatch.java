package io.kisgateway.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How long something takes by itself: it does so each time, and a machine is not busy for ever. */
public final class Stopwatch {

    private static final int TRIES = 5;

    private Stopwatch() {}

    /** Fails if it takes longer each time that it is tried. */
    public static void within(Duration most, Runnable attempt) {
        List<Duration> took = new ArrayList<>();
        do {
            long begin = System.nanoTime();
            attempt.run();
            took.add(Duration.ofNanos(System.nanoTime() - begin));
        } while (took.get(took.size() - 1).compareTo(most) >= 0 && took.size() < TRIES);
        assertThat(took).anyMatch(one -> one.compareTo(most) < 0);
    }
}
