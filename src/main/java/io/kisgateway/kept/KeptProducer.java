package io.kisgateway.kept;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.call.AsyncEnd;
import io.kisgateway.call.Call;
import io.kisgateway.call.OwnCalls;
import io.kisgateway.call.Problem;
import io.kisgateway.runtime.KoreanTime;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.support.DefaultAsyncProducer;

/** Gives the kept reply, and lets the source ask for it where that is due. Holds no thread. */
final class KeptProducer extends DefaultAsyncProducer {

    private static final String TODAY = "today";
    private static final int HALF = 15;
    private static final int YEARS = 2;

    private final KeptEndpoint endpoint;
    private Expression date;

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
        OwnCalls calls = endpoint.getComponent().calls();
        return calls.ask(endpoint.source, calls.call(first.requestId(), first.endpoint(), first.path()),
                from == null ? Map.of() : Map.of("from", from.format(DateTimeFormatter.BASIC_ISO_DATE)), ObjectNode.class);
    }
}
