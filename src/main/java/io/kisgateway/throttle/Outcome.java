package io.kisgateway.throttle;

import io.kisgateway.call.Problem;

/** What became of a request for a permit. */
sealed interface Outcome {

    /** Go, within the slot's time. */
    record Granted(Slot slot, Decision decision) implements Outcome { }

    /** Not within the caller's patience; {@code decision} says when, or is null if nobody was asked. */
    record Refused(Decision decision, long retryMillis) implements Outcome { }

    /** For another reason than the limits. */
    record Failed(Problem problem) implements Outcome { }
}
