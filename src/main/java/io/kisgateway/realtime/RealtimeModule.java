package io.kisgateway.realtime;

import io.kisgateway.runtime.GatewayModule;
import io.kisgateway.runtime.Runtime;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One session with KIS's WebSocket for all instances, and any number of listeners. */
public final class RealtimeModule implements GatewayModule {

    public static final Set<String> STEPS = Set.of();

    private final RealtimeSettings settings;
    private final RecordHub hub;

    private RealtimeModule(RealtimeSettings settings, Runtime runtime) {
        this.settings = settings;
        this.hub = new RecordHub(runtime.workers(), runtime.clock());
        hub.session(new Session() {
            @Override
            public CompletionStage<RegistrationAnswer> want(Registration registration) {
                return CompletableFuture.completedStage(RegistrationAnswer.UNREACHABLE);
            }

            @Override
            public void unwant(Registration registration) {
                // There is no session yet.
            }
        });
    }

    public static RealtimeModule open(RealtimeSettings settings, Runtime runtime) {
        return new RealtimeModule(settings, runtime);
    }

    /** Whether realtime data is offered. */
    public boolean isOn() {
        return settings.on();
    }

    public RecordHub hub() {
        return hub;
    }

    @Override
    public void close() {
        hub.close();
    }
}
