package io.kisgateway.kis;

import io.kisgateway.call.SendSlot;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.component.http.HttpConstants;
import org.apache.camel.component.http.HttpMethods;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * A step of the route to KIS, inside the circuit breaker: gets the token and makes the request. The message holds
 * a name for the attempt and nothing of the request: {@link KisHttp} writes that where the bytes leave.
 */
public final class KisRequest implements Processor {

    /** Below this there is no point in starting. */
    private static final Duration LEAST_TIME = Duration.ofMillis(50);

    private final Tokens tokens;
    private final KisBreaker breaker;
    private final KisHttp http;
    private final LongSupplier nanoTime;

    /** @param nanoTime the monotonic clock of {@link KisHttp} */
    public KisRequest(Tokens tokens, KisBreaker breaker, KisHttp http, LongSupplier nanoTime) {
        this.tokens = tokens;
        this.breaker = breaker;
        this.http = http;
        this.nanoTime = nanoTime;
    }

    @Override
    public void process(Exchange exchange) {
        KisAttempt attempt = KisAttempt.of(exchange);
        attempt.started(nanoTime.getAsLong());
        Duration left = attempt.remaining(nanoTime.getAsLong());
        breaker.passed(attempt, left);
        if (left.compareTo(LEAST_TIME) < 0) {
            throw Problems.noBudget();
        }
        try {
            attempt.requireToken();
            attempt.token(tokens.current(left));
        } catch (KisFailure e) {
            throw attempt.failure(e.outcome(), e);
        }
        attempt.slot(SendSlot.of(exchange));
        TrCall tr = attempt.tr();
        if (tr.passed() != null) {
            tr.passed().begin();
        }
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        message.setBody(null);
        // The enum, not its name: Camel would look for a converter through all of them, a quarter of the call's time.
        message.setHeader(HttpConstants.HTTP_METHOD, tr.order() ? HttpMethods.POST : HttpMethods.GET);
        String name = http.begin(attempt);
        message.setHeader(KisHttp.ATTEMPT, name);
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                http.end(name);
                if (attempt.watched() != null) {
                    attempt.watched().end();
                }
                breaker.ended(attempt);
            }
        });
    }
}
