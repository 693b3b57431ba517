package io.kisgateway.kept;

import io.kisgateway.call.StepEndpoint;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.Category;
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

    @UriPath(description = "What is kept, in kebab-case; steps of the same name share it")
    @Metadata(required = true)
    final String name;
    @UriParam(description = "The route that asks, such as direct:trading-days")
    @Metadata(required = true)
    final String source;
    @UriParam(description = "A date like ${variable.date}, or today: then a reply is kept for each half of a month. The source finds the"
            + " half's first day in ${variable.from} and asks for the days from there. A half that is over is asked for only once; two years"
            + " back and two ahead")
    final String date;
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
        return new KeptProducer(this);
    }

    /** Null for a reply of which nothing is known. */
    CalendarDays calendar() {
        return day == null ? null : new CalendarDays(day, flag);
    }

    /** @throws IllegalArgumentException if the source is missing, or half of what a calendar needs */
    void requireSource() {
        if ((day == null) != (flag == null) || day != null && date == null) {
            throw new IllegalArgumentException("kept:" + name + ": day and flag go together, with a date");
        }
        if (source == null || !source.startsWith("direct:")) {
            throw new IllegalArgumentException("kept:" + name + ": source must name the route that asks, like direct:trading-days");
        }
    }
}
