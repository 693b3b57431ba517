package io.kisgateway.kis;

import io.kisgateway.call.ClaimedOrder;
import io.kisgateway.call.KisMessage;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.kis.KisOutcome.Cause;
import io.kisgateway.kis.KisOutcome.Credentials;
import io.kisgateway.kis.KisOutcome.Failure;
import io.kisgateway.kis.KisOutcome.Rejected;
import io.kisgateway.kis.KisOutcome.Throttled;
import io.kisgateway.kis.KisOutcome.Unavailable;
import io.kisgateway.kis.KisOutcome.UnknownOperation;
import java.time.Duration;

/** What a caller is told of each way in which KIS fails. */
final class Problems {

    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration LATER = Duration.ofSeconds(5);

    private Problems() {}

    /** @param order whose request has left; null if nothing that orders has */
    static Problem of(KisFailure failure, ClaimedOrder order) {
        Failure outcome = failure.outcome();
        Problem problem = order != null && !outcome.rule().notTaken()
                ? Problem.of(ProblemCode.KIS_TIMEOUT, outcome.detail()).told(order.inDoubt(outcome.detail())) : plain(outcome);
        if (failure.notBefore() != null) {
            problem = problem.retryAfter(failure.notBefore());
        }
        boolean said = !outcome.kis().msgCd().isEmpty() || !outcome.kis().msg1().isEmpty();
        return (said ? problem.kis(outcome.kis()) : problem).causedBy(failure);
    }

    private static Problem plain(Failure outcome) {
        String detail = outcome.detail();
        if (outcome instanceof Rejected) {
            return Problem.of(ProblemCode.KIS_REJECTED, rejected(outcome.kis(), detail));
        }
        if (outcome instanceof Throttled throttled) {
            return Problem.of(ProblemCode.KIS_THROTTLED, "KIS refuses further calls for the moment (" + detail + ")")
                    .retryAfter(throttled.retryAfter() == null ? SOON : throttled.retryAfter());
        }
        if (outcome instanceof UnknownOperation) {
            return Problem.of(ProblemCode.KIS_OPERATION_UNKNOWN, "KIS does not know " + detail
                    + ". The route's path or TR id is wrong, or KIS is under maintenance");
        }
        if (outcome instanceof Credentials) {
            return Problem.of(ProblemCode.KIS_CREDENTIALS, "KIS refused the gateway's credentials (" + detail + ")");
        }
        Cause cause = ((Unavailable) outcome).cause();
        return switch (cause) {
            case TIMEOUT -> Problem.of(ProblemCode.KIS_TIMEOUT, "KIS did not answer in time");
            case UNREADABLE -> Problem.of(ProblemCode.KIS_UNREADABLE, "KIS answered something unreadable ("
                    + detail + ")");
            case NOT_SENT, BROKEN, FAILED -> Problem.of(ProblemCode.KIS_UNAVAILABLE, "KIS is unavailable ("
                    + detail + ")").retryAfter(LATER);
        };
    }

    private static String rejected(KisMessage said, String detail) {
        return said.msg1().isEmpty() ? "KIS rejected the request (" + detail + ")"
                : "KIS rejected the request: " + said.msg1();
    }

    /** Somebody else may have judged the order by that time. */
    static Problem timeOver() {
        return Problem.of(ProblemCode.OVERLOADED, "The order waited until its time was over, so it was not sent").retryAfter(SOON);
    }

    static Problem noBudget() {
        return Problem.of(ProblemCode.KIS_THROTTLED, "The account's budget of calls to KIS is used up")
                .retryAfter(SOON);
    }

    /** KIS gives no token more than once a minute (facts 2.1), and the last one does not serve. */
    static Problem noTokenYet(Duration wait) {
        return Problem.of(ProblemCode.KIS_THROTTLED, "KIS gives an access token only once a minute").retryAfter(wait);
    }

    /** A page without which the reply would be less than what was asked for. */
    static Problem unreadable(String what) {
        return Problem.of(ProblemCode.KIS_UNREADABLE, "KIS answered something unreadable (" + what + ")");
    }

    static Problem unknownCode() {
        return Problem.of(ProblemCode.UNKNOWN_STOCK, "KIS knows no such code");
    }

    static Problem noPriceYet() {
        return Problem.of(ProblemCode.NO_PRICE_YET, "KIS knows this code, and has no price of it yet");
    }

    static Problem notOffered(String path) {
        return Problem.of(ProblemCode.NOT_OFFERED, "KIS does not offer "
                + path.substring(path.lastIndexOf('/') + 1) + " in virtual trading");
    }

    static Problem noTokenInTime() {
        return Problem.of(ProblemCode.KIS_UNAVAILABLE, "No access token in time").retryAfter(LATER);
    }
}
