package io.kisgateway.kis;

import io.kisgateway.call.StepProducer;
import java.util.Map;
import java.util.Objects;
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
 * One operation of the KIS Open API. Options are in camelCase; every key in UPPER_CASE is a parameter of the operation
 * and is always sent, blank or not. A parameter's value is a constant, a Simple expression, or a date in Korea:
 * {@code today} or {@code today-45d}. A constant with {@code &} or {@code +} in it is written as {@code RAW(…)}.
 *
 * <p>After the call the body is KIS's whole reply, to be read and not changed; the headers are gone.
 */
@UriEndpoint(firstVersion = "0.1.0", scheme = "kis", title = "KIS Open API", syntax = "kis:method:path",
        producerOnly = true, category = Category.API)
public final class KisEndpoint extends DefaultEndpoint {

    @UriPath(enums = "get,order", description = "get asks KIS; order places or changes an order of the account. An order needs"
            + " the step order:buy, order:sell, order:cancel, order:modify or order:other before it, is written down, sent again only"
            + " where KIS certainly did not take it, and brought to an end")
    @Metadata(required = true)
    final String method;
    @UriPath(description = "Path of the operation, such as /uapi/domestic-stock/v1/quotations/inquire-price")
    @Metadata(required = true)
    final String path;
    @UriParam(description = "TR id, as KIS documents it for real trading")
    @Metadata(required = true)
    final String trId;
    @UriParam(description = "TR id in virtual trading (MOCK), if it is not as usual: an id that begins with T, J or C begins"
            + " with V there, others are the same; none if KIS does not offer it there: the call then ends with 501"
            + " NOT_OFFERED, KIS is not asked")
    final String trIdMock;
    @UriParam(defaultValue = "false", description = "The operation is about the account: the gateway adds CANO and"
            + " ACNT_PRDT_CD; every order is")
    final boolean ledger;
    @UriParam(defaultValue = "false", description = "Nobody waits for it: every other call goes first")
    final boolean background;
    @UriParam(enums = "ctx,dates,minutes", description = "How to get all pages: ctx by the CTX_AREA keys, dates by walking"
            + " FID_INPUT_DATE_2 back (both dates are filled in), minutes by walking FID_INPUT_HOUR_1 back to the day's first row."
            + " Without it, one page")
    final String pages;
    @UriParam(description = "With pages=dates: how many of the newest rows to get, 1 to 1000; may be an expression")
    final String rows;
    @UriParam(description = "Where the reply holds 0 if KIS does not know the code, such as output.stck_prpr:"
            + " the call then ends with 404 UNKNOWN_STOCK")
    final String unknownWhenZero;
    @UriParam(description = "Where the reply holds nothing if KIS does not know the code, such as output2:"
            + " the call then ends with 404 UNKNOWN_STOCK, unless there are rows elsewhere")
    final String unknownWhenEmpty;
    @UriParam(description = "Where the reply holds something all the same if KIS knows the code, such as output.stck_sdpr: then"
            + " it has no price yet, 404 NO_PRICE_YET, or an empty list")
    final String knownBy;

    /** Names and values as the route gives them. */
    final Map<String, String> parameters;

    /** @param options what is no parameter of KIS's; those that are known are taken out */
    KisEndpoint(String uri, KisComponent component, String method, String path, Map<String, String> parameters,
            Map<String, Object> options) {
        super(uri, component);
        this.method = method;
        this.path = path;
        this.parameters = parameters;
        this.trId = text(options, "trId");
        this.trIdMock = text(options, "trIdMock");
        this.ledger = flag(options, "ledger");
        this.background = flag(options, "background");
        this.pages = text(options, "pages");
        this.rows = text(options, "rows");
        this.unknownWhenZero = text(options, "unknownWhenZero");
        this.unknownWhenEmpty = text(options, "unknownWhenEmpty");
        this.knownBy = text(options, "knownBy");
    }

    private static String text(Map<String, Object> options, String name) {
        return Objects.toString(options.remove(name), null);
    }

    private static boolean flag(Map<String, Object> options, String name) {
        String text = Objects.toString(options.remove(name), "false");
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException(name + " is true or false, not " + text);
        }
        return text.equals("true");
    }

    @Override
    public KisComponent getComponent() {
        return (KisComponent) super.getComponent();
    }

    @Override
    public Producer createProducer() {
        KisStep step = new KisStep(this);
        return new StepProducer<>(this, step::reply, step::taken);
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException("KIS can only be called");
    }

    boolean isOrder() {
        return "order".equals(method);
    }
}
