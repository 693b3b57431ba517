package io.kisgateway.throttle;

import io.kisgateway.call.Call;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** What a reply says of the limits: where they stand, or which one refused and until when. */
final class PermitHeaders {

    private final LimiterRules rules;
    private final Limiter limiter;

    PermitHeaders(LimiterRules rules, Limiter limiter) {
        this.rules = rules;
        this.limiter = limiter;
    }

    /** Of a call that got its permit. */
    void granted(Call call, List<Quota> quotas) {
        if (quotas.isEmpty()) {
            return;
        }
        Quota tightest = quotas.get(0);
        StringBuilder fields = new StringBuilder(32);
        for (Quota quota : quotas) {
            if (quota.remaining() < tightest.remaining()
                    || quota.remaining() == tightest.remaining() && quota.resetMillis() > tightest.resetMillis()) {
                tightest = quota;
            }
            fields.append(fields.isEmpty() ? "" : ", ").append(item(quota.name(), quota.remaining(), quota.resetMillis()));
        }
        call.replyHeader("RateLimit", fields.toString());
        counts(call, tightest.limit().permits(), tightest.remaining(), tightest.resetEpochSecond());
    }

    /** Of a call that did not: only the limit that refused it, with nothing left until it is worth to come back. */
    Problem refused(Call call, RateLimits endpoint, Outcome.Refused refused) {
        Limited limited = refused.limited() == Limited.ENDPOINT && endpoint.all().isEmpty() ? Limited.ACCOUNT : refused.limited();
        RateLimit limit = limited == Limited.ACCOUNT ? rules.accountRate() : refused.limit() != null ? refused.limit()
                : endpoint.all().isEmpty() ? rules.accountRate() : endpoint.all().get(0);
        long retryMillis = refused.retryMillis();
        call.replyHeader("RateLimit",
                item(limited == Limited.ENDPOINT ? limit.name() : limited.name().toLowerCase(Locale.ROOT), 0, retryMillis));
        counts(call, limit.permits(), 0, (limiter.epochMillis() + retryMillis + 999) / 1000);
        String why = switch (limited) {
            case ENDPOINT -> "the limit is " + endpoint;
            case CLIENT -> refused.limit() == null ? "other calls of yours wait already, and the rest of the queue is for others"
                    : "your own limit is " + limit;
            case QUEUE -> "as many calls wait already as may";
            case ACCOUNT -> "the account's limit over all endpoints is " + limit
                    + (limiter.state().accountPacing() < 1 ? ", and less for up to a minute, as KIS said \"too many\"" : "");
        };
        return Problem.of(ProblemCode.RATE_LIMITED, "No permit is free within the time you will wait; " + why + ".")
                .retryAfter(Duration.ofMillis(retryMillis));
    }

    private static String item(String name, int remaining, long resetMillis) {
        return '"' + name + "\";r=" + remaining + ";t=" + (resetMillis + 999) / 1000;
    }

    private static void counts(Call call, int limit, int remaining, long resetEpochSecond) {
        call.replyHeader("X-RateLimit-Limit", Integer.toString(limit));
        call.replyHeader("X-RateLimit-Remaining", Integer.toString(remaining));
        call.replyHeader("X-RateLimit-Reset", Long.toString(resetEpochSecond));
    }
}
