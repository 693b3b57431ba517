package io.kisgateway.kept;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.call.AsyncEnd;
import io.kisgateway.call.Call;
import io.kisgateway.call.Problem;
import io.kisgateway.runtime.KoreanTime;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.support.DefaultAsyncProducer;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.service.ServiceHelper;

/** Gives the kept reply, and lets the source ask for it where that is due. Holds no thread. */
final class KeptProducer extends DefaultAsyncProducer {

    private static final String TODAY = "today";
    private static final int HALF = 15;
    private static final int YEARS = 2;

    private final KeptEndpoint endpoint;
    private Expression date;
    private AsyncProducer source;

    KeptProducer(KeptEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        endpoint.requireSource();
        if (endpoint.date != null && !TODAY.equals(endpoint.date)) {
            date = endpoint.getCamelContext().resolveLanguage("simple").createExpression(endpoint.date);
            date.init(endpoint.getCamelContext());
        }
        source = endpoint.getCamelContext().getEndpoint(endpoint.source).createAsyncProducer();
        ServiceHelper.initService(source);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        ServiceHelper.startService(source);
    }

    @Override
    protected void doStop() throws Exception {
        ServiceHelper.stopService(source);
        super.doStop();
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        return AsyncEnd.of(() -> reply(exchange), exchange, callback, body -> {
            exchange.getMessage().removeHeaders("*");
            exchange.getMessage().setBody(body);
        });
    }

    private CompletionStage<ObjectNode> reply(Exchange exchange) {
        KeptComponent replies = endpoint.getComponent();
        if (endpoint.date == null) {
            return replies.reply(endpoint.name, null).get(() -> ask(Call.of(exchange), null));
        }
        LocalDate today = KoreanTime.today(replies.clock());
        LocalDate day = date == null ? today : LocalDate.parse(date.evaluate(exchange, String.class), DateTimeFormatter.BASIC_ISO_DATE);
        if (day.isBefore(today.minusYears(YEARS)) || day.isAfter(today.plusYears(YEARS))) {
            throw Problem.invalid("date", "date is outside KIS's calendar, which is asked from " + today.minusYears(YEARS) + " to "
                    + today.plusYears(YEARS));
        }
        boolean first = day.getDayOfMonth() <= HALF;
        LocalDate from = day.withDayOfMonth(first ? 1 : HALF + 1);
        LocalDate last = first ? day.withDayOfMonth(HALF) : day.withDayOfMonth(day.lengthOfMonth());
        return replies.reply(endpoint.name + "-" + from, last).get(() -> ask(Call.of(exchange), from)
                .thenApply(reply -> endpoint.calendar() == null ? reply : endpoint.calendar().of(reply, from, last, today)));
    }

    /** As a call of its own: the one who happens to come first may lose patience or hang up, the others have not. */
    private CompletionStage<ObjectNode> ask(Call first, LocalDate from) {
        CompletableFuture<ObjectNode> answer = new CompletableFuture<>();
        Exchange asking = new DefaultExchange(endpoint.getCamelContext());
        if (from != null) {
            asking.setVariable("from", from.format(DateTimeFormatter.BASIC_ISO_DATE));
        }
        new Call(first.requestId(), first.endpoint(), first.path(), false, endpoint.getComponent().nanoTime())
                .attachTo(asking);
        source.process(asking, doneSync -> {
            if (asking.getException() != null) {
                answer.completeExceptionally(asking.getException());
            } else if (asking.getMessage().getBody() instanceof ObjectNode reply) {
                answer.complete(reply);
            } else {
                answer.completeExceptionally(new IllegalStateException(endpoint.source + " gave no reply of KIS"));
            }
        });
        return answer;
    }
}
