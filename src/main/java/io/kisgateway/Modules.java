package io.kisgateway;

import io.kisgateway.access.AccessModule;
import io.kisgateway.access.AccessSettings;
import io.kisgateway.front.FrontModule;
import io.kisgateway.front.FrontSettings;
import io.kisgateway.front.KisPairs;
import io.kisgateway.kept.KeptModule;
import io.kisgateway.kis.KisModule;
import io.kisgateway.kis.KisSettings;
import io.kisgateway.mapping.MappingModule;
import io.kisgateway.ops.Controls;
import io.kisgateway.ops.OpsModule;
import io.kisgateway.ops.OpsSettings;
import io.kisgateway.ops.Sources;
import io.kisgateway.order.OrderModule;
import io.kisgateway.order.OrderSettings;
import io.kisgateway.realtime.RealtimeModule;
import io.kisgateway.realtime.RealtimeSettings;
import io.kisgateway.routes.RoutesModule;
import io.kisgateway.routes.RoutesSettings;
import io.kisgateway.runtime.GatewayModule;
import io.kisgateway.runtime.Runtime;
import io.kisgateway.runtime.RuntimeSettings;
import io.kisgateway.settings.Settings;
import io.kisgateway.settings.TradingMode;
import io.kisgateway.simulator.SimulatorModule;
import io.kisgateway.stream.StreamModule;
import io.kisgateway.stream.StreamSettings;
import io.kisgateway.throttle.ThrottleModule;
import io.kisgateway.throttle.ThrottleSettings;
import io.kisgateway.web.EdgeModule;
import io.kisgateway.web.EdgeSettings;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gateway's modules, opened in order and closed backwards, and the functions by which they know of each other. */
final class Modules implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Modules.class);

    private final List<GatewayModule> modules = new ArrayList<>();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private ThrottleModule throttle;
    private KisModule kis;
    private OrderModule orders;
    private RealtimeModule realtime;
    private OpsModule ops;
    private RoutesModule routes;
    private EdgeModule edge;
    private StreamModule stream;

    private Modules() {}

    static Modules open(Settings given, Clock clock) throws IOException {
        Modules modules = new Modules();
        try {
            modules.openAll(given, clock);
            return modules;
        } catch (IOException | RuntimeException | Error e) {
            modules.close();
            throw e;
        }
    }

    private void openAll(Settings given, Clock clock) throws IOException {
        Runtime runtime = Runtime.start(RuntimeSettings.from(given), clock);
        open.push(runtime);
        Settings settings = given.mode() == TradingMode.SIM ? add(SimulatorModule.open(given)).asKis(given) : given;
        OrderSettings orderSettings = OrderSettings.from(settings);
        if (runtime.redis().isEmpty()) {
            // Files are opened under it at once, and it is slow on purpose.
            runtime.workers().execute(() -> {
                var unused = orderSettings.scope().get();
            });
        }
        KisSettings kisSettings = KisSettings.from(settings);
        AccessModule access = add(new AccessModule(AccessSettings.from(given), runtime));
        throttle = add(
                new ThrottleModule(ThrottleSettings.from(settings), runtime, () -> kis.breaker().refusesFor(), () -> routes.throttled()));
        kis = add(
                new KisModule(kisSettings, runtime, urgency -> throttle.throttle().budget().take(urgency, kisSettings.timeouts().call()),
                        () -> throttle.throttle().budget().slowDown()));
        add(new KeptModule(settings.mode().scope(), runtime));
        orders = add(OrderModule.open(orderSettings, runtime));
        FrontModule front = add(new FrontModule(FrontSettings.from(settings, access.isRestricted()), runtime,
                new KisPairs(access::client, access::ownerOf, access::ownerOfHash, access::hashes, access::wrongKey),
                access.isRestricted()));
        realtime = add(new RealtimeModule(RealtimeSettings.from(settings), runtime, kis::approvalKey));
        stream = add(new StreamModule(StreamSettings.from(settings), runtime, listener -> realtime.hub().open("json", listener),
                realtime::state, registration -> realtime.lose(registration, "An operator has given it up"),
                orders::clientOf));
        RoutesSettings routesSettings = RoutesSettings.from(settings, front::limits, front.leftOut());
        MappingModule mapping = add(new MappingModule(routesSettings.folder(), clock, kis::stockName));
        ops = add(new OpsModule(OpsSettings.from(settings), runtime, sources(), controls(), access.managementPort(), orders::audit));
        routes = add(RoutesModule.open(routesSettings, RouteChecks.checker(routesSettings.folder(), routesSettings.trusts()),
                mapping.mappings()::outside, ops::watch, runtime.workers()));
        edge = add(new EdgeModule(EdgeSettings.from(settings), runtime, access.publicPort(), ops::finished));
        edge.edge().forms(front::form);
        realtime.notices(orders::noticed);
        edge.edge().sockets(path -> front.isOn() && realtime.isOn()
                ? realtime.clientsOfKis(front::approved,
                        (socket, client, what, problem) -> ops.refused(client, access.address(socket), what, problem))
                : null);
        stream.onRefused((call, problem) -> ops.refused(call.client(), call.caller(), "WebSocket " + call.path(), problem));
        kis.breaker().onStateChange(state -> throttle.throttle().circuitOpened());
        kis.breaker().onStateChange(ops::breakerChanged);
        kis.onAnswer(ops::kisAnswered);
        ops.meters(kis.meters());
        ops.meters(access.meters());
        Supplier<List<String>> remarks = () -> remarks(kis.unknownOperations(), mapping.unseenMembers());
        ops.page("/routes", () -> routes.catalogue().html(remarks.get()), () -> routes.catalogue().json(remarks.get()));
    }

    private <M extends GatewayModule> M add(M module) {
        modules.add(module);
        open.push(module);
        return module;
    }

    /** What the calls of routes have shown to be wrong with them. */
    private static List<String> remarks(Map<String, String> unknownOperations, Map<String, Set<String>> unseenMembers) {
        List<String> remarks = new ArrayList<>();
        unknownOperations.forEach((operation, said) -> remarks.add("KIS does not know " + operation + " (" + said
                + "), which has not worked since the start: its path or TR id is wrong, or KIS is under maintenance"));
        unseenMembers.forEach((mapping, members) -> remarks.add("The mapping " + mapping + " reads " + String.join(", ", members)
                + ", which no reply of KIS has had so far: is it misspelt?"));
        return remarks;
    }

    private Sources sources() {
        return new Sources(kis.breaker()::state, throttle.throttle()::state, throttle.throttle()::stats, kis::token, orders::state,
                () -> routes.state(), realtime::state, stream::state, () -> edge.edge().isClosing(), () -> edge.edge().running());
    }

    private Controls controls() {
        return new Controls(kis.breaker()::reset, kis.breaker()::forceOpen, orders.halt()::halt, orders.halt()::resume);
    }

    /** What Camel takes beans from, in order. */
    List<GatewayModule> all() {
        return List.copyOf(modules);
    }

    void started(CamelContext camelContext) throws Exception {
        for (GatewayModule module : modules) {
            module.started(camelContext);
        }
    }

    ThrottleModule throttle() {
        return throttle;
    }

    OrderModule orders() {
        return orders;
    }

    RealtimeModule realtime() {
        return realtime;
    }

    OpsModule ops() {
        return ops;
    }

    RoutesModule routes() {
        return routes;
    }

    EdgeModule edge() {
        return edge;
    }

    StreamModule stream() {
        return stream;
    }

    /** One that fails keeps none of the others from closing. */
    @Override
    public void close() {
        while (!open.isEmpty()) {
            AutoCloseable next = open.pop();
            try {
                next.close();
            } catch (Exception e) {
                LOG.error("{} does not close", next.getClass().getSimpleName(), e);
            }
        }
    }
}
