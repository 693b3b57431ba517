package io.kisgateway;

import io.kisgateway.web.Door;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.CamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;

/** The endpoints that take permits: the routes with a {@code throttle} step. */
final class ThrottledRoutes {

    static final String STEP = "throttle";

    private ThrottledRoutes() { }

    /** Their ids, sorted. */
    static Set<String> of(CamelContext camelContext) {
        Set<String> ids = new TreeSet<>();
        ((ModelCamelContext) camelContext).getRouteDefinitions().forEach(route -> {
            boolean throttled = ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ProcessDefinition.class)
                    .stream().anyMatch(step -> STEP.equals(step.getRef()));
            if (throttled) {
                ids.add(Door.endpoint(route.getRouteId()));
            }
        });
        return ids;
    }
}
