package io.kisgateway.routes;

import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.dsl.yaml.YamlRoutesBuilderLoader;
import org.apache.camel.spi.Resource;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.nodes.Node;

/** Camel's own reader of routes, for files whose YAML has been read already: reading it is a good part of the start, and need not be done twice. */
final class ComposedRoutes extends YamlRoutesBuilderLoader {

    private final Map<String, Node> documents;

    /** @param documents by the location of their files */
    ComposedRoutes(CamelContext context, Map<String, Node> documents) {
        this.documents = documents;
        setCamelContext(context);
    }

    @Override
    public RouteBuilder doLoadRouteBuilder(Resource resource) {
        String location = resource.getLocation();
        return builder(newYamlDeserializationContext(LoadSettings.builder().setLabel(location).build(), resource), documents.get(location));
    }
}
