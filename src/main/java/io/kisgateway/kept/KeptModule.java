package io.kisgateway.kept;

import io.kisgateway.runtime.GatewayModule;
import io.kisgateway.runtime.Runtime;
import io.kisgateway.runtime.Store;
import org.apache.camel.CamelContext;

/** {@code kept:}, what KIS may be asked once a day. */
public final class KeptModule implements GatewayModule {

    private final KeptComponent component;

    private KeptModule(KeptComponent component) {
        this.component = component;
    }

    public static KeptModule open(KeptSettings settings, Runtime runtime) {
        Store store = !settings.lasts() ? Store.none() : runtime.redis().map(Store::inRedis)
                .orElseGet(() -> Store.inFolder(settings.dataFolder(), runtime.clock()));
        return new KeptModule(
                new KeptComponent(new KeptReplies(settings.scope(), store, runtime.timers(), runtime.clock(), runtime.nanoTime())));
    }

    @Override
    public void configure(CamelContext camelContext) {
        camelContext.getRegistry().bind("kept", component);
    }
}
