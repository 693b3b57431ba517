package io.kisgateway.kept;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.call.Call;
import io.kisgateway.call.OwnCalls;
import io.kisgateway.call.Problem;
import io.kisgateway.call.StepEndpoint;
import io.kisgateway.call.StepProducer;
import io.kisgateway.runtime.KoreanTime;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.apache.camel.Category;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;

/**
 * A reply that is asked for at most once a day, in Korea, and kept for all callers, instances and restarts. After this
 * step the body is that reply, with the day it was asked on as {@code kept_on}; it is to be read and not changed.
 */
@UriEndpoint(firstVersion = "0.1.0", scheme = "kept", title = "Kept reply", syntax = "kept:name",
        producerOnly = true, category = Category.API)
public final class KeptEndpoint extends StepEndpoint {

    private static final String TODAY = "today";
    private static final int HALF = 15;
    private static final int YEARS = 2;

    @UriPath(description = "What is kept, in kebab-case; steps of the same name share it")
    @Metadata(required = true)
    private final String name;
    @UriParam(description = "The route that asks, such as direct:trading-days")
    @Metadata(required = true)
    private final String source;
    @UriParam(description = "A date like ${variable.date}, or today: then a reply is kept for each half of a month. The source finds the"
            + " half's first day in ${variable.from} and asks for the days from there. A half that is over is asked for only once; two years"
            + " back and two ahead")
    private final String date;
    @UriParam(
            description = "With a date: the member of a row of output that is its day, such as bass_dt. A reply in which a day is missing that"
                    + " a calendar must have is 502 and not kept")
    private final String day;
    @UriParam(description = "Goes with day: the member that must be Y or N, such as opnd_yn")
    private final String flag;

    /** @param options those that are known are taken out */
    KeptEndpoint(String uri, KeptComponent component, String name, Map<String, Object> options) {
        super(uri, component);
        this.name = name;
        this.source = Objects.toString(options.remove("source"), null);
        this.date = Objects.toString(options.remove("date"), null);
        this.day = Objects.toString(options.remove("day"), null);
        this.flag = Objects.toString(options.remove("flag"), null);
    }

    @Override
    public KeptComponent getComponent() {
        return (KeptComponent) super.getComponent();
    }

    @Override
    public Producer createProducer() {
        requireSource();
        Expression of = date == null || TODAY.equals(date) ? null : getCamelContext().resolveLanguage("simple").createExpression(date);
        if (of != null) {
            of.init(getCamelContext());
        }
        return new StepProducer<>(this, exchange -> reply(exchange, of), (exchange, reply) -> {
            exchange.getMessage().removeHeaders("*");
            exchange.getMessage().setBody(reply);
        });
    }

    /** @throws IllegalArgumentException if the source is missing, or half of what a calendar needs */
    private void requireSource() {
        if ((day == null) != (flag == null) || day != null && date == null) {
            throw new IllegalArgumentException("kept:" + name + ": day and flag go together, with a date");
        }
        if (source == null || !source.startsWith("direct:")) {
            throw new IllegalArgumentException("kept:" + name + ": source must name the route that asks, like direct:trading-days");
        }
    }

    private CompletionStage<ObjectNode> reply(Exchange exchange, Expression of) {
        KeptComponent replies = getComponent();
        if (date == null) {
            return replies.reply(name, null).get(() -> ask(Call.of(exchange), null));
        }
        LocalDate today = KoreanTime.today(replies.clock());
        LocalDate wanted = of == null ? today : LocalDate.parse(of.evaluate(exchange, String.class), DateTimeFormatter.BASIC_ISO_DATE);
        if (wanted.isBefore(today.minusYears(YEARS)) || wanted.isAfter(today.plusYears(YEARS))) {
            throw Problem.invalid("date", "date is outside KIS's calendar, which is asked from " + today.minusYears(YEARS) + " to "
                    + today.plusYears(YEARS));
        }
        boolean first = wanted.getDayOfMonth() <= HALF;
        LocalDate from = wanted.withDayOfMonth(first ? 1 : HALF + 1);
        LocalDate last = first ? wanted.withDayOfMonth(HALF) : wanted.withDayOfMonth(wanted.lengthOfMonth());
        return replies.reply(name + "-" + from, last).get(() -> ask(Call.of(exchange), from)
                .thenApply(reply -> day == null ? reply : new CalendarDays(day, flag).of(reply, from, last, today)));
    }

    /** As a call of its own: the one who happens to come first may lose patience or hang up, the others have not. */
    private CompletionStage<ObjectNode> ask(Call first, LocalDate from) {
        OwnCalls calls = getComponent().calls();
        return calls.ask(source, calls.call(first.requestId(), first.endpoint(), first.path()),
                from == null ? Map.of() : Map.of("from", from.format(DateTimeFormatter.BASIC_ISO_DATE)), ObjectNode.class);
    }
}
