package io.kisgateway.testing;

import io.kisgateway.runtime.GatewayModule;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.FromDefinition;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.model.errorhandler.NoErrorHandlerDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/**
 * The routes of the jar, for tests that put together one module. What the context has not got, another module's steps,
 * lets every call through as it is; an endpoint of the public port is called by its route's id, as {@code direct:trading-buy}.
 */
public final class ShippedRoutes {

    private ShippedRoutes() {}

    /** A context with these modules' steps, not started. */
    public static DefaultCamelContext context(GatewayModule... modules) throws Exception {
        DefaultCamelContext context = new DefaultCamelContext();
        context.getCamelContextExtension().setErrorHandlerFactory(new NoErrorHandlerDefinition());
        for (GatewayModule module : modules) {
            module.configure(context);
        }
        return context;
    }

    /** @param files such as {@code kis}, {@code market-data} */
    public static void load(CamelContext context, String... files) throws Exception {
        for (String file : files) {
            load(context, ResourceHelper.resolveMandatoryResource(context, "classpath:routes/" + file + ".camel.yaml"));
        }
    }

    /** Routes that nobody has checked. */
    public static void load(CamelContext context, Resource file) throws Exception {
        for (RoutesBuilder builder : PluginHelper.getRoutesLoader(context).findRoutesBuilders(file)) {
            for (RouteDefinition route : ((RouteBuilder) builder).configureRoutes(context).getRoutes()) {
                add(context, route);
            }
        }
    }

    private static void add(CamelContext context, RouteDefinition route) throws Exception {
        if (route.getInput().getEndpointUri().startsWith("platform-http:")) {
            route.setInput(null);
            route.setInput(new FromDefinition("direct:" + route.getRouteId()));
        }
        for (ToDefinition to : ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ToDefinition.class)) {
            String scheme = to.getUri().replaceFirst(":.*", "");
            if (Set.of("request", "reply", "kept", "order").contains(scheme)
                    && context.getRegistry().lookupByNameAndType(scheme, Component.class) == null) {
                context.getRegistry().bind(scheme, new Through());
            }
        }
        for (ProcessDefinition step : ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ProcessDefinition.class)) {
            if (context.getRegistry().lookupByName(step.getRef()) == null) {
                context.getRegistry().bind(step.getRef(), (Processor) exchange -> {});
            }
        }
        ((ModelCamelContext) context).addRouteDefinition(route);
    }

    /** A step that does nothing, whatever its options. */
    private static final class Through extends DefaultComponent {

        @Override
        protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
            parameters.clear();
            return new DefaultEndpoint(uri, this) {
                @Override
                public Producer createProducer() {
                    return new DefaultProducer(this) {
                        @Override
                        public void process(Exchange exchange) {
                            // Lets it through.
                        }
                    };
                }

                @Override
                public Consumer createConsumer(Processor processor) {
                    throw new UnsupportedOperationException();
                }
            };
        }
    }
}
