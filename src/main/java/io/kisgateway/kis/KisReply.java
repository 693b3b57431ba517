package io.kisgateway.kis;

import io.kisgateway.kis.KisOutcome.Failure;
import io.kisgateway.kis.KisOutcome.Success;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.component.http.HttpConstants;

/**
 * A step of the route to KIS, inside the circuit breaker: reads the reply. Success stays as the body; everything else
 * leaves as an exception, so that the breaker can tell failures from what it ignores.
 */
public final class KisReply implements Processor {

    private final ReplyReader replies = new ReplyReader(KisCodes.LISTED);

    @Override
    public void process(Exchange exchange) {
        Message message = exchange.getMessage();
        int status = message.getHeader(HttpConstants.HTTP_RESPONSE_CODE, Integer.class);
        String date = message.getHeader("date", String.class);
        KisAttempt attempt = KisAttempt.of(exchange);
        // Once: a large reply is a stream, and is empty when it is asked for again.
        byte[] body = message.getBody(byte[].class);
        KisOutcome outcome = replies.read(status, body, message.getHeader("tr_cont", String.class),
                RetryAfter.of(message.getHeader("retry-after"), date),
                attempt.tr().asked());
        if (attempt.tr().passed() != null) {
            attempt.tr().passed().read(status, body, message);
        }
        message.removeHeaders("*");
        message.setBody(null);
        if (outcome instanceof Success success) {
            message.setBody(success.dated(date));
        } else if (outcome instanceof Failure failure) {
            throw attempt.failure(failure, null);
        }
    }
}
