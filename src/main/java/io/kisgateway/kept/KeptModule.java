package io.kisgateway.kept;

import io.kisgateway.runtime.GatewayModule;
import io.kisgateway.runtime.Runtime;
import org.apache.camel.CamelContext;

/** {@code kept:}, what KIS may be asked once a day. */
public final class KeptModule implements GatewayModule {

    private final KeptComponent component;

    /** @param scope the environment */
    public KeptModule(String scope, Runtime runtime) {
        this.component = new KeptComponent(scope, runtime.kisStore(), runtime.timers(), runtime.clock(), runtime.nanoTime());
    }

    @Override
    public void configure(CamelContext camelContext) {
        camelContext.getRegistry().bind("kept", component);
    }
}
