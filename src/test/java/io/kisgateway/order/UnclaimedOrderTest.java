package io.kisgateway.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.call.Call;
import io.kisgateway.kis.KisModule;
import io.kisgateway.kis.KisSettings;
import io.kisgateway.mapping.MappingModule;
import io.kisgateway.runtime.Runtime;
import io.kisgateway.runtime.RuntimeSettings;
import io.kisgateway.settings.Settings;
import io.kisgateway.simulator.Fault;
import io.kisgateway.simulator.Fault.Kind;
import io.kisgateway.simulator.RateLimits;
import io.kisgateway.simulator.Simulator;
import io.kisgateway.simulator.SimulatorOptions;
import io.kisgateway.testing.Rig;
import io.kisgateway.testing.ShippedRoutes;
import io.kisgateway.testing.TestFolder;
import io.kisgateway.throttle.ThrottleModule;
import io.kisgateway.throttle.ThrottleSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the check refuses, a gateway that runs it all the same refuses too: no order goes that nobody has claimed, and none twice. */
class UnclaimedOrderTest {

    @ParameterizedTest
    @ValueSource(strings = {"order-without-claim", "order-claimed-in-one-branch", "order-claimed-too-late", "order-without-throttle",
        "order-throttled-in-one-branch", "order-claimed-after-throttle", "order-throttle-disabled",
        "order-of-another-side", "order-of-another-operation", "order-other-for-a-listed-one", "order-without-quantity"})
    void nothingIsSent(String wrong) throws Exception {
        run(wrong, 0, (kis, exchange) -> {
            assertThat(exchange.getException()).isInstanceOf(IllegalStateException.class).hasMessageContaining("nothing was sent");
            assertThat(kis.orders().list()).isEmpty();
        });
    }

    /** Where KIS took the first and nobody knows: whoever runs the step again sends another. */
    @ParameterizedTest
    @ValueSource(strings = {"order-sent-twice", "order-in-a-loop", "order-in-multicast", "order-in-do-try", "order-with-error-handler"})
    void oneIsSentWhateverRunsAgain(String wrong) throws Exception {
        for (int lost = 0; lost <= 1; lost++) {
            run(wrong, lost, (kis, exchange) -> assertThat(kis.orders().list()).hasSize(1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"order-sent-in-a-filter", "order-in-a-variable"})
    void whatIsNoReplyOfKisIsNotShapedAsOne(String wrong) throws Exception {
        run(wrong, 0, (kis, exchange) -> assertThat(exchange.getException()).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("shapes KIS's reply"));
    }

    @Test
    void aSecondThrottleIsRefused() throws Exception {
        run("throttle-twice", 0, (kis, exchange) -> assertThat(exchange.getException()).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("second throttle"));
    }

    private interface Look {

        void at(Simulator kis, Exchange exchange);
    }

    /** @param lost how many replies of KIS to an order are lost */
    private static void run(String wrong, int lost, Look look) throws Exception {
        try (Simulator kis = Simulator.start(SimulatorOptions.builder().rateLimits(RateLimits.OFF).build())) {
            if (lost > 0) {
                kis.faults().add(Fault.of(Kind.RESET_AFTER).onPath("order-cash").times(lost));
            }
            Map<String, String> environment = Rig.inFrontOf(kis);
            environment.put("DATA_DIR", TestFolder.create().toString());
            Settings settings = Settings.from(environment);
            try (Runtime runtime = Runtime.start(RuntimeSettings.from(settings), Clock.systemUTC());
                    ThrottleModule throttle = new ThrottleModule(ThrottleSettings.from(settings), runtime, Optional::empty, Set::of);
                    KisModule module = new KisModule(KisSettings.from(settings), runtime,
                            upstream -> throttle.throttle().budget().take(upstream, KisSettings.from(settings).timeouts().call()),
                            () -> {});
                    OrderModule orders = OrderModule.open(OrderSettings.from(settings), runtime);
                    DefaultCamelContext context = ShippedRoutes.context(throttle, module, orders,
                            new MappingModule(null, Clock.systemUTC(), code -> Optional.empty()))) {
                ShippedRoutes.load(context, "kis", "market-data", "trading");
                ShippedRoutes.load(context, ResourceHelper.resolveResource(context,
                        "file:" + Path.of("src/test/resources/wrong-routes", wrong, "my.camel.yaml")));
                context.start();

                Exchange exchange = new DefaultExchange(context);
                new Call("r", "my-endpoint", "/api/my-endpoint", true, System::nanoTime).attachTo(exchange);
                Map.of("stock_code", "000660", "quantity", 1L, "price", wrong.endsWith("filter") ? 100_000L : 0L)
                        .forEach(exchange::setVariable);
                context.createProducerTemplate().send("direct:my-endpoint", exchange);

                look.at(kis, exchange);
            }
        }
    }
}
