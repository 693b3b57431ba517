package io.kisgateway.kis;

import io.kisgateway.call.Call;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.DefaultExchange;

/** Asks for an issue's name by sending its code, as the variable {@code stock_code}, to a route made for that. */
public final class StockNameLookup implements Function<String, CompletionStage<?>> {

    private final ProducerTemplate template;
    private final String route;
    private final LongSupplier nanoTime;
    private final AtomicLong count = new AtomicLong();

    /** @param route such as {@code direct:stock-name}; its {@code kis:} call has {@code background: true} */
    public StockNameLookup(ProducerTemplate template, String route, LongSupplier nanoTime) {
        this.template = template;
        this.route = route;
        this.nanoTime = nanoTime;
    }

    @Override
    public CompletionStage<?> apply(String code) {
        Exchange exchange = new DefaultExchange(template.getCamelContext());
        exchange.setVariable("stock_code", code);
        new Call("name-" + count.incrementAndGet(), "stock-name", route, false, nanoTime).attachTo(exchange);
        return template.asyncSend(route, exchange).thenCompose(answered -> answered.getException() == null
                ? CompletableFuture.completedFuture(answered)
                : CompletableFuture.failedFuture(answered.getException()));
    }
}
