package io.kisgateway.throttle;

import io.kisgateway.call.Problem;

/** What became of a request for a permit. */
sealed interface Outcome {

    /** Go, within the slot's time. */
    record Granted(Slot slot, Decision decision) implements Outcome {}

    /** Not within the caller's patience; {@code limit} is the endpoint's or client's that refused, or null. */
    record Refused(Limited limited, RateLimit limit, long retryMillis) implements Outcome {

        static Refused of(Decision decision) {
            RateLimit limit = null;
            for (Quota quota : decision.quotas()) {
                if (quota.of() == decision.limited() && (limit == null || quota.remaining() == 0)) {
                    limit = quota.limit();
                }
            }
            return new Refused(decision.limited(), limit, decision.millis());
        }
    }

    /** For another reason than the limits. */
    record Failed(Problem problem) implements Outcome {}
}
