package io.kisgateway.kis;

import io.kisgateway.runtime.KisOperation;
import java.time.Clock;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.service.ServiceHelper;

/** Makes {@code kis:get:/uapi/…}, {@code kis:order:/uapi/…} and {@code kis:pass} endpoints. Bound in the registry as {@code kis}. */
@Component("kis")
public final class KisComponent extends DefaultComponent {

    private static final Pattern PARAMETER = Pattern.compile("[A-Z][A-Z0-9_]*");
    /** Another spelling of a path might be the same operation to KIS and not to the gateway. */
    private static final Pattern PATH = Pattern.compile("(?:/[A-Za-z0-9_.-]+)+");
    private static final Set<String> METHODS = Set.of("get", "order");
    private static final Set<String> OF_THE_GATEWAY = Set.of("CANO", "ACNT_PRDT_CD");

    private final KisCaller caller;
    private final KisEnvironment environment;
    private final StockNames names;
    private final Clock clock;
    private final String route;
    private AsyncProducer toKis;
    private AsyncProducer toLookup;
    /** GET or POST, by the paths that KIS documents; only for a check, as a start has no time for it. */
    private final Map<String, String> methods = new HashMap<>();

    /**
     * @param caller null where routes are only checked
     * @param route the endpoint of the one route that takes every request to KIS, such as {@code direct:kis}; the same with
     *              {@code -lookup} is the one past the breaker, which takes the gateway's own lookups of orders
     */
    public KisComponent(KisCaller caller, KisEnvironment environment, StockNames names, Clock clock, String route) {
        this.caller = caller;
        this.environment = environment;
        this.names = names;
        this.clock = clock;
        this.route = route;
        if (caller == null) {
            KisOperation.all().forEach(one -> methods.put(one.path(), one.method()));
        }
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> options) {
        if (remaining.equals(PassEndpoint.NAME)) {
            return new PassEndpoint(uri, this);
        }
        int colon = remaining.indexOf(':');
        String method = colon < 0 ? "" : remaining.substring(0, colon).toLowerCase(Locale.ROOT);
        String path = remaining.substring(colon + 1);
        if (!METHODS.contains(method) || !PATH.matcher(path).matches()) {
            throw new IllegalArgumentException(method.equals("post")
                    ? "kis:post: is kis:order: now, without the options order and ledger; order:buy, order:sell, order:cancel, order:modify"
                            + " or order:other comes before the throttle"
                    : "not kis:get:/path or kis:order:/path: kis:" + remaining);
        }
        String known = methods.get(path);
        if (known != null && known.equals("POST") != method.equals("order")) {
            throw new IllegalArgumentException("kis:" + remaining + (method.equals("order") ? " orders nothing at KIS: kis:get: asks it"
                    : " places or changes an order at KIS: kis:order: does that"));
        }
        Map<String, String> parameters = new TreeMap<>();
        options.forEach((key, value) -> {
            if (PARAMETER.matcher(key).matches()) {
                parameters.put(key, value == null ? "" : value.toString());
            }
        });
        options.keySet().removeAll(parameters.keySet());
        for (String key : OF_THE_GATEWAY) {
            if (parameters.containsKey(key)) {
                throw new IllegalArgumentException(key + " is not for routes: ledger=true adds the account");
            }
        }
        return new KisEndpoint(uri, this, method, path, parameters, options);
    }

    KisCaller caller() {
        return caller;
    }

    KisEnvironment environment() {
        return environment;
    }

    StockNames names() {
        return names;
    }

    Clock clock() {
        return clock;
    }

    /** @param lookup whether it is a lookup of the gateway's own */
    AsyncProducer route(boolean lookup) {
        return lookup ? toLookup : toKis;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        toKis = getCamelContext().getEndpoint(route).createAsyncProducer();
        toLookup = getCamelContext().getEndpoint(route.replaceFirst("(\\?|$)", "-lookup$1")).createAsyncProducer();
        ServiceHelper.startService(toKis, toLookup);
    }

    @Override
    protected void doStop() throws Exception {
        ServiceHelper.stopService(toKis, toLookup);
        super.doStop();
    }
}
