package io.kisgateway.kept;

import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/**
 * A reply that is asked for at most once a day, in Korea, and kept for all callers, instances and restarts. After this
 * step the body is that reply, with the day it was asked on as {@code kept_on}; it is to be read and not changed.
 */
@UriEndpoint(firstVersion = "0.1.0", scheme = "kept", title = "Kept reply", syntax = "kept:name",
        producerOnly = true, category = Category.API)
public final class KeptEndpoint extends DefaultEndpoint {

    @UriPath(description = "What is kept, in kebab-case; steps of the same name share it")
    @Metadata(required = true)
    private final String name;
    @UriParam(description = "The route that asks, such as direct:trading-days")
    @Metadata(required = true)
    private String source;
    @UriParam(description = "Where the reply holds rows, of which those of earlier days are kept too, such as output")
    private String rows;
    @UriParam(description = "The member of a row that tells it from others and sorts them, such as bass_dt")
    private String by;
    @UriParam(defaultValue = "400", description = "How many of the last rows are kept, 1 to 2000")
    private int most = 400;

    KeptEndpoint(String uri, KeptComponent component, String name) {
        super(uri, component);
        this.name = name;
    }

    @Override
    public KeptComponent getComponent() {
        return (KeptComponent) super.getComponent();
    }

    @Override
    public boolean isRemote() {
        return false;
    }

    @Override
    public Producer createProducer() {
        return new KeptProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException("kept: is a step, not a source");
    }

    /** @throws IllegalArgumentException if the options contradict each other */
    DailyReply shelf() {
        if (source == null || !source.startsWith("direct:")) {
            throw new IllegalArgumentException("kept:" + name + ": source must name the route that asks, like direct:trading-days");
        }
        if ((rows == null) != (by == null)) {
            throw new IllegalArgumentException("kept:" + name + ": rows and by go together");
        }
        if (most < 1 || most > 2000) {
            throw new IllegalArgumentException("kept:" + name + ": most is 1 to 2000");
        }
        return getComponent().replies().shelf(name, rows == null ? null : new DailyReply.Rows(rows, by, most));
    }

    public String getName() {
        return name;
    }

    public String getSource() {
        return source;
    }

    public void setSource(String source) {
        this.source = source;
    }

    public String getRows() {
        return rows;
    }

    public void setRows(String rows) {
        this.rows = rows;
    }

    public String getBy() {
        return by;
    }

    public void setBy(String by) {
        this.by = by;
    }

    public int getMost() {
        return most;
    }

    public void setMost(int most) {
        this.most = most;
    }
}
