package io.kisgateway.web;

import org.apache.camel.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;

/** The declared shape of one endpoint's requests. */
final class RequestEndpoint extends DefaultEndpoint {

    static final String QUERY = "query";
    static final String ORDER = "order";

    private final RequestReader reader;

    RequestEndpoint(String uri, RequestComponent component, RequestReader reader) {
        super(uri, component);
        this.reader = reader;
    }

    static boolean isOrder(String uri) {
        return uri != null && uri.matches("request:(//)?" + ORDER + "(\\?.*)?");
    }

    @Override
    public boolean isRemote() {
        return false;
    }

    @Override
    public Producer createProducer() {
        return new DefaultProducer(this) {
            @Override
            public void process(Exchange exchange) {
                reader.read(HttpInput.of(exchange)).forEach(exchange::setVariable);
            }
        };
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException("request: is a step, not a source");
    }
}
