package io.kisgateway.throttle;

import io.kisgateway.runtime.GatewayModule;
import io.kisgateway.runtime.ManagedBeans;
import io.kisgateway.runtime.Runtime;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;

/** Permits for endpoints and the account's budget: in memory, or in Redis for all instances. */
public final class ThrottleModule implements GatewayModule {

    public static final Set<String> STEPS = Set.of("throttle", "kis-account-budget");

    private final Throttle throttle;
    private final Supplier<Set<String>> endpoints;

    /**
     * @param gate      whether calls get through to KIS
     * @param endpoints the ids of the routes that take permits
     */
    public ThrottleModule(ThrottleSettings settings, Runtime runtime, BreakerGate gate, Supplier<Set<String>> endpoints) {
        this.throttle = Throttle.open(settings, runtime.redis().orElse(null), gate, runtime.workers(), runtime.timers(), runtime.clock(),
                runtime.nanoTime());
        this.endpoints = endpoints;
    }

    @Override
    public void configure(CamelContext camelContext) {
        Registry registry = camelContext.getRegistry();
        registry.bind("throttle", throttle.throttleProcessor());
        registry.bind("kis-account-budget", throttle.budgetProcessor());
    }

    @Override
    public void started(CamelContext camelContext) throws Exception {
        throttle.watch();
        ManagedBeans.register(camelContext, "type=Throttle", new ThrottleControl(throttle, endpoints));
    }

    public Throttle throttle() {
        return throttle;
    }

    @Override
    public void close() {
        throttle.close();
    }
}
