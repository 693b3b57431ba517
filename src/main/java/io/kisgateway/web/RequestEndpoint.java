package io.kisgateway.web;

import io.kisgateway.call.StepEndpoint;
import org.apache.camel.Category;
import org.apache.camel.Exchange;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultProducer;

/** The declared shape of one endpoint's requests. */
@UriEndpoint(firstVersion = "0.1.0", scheme = "request", title = "Request", syntax = "request:kind", producerOnly = true,
        lenientProperties = true, category = Category.API)
final class RequestEndpoint extends StepEndpoint {

    static final String QUERY = "query";
    static final String ORDER = "order";
    static final String OPEN = "open";

    @UriPath(enums = "query,order,open",
            description = "What the endpoint is for. Each parameter names a member of the request, and its value"
                    + " says what that may be, such as: stock code, required")
    @Metadata(required = true)
    private final String kind;

    private final RequestReader reader;

    RequestEndpoint(String uri, RequestComponent component, String kind, RequestReader reader) {
        super(uri, component);
        this.kind = kind;
        this.reader = reader;
    }

    public String getKind() {
        return kind;
    }

    static boolean isOrder(String uri) {
        return uri != null && uri.matches("request:(//)?" + ORDER + "(\\?.*)?");
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
}
