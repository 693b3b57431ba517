package io.kisgateway.kis;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.call.KisMessage;
import io.kisgateway.kis.KisCodes.Rule;
import java.time.Duration;

/** What became of one request to KIS: exactly one of six. */
sealed interface KisOutcome {

    /**
     * KIS did what it was asked to.
     *
     * @param reply     the whole reply
     * @param morePages whether KIS has another page ({@code tr_cont} F or M)
     * @param lastPage  whether KIS says that this is the last ({@code tr_cont} D or E); it may say neither
     * @param empty     whether KIS says that there is nothing to show
     * @param proof     whether what is not in it may be taken as not there: it came with HTTP 200, with an {@code rt_cd} and a
     *                  {@code tr_cont} that KIS knows and, of the account's operations, names nothing twice
     * @param date      the reply's header of that name, or null
     */
    record Success(ObjectNode reply, boolean morePages, boolean lastPage, boolean empty, boolean proof, String date) implements KisOutcome {

        Success dated(String header) {
            return new Success(reply, morePages, lastPage, empty, proof, header);
        }

        @Override
        public String toString() {
            return "Success[reply hidden]";
        }
    }

    /** Any end but success. */
    sealed interface Failure extends KisOutcome {

        /** The row of the table that decided. */
        Rule rule();

        /** What KIS said; its texts may be empty. */
        KisMessage kis();

        /** One clause for logs and callers. */
        String detail();
    }

    /** KIS said no: the caller's matter. */
    record Rejected(Rule rule, KisMessage kis, String detail) implements Failure {}

    /**
     * KIS refuses because of too many requests.
     *
     * @param retryAfter how long it says to wait, or null
     */
    record Throttled(Rule rule, KisMessage kis, String detail, Duration retryAfter) implements Failure {}

    /** KIS knows no such path or TR id, and the route that names it has never worked: the route's fault. */
    record UnknownOperation(Rule rule, KisMessage kis, String detail) implements Failure {}

    /** KIS refuses the gateway's token, key or secret. */
    record Credentials(Rule rule, KisMessage kis, String detail) implements Failure {}

    /** KIS cannot be reached, fails, or answers what cannot be used. The only kind that the circuit breaker counts. */
    record Unavailable(Rule rule, KisMessage kis, String detail, Cause cause) implements Failure {}

    /** In which way KIS is unavailable. */
    enum Cause {
        /** Nothing left the gateway. */
        NOT_SENT,
        /** No reply in time. */
        TIMEOUT,
        /** The connection broke after sending. */
        BROKEN,
        /** KIS answered that it failed. */
        FAILED,
        /** KIS answered something that cannot be read. */
        UNREADABLE
    }
}
