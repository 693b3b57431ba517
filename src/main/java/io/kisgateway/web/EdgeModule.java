package io.kisgateway.web;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kisgateway.access.PortPolicy;
import io.kisgateway.runtime.GatewayModule;
import io.kisgateway.runtime.Runtime;
import org.apache.camel.CamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ModelLifecycleStrategySupport;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.errorhandler.NoErrorHandlerDefinition;
import org.apache.camel.spi.Registry;

/** The public port: reads requests, runs their routes, writes replies. Listens when everything else is there. */
public final class EdgeModule implements GatewayModule {

    private static final int MAX_NESTING = 32;

    private final EdgeSettings settings;
    private final Runtime runtime;
    private final JsonMapper json = strictJson();
    private final PortPolicy policy;
    private final Edge edge;
    private final EdgeServer server;

    /** @param observer is told of every finished call */
    public EdgeModule(EdgeSettings settings, Runtime runtime, PortPolicy policy, Edge.Observer observer) {
        this.policy = policy;
        this.settings = settings;
        this.runtime = runtime;
        this.edge = new Edge(runtime.workers(), runtime.nanoTime(), json, settings.tracing(), observer);
        this.server =
                new EdgeServer(settings.address().host(), settings.address().port(), settings.idle(), policy.guard(), runtime.network());
    }

    private static JsonMapper strictJson() {
        JsonFactory factory = JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_NESTING).build())
                .build();
        return JsonMapper.builder(factory)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .build();
    }

    /** Problems are answers and the edge logs what is not. Camel's error handler has nothing to do there, and costs much at each step. */
    @Override
    public void configure(CamelContext camelContext) throws Exception {
        Registry registry = camelContext.getRegistry();
        registry.bind("platform-http-engine", new HttpEngine(edge, server, policy));
        registry.bind("request", new RequestComponent(json, runtime.clock()));
        camelContext.addService(server);
        camelContext.getCamelContextExtension().setErrorHandlerFactory(new NoErrorHandlerDefinition());
        ((ModelCamelContext) camelContext).addModelLifecycleStrategy(new ModelLifecycleStrategySupport() {
            @Override
            public void onAddRouteDefinition(RouteDefinition route) {
                if (!route.isErrorHandlerFactorySet() || route.getErrorHandlerFactory() instanceof NoErrorHandlerDefinition) {
                    ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ProcessorDefinition.class)
                            .forEach(step -> step.setInheritErrorHandler(false));
                }
            }
        });
        camelContext.getCamelContextExtension().addInterceptStrategy(new StepErrors());
    }

    @Override
    public void started(CamelContext camelContext) throws Exception {
        settings.address().listen(server::listen);
    }

    public Edge edge() {
        return edge;
    }

    /** The port really listened on. */
    public int port() {
        return server.getPort();
    }
}
