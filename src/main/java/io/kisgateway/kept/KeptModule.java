package io.kisgateway.kept;

import io.kisgateway.runtime.GatewayModule;
import io.kisgateway.runtime.Runtime;
import io.kisgateway.runtime.Store;
import org.apache.camel.CamelContext;

/** {@code kept:}, what KIS may be asked once a day. */
public final class KeptModule implements GatewayModule {

    private final KeptComponent component;

    public KeptModule(KeptSettings settings, Runtime runtime) {
        Store store = !settings.lasts() ? Store.none() : runtime.redis().map(Store::inRedis)
                .orElseGet(() -> Store.inFolder(settings.dataFolder(), runtime.clock()));
        this.component = new KeptComponent(settings.scope(), store, runtime.timers(), runtime.clock(), runtime.nanoTime());
    }

    @Override
    public void configure(CamelContext camelContext) {
        camelContext.getRegistry().bind("kept", component);
    }
}
