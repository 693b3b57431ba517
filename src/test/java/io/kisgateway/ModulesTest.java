package io.kisgateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.runtime.GatewayModule;
import io.kisgateway.settings.Settings;
import io.kisgateway.testing.ShippedRoutes;
import io.kisgateway.testing.TestFolder;
import java.time.Clock;
import java.util.Map;
import org.apache.camel.Processor;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

/** What the modules say of themselves, held against what they bind. */
class ModulesTest {

    @Test
    void theCheckKnowsEveryStepAndNoOther() throws Exception {
        Settings settings = Settings.from(Map.of("PORT", "0", "MANAGEMENT_PORT", "0", "DATA_DIR", TestFolder.create().toString()));
        try (Modules modules = Modules.open(settings, Clock.systemUTC());
                DefaultCamelContext context = ShippedRoutes.context(modules.all().toArray(GatewayModule[]::new))) {
            assertThat(context.getRegistry().findByTypeWithName(Processor.class).keySet()).isSubsetOf(RouteChecks.steps());
            assertThat(RouteChecks.steps()).allSatisfy(step -> assertThat(context.getRegistry().lookupByName(step)).as(step).isNotNull());
        }
    }
}
