package io.kisgateway.stream;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.realtime.MarketRecord;
import io.kisgateway.runtime.KoreanTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Suspendable;
import org.apache.camel.support.DefaultConsumer;

/** Sends records through the route of their kind. */
final class KindConsumer extends DefaultConsumer implements Suspendable {

    private final RealtimeEndpoint endpoint;
    private final Kind kind;

    KindConsumer(RealtimeEndpoint endpoint, Processor processor, Kind kind) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        endpoint.getComponent().kinds().add(this);
    }

    @Override
    protected void doResume() throws Exception {
        super.doResume();
        endpoint.getComponent().kinds().add(this);
    }

    @Override
    protected void doSuspend() throws Exception {
        super.doSuspend();
        endpoint.getComponent().kinds().suspend(this);
    }

    @Override
    protected void doStop() throws Exception {
        endpoint.getComponent().kinds().remove(this);
        super.doStop();
    }

    /** On the thread that brings records, since their order counts. @throws Exception why the route could make nothing of it */
    void take(MarketRecord record) throws Exception {
        Exchange exchange = createExchange(false);
        try {
            exchange.getIn().setBody(fields(record.text()));
            exchange.setVariable("kind", kind.name());
            exchange.setVariable("code", record.trKey());
            exchange.setVariable("date", KoreanTime.date(record.receivedAt()).format(DateTimeFormatter.BASIC_ISO_DATE));
            new Published(kind, record).attachTo(exchange);
            createUoW(exchange);
            getProcessor().process(exchange);
            if (exchange.getException() != null) {
                throw exchange.getException();
            }
        } finally {
            doneUoW(exchange);
            releaseExchange(exchange, false);
        }
    }

    /** KIS adds columns at the end; those that a record does not have are not there, and a mapping says what it needs. */
    private ObjectNode fields(String text) {
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        List<String> columns = kind.columns();
        int from = 0;
        for (int i = 0; i < columns.size() && from <= text.length(); i++) {
            int end = text.indexOf('^', from);
            fields.put(columns.get(i), text.substring(from, end < 0 ? text.length() : end));
            from = end < 0 ? text.length() + 1 : end + 1;
        }
        return fields;
    }
}
