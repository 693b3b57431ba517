package io.kisgateway.kis;

import io.kisgateway.kis.KisCodes.Repeat;
import io.kisgateway.kis.KisOutcome.Failure;
import io.kisgateway.kis.KisOutcome.Throttled;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Whether a failed request goes again, and after which wait. Knows the table, the past and the time left. */
final class Repeats {

    /** Requests in all for one page, when KIS is unavailable. */
    static final int TRIES = 3;
    /** Repeats in all for one page, when KIS refuses because of too many. */
    static final int PACED_REPEATS = 6;

    private static final Duration FIRST_WAIT = Duration.ofMillis(200);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);
    /** What a repeat needs at least to be worth sending. */
    private static final Duration LEAST_TIME = Duration.ofMillis(250);

    private final RandomGenerator random;

    Repeats(RandomGenerator random) {
        this.random = random;
    }

    /** How often one request has gone again so far, and for what reason. */
    record Past(int failed, int paced, int tokens) {

        static final Past NONE = new Past(0, 0, 0);

        Past plus(Repeat repeat) {
            return switch (repeat) {
                case ONCE, BACKOFF -> new Past(failed + 1, paced, tokens);
                case PACED -> new Past(failed, paced + 1, tokens);
                case TOKEN -> new Past(failed, paced, tokens + 1);
                case NEVER -> this;
            };
        }
    }

    /** How long to wait before the next try; empty to give up. */
    Optional<Duration> next(Failure failure, boolean order, Past past, Duration left) {
        Repeat repeat = failure.rule().repeat(order);
        Optional<Duration> wait = switch (repeat) {
            case NEVER -> Optional.empty();
            case ONCE -> past.failed() < 1 ? Optional.of(wait(past.failed())) : Optional.empty();
            case BACKOFF -> past.failed() < TRIES - 1 ? Optional.of(wait(past.failed())) : Optional.empty();
            case PACED -> past.paced() < PACED_REPEATS ? Optional.of(paced(failure, past)) : Optional.empty();
            case TOKEN -> past.tokens() < 1 ? Optional.of(Duration.ZERO) : Optional.empty();
        };
        return wait.filter(time -> time.plus(LEAST_TIME).compareTo(left) <= 0);
    }

    /** Not before KIS says so, if it does. */
    private Duration paced(Failure failure, Past past) {
        Duration usual = wait(past.paced());
        return failure instanceof Throttled throttled && throttled.retryAfter() != null && throttled.retryAfter().compareTo(usual) > 0
                ? throttled.retryAfter() : usual;
    }

    /** Doubles each time; between half and all of it, so that callers who failed together do not return together. */
    private Duration wait(int repeats) {
        Duration full = shorter(FIRST_WAIT.multipliedBy(1L << repeats), LONGEST_WAIT);
        long half = full.toNanos() / 2;
        return Duration.ofNanos(half + random.nextLong(half + 1));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
