package io.kisgateway.front;

import io.kisgateway.call.ReplyForm;
import io.kisgateway.call.StreamClient;
import io.kisgateway.runtime.GatewayModule;
import io.kisgateway.runtime.Once;
import io.kisgateway.runtime.Runtime;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.spi.Registry;

/** The front that clients of KIS take for KIS: they change a URL and nothing else. */
public final class FrontModule implements GatewayModule {

    public static final Set<String> STEPS = Set.of("kis-front-oauth", "kis-front-query", "kis-front-order");
    private static final String ROUTES = "kis-front.camel.yaml";

    private final FrontSettings settings;
    private final Once<KisOperations> operations = new Once<>(KisOperations::load);
    private final FrontSteps steps;
    private final Visitors visitors;
    private final ReplyForm form = new KisForm();

    /**
     * @param pairs      of the clients that the operator knows
     * @param restricted whether nobody else may call
     */
    public FrontModule(FrontSettings settings, Runtime runtime, KisPairs pairs, boolean restricted) {
        this.settings = settings;
        FrontKeys keys = new FrontKeys(settings.appSecret(), runtime.clock(), runtime.random());
        this.visitors = new Visitors(pairs, restricted, settings, keys);
        this.steps = new FrontSteps(visitors, new TrRules(operations, settings), keys, runtime.timers());
    }

    @Override
    public void configure(CamelContext camelContext) {
        Registry registry = camelContext.getRegistry();
        registry.bind("kis-front-oauth", (Processor) steps::oauth);
        registry.bind("kis-front-query", (Processor) steps::query);
        registry.bind("kis-front-order", (Processor) steps::order);
    }

    public boolean isOn() {
        return settings.on();
    }

    /** Who was given this approval key, with a key of its own that is still valid. */
    public Optional<StreamClient> approved(String approvalKey) {
        return visitors.approved(approvalKey);
    }

    /** How answers look at a path; null for as usual. */
    public ReplyForm form(String path) {
        return settings.on() && (path.startsWith("/uapi") || path.startsWith("/oauth2")) ? form : null;
    }

    /** The route files that do not serve. */
    public Set<String> leftOut() {
        return settings.on() ? Set.of() : Set.of(ROUTES);
    }

    /** The names under which operations of KIS take permits. */
    public Set<String> limits() {
        Set<String> names = new TreeSet<>(Set.of("kis-other"));
        operations.get().all().forEach(one -> names.add("kis-" + one.name()));
        return names;
    }
}
