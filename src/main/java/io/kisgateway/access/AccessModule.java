package io.kisgateway.access;

import io.kisgateway.runtime.GatewayModule;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Who may call, and what every request is asked before anybody looks at what it wants. */
public final class AccessModule implements GatewayModule {

    private static final int OPERATORS = 200;

    private final AccessSettings settings;
    private final SafeHeaders headers;
    private final PortGuard publicGuard;

    private AccessModule(AccessSettings settings) {
        this.settings = settings;
        this.headers = new SafeHeaders(settings.simulated());
        this.publicGuard = guard(settings.maxConnections());
    }

    public static AccessModule open(AccessSettings settings) {
        return new AccessModule(settings);
    }

    public Door publicDoor() {
        return new Door(publicGuard, new RequestScreen(settings.own(), settings.hosts(), List.of(), Set.of("/", "/docs")));
    }

    public Door managementDoor() {
        return new Door(guard(OPERATORS), new RequestScreen(settings.own(), settings.hosts(), settings.origins(),
                Set.of("/", "/console", "/console/", "/routes")));
    }

    public MeterBinder meters() {
        return registry -> Gauge.builder("kis.gateway.connections", publicGuard, PortGuard::connections)
                .description("Open connections of callers").register(registry);
    }

    private PortGuard guard(int maxConnections) {
        return new PortGuard(headers, maxConnections, () -> UUID.randomUUID().toString());
    }
}
