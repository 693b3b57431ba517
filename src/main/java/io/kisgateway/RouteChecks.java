package io.kisgateway;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.schibsted.spt.data.jslt.Function;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.kisgateway.access.ClientCommands;
import io.kisgateway.front.FrontModule;
import io.kisgateway.kept.KeptComponent;
import io.kisgateway.kis.KisComponent;
import io.kisgateway.kis.KisEnvironment;
import io.kisgateway.kis.KisModule;
import io.kisgateway.mapping.Functions;
import io.kisgateway.mapping.MappingFunction;
import io.kisgateway.mapping.Mappings;
import io.kisgateway.mapping.ReplyComponent;
import io.kisgateway.ops.OpsModule;
import io.kisgateway.order.OrderComponent;
import io.kisgateway.order.OrderModule;
import io.kisgateway.routes.RouteChecker;
import io.kisgateway.routes.RouteProblem;
import io.kisgateway.routes.RoutesModule;
import io.kisgateway.runtime.Store;
import io.kisgateway.settings.Setting;
import io.kisgateway.stream.RealtimeComponent;
import io.kisgateway.stream.StreamModule;
import io.kisgateway.throttle.ThrottleModule;
import io.kisgateway.web.RequestComponent;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.camel.impl.DefaultCamelContext;

/** Checks route files with the gateway's own components, but without a gateway: no port, no KIS, no Redis. */
final class RouteChecks {

    private RouteChecks() {}

    /**
     * @param folder where mappings are looked for first, or null
     * @param trusts whether its routes may do what no shipped route needs
     */
    static RouteChecker checker(Path folder, boolean trusts) {
        List<Function> functions = new ArrayList<>(new Functions(Clock.systemUTC()).all());
        functions.add(new MappingFunction("issue-name", 1, 1, code -> NullNode.instance));
        ReplyComponent reply = new ReplyComponent(functions, new Mappings(folder), true);
        return new RouteChecker(steps(), () -> bench(reply), reply::members, OrderModule::misfit, trusts);
    }

    /** The command {@code check DIR [CLIENTS]}: a line for each problem. */
    static int command(List<String> arguments, Map<String, String> environment, PrintStream out) throws IOException {
        if (arguments.isEmpty() || arguments.size() > 2) {
            out.println(
                    "usage: check DIR [CLIENTS], the folder of *.camel.yaml files and the file of clients, else CLIENTS_FILE if it is set");
            return 2;
        }
        Path folder = Path.of(arguments.get(0));
        boolean trusts = "all".equalsIgnoreCase(environment.getOrDefault(Setting.ROUTES_TRUST.name(), ""));
        List<RouteProblem> problems = checker(folder, trusts).check(folder);
        problems.forEach(out::println);
        if (problems.isEmpty()) {
            boolean none = folder.toFile().list((in, name) -> name.endsWith(".camel.yaml")).length == 0;
            out.println(none ? "There is no *.camel.yaml file in " + folder + "." : "All routes in " + folder + " are right.");
        }
        String clients = arguments.size() == 2 ? arguments.get(1) : environment.getOrDefault(Setting.CLIENTS_FILE.name(), "");
        return (clients.isBlank() || ClientCommands.check(Path.of(clients), environment, out)) && problems.isEmpty() ? 0 : 1;
    }

    /** The steps of all modules. */
    static Set<String> steps() {
        return Stream.of(KisModule.STEPS, ThrottleModule.STEPS, OrderModule.STEPS, RoutesModule.STEPS, OpsModule.STEPS,
                FrontModule.STEPS, StreamModule.STEPS)
                .flatMap(Set::stream).collect(Collectors.toSet());
    }

    private static CamelContext bench(ReplyComponent reply) {
        DefaultCamelContext context = new DefaultCamelContext();
        Clock clock = Clock.systemUTC();
        context.getRegistry().bind("request", new RequestComponent(JsonMapper.builder().build(), clock));
        context.getRegistry().bind("reply", reply);
        context.getRegistry().bind("kept", new KeptComponent("check", Store.none(), null, clock, System::nanoTime));
        // Its endpoints are made and never called, so that there is nobody to call.
        context.getRegistry().bind("kis", new KisComponent(null,
                new KisEnvironment("CHECK", false, URI.create("http://localhost")), null, clock, "direct:kis"));
        context.getRegistry().bind("order", OrderComponent.idle());
        context.getRegistry().bind("realtime", RealtimeComponent.idle());
        context.getRegistry().bind("kis-http", (HttpClientConfigurer) client -> {});
        context.getPropertiesComponent().addInitialProperty("kis.base-url", "http://localhost");
        context.getPropertiesComponent().addInitialProperty("trading.mode", "SIM");
        // Routes are built with these steps, and never run.
        context.getRegistry().bind("kis-circuit-breaker", CircuitBreaker.ofDefaults("check"));
        steps().stream().filter(name -> context.getRegistry().lookupByName(name) == null)
                .forEach(name -> context.getRegistry().bind(name, (Processor) exchange -> {}));
        context.build();
        return context;
    }
}
