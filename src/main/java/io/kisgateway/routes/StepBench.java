package io.kisgateway.routes;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.spi.Language;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.util.URISupport;

/** Makes single steps of a route as Camel would, without running anything: what cannot be made is wrong. */
final class StepBench {

    /** Schemes of this gateway: their steps settle everything when they are made. */
    private static final Set<String> OURS = Set.of("kis", "request", "reply", "kept");

    private final CamelContext context;

    /** @param context holds the components and is not started */
    StepBench(CamelContext context) {
        this.context = context;
    }

    /** Why the endpoint cannot be made, if so. */
    Optional<String> refusal(RouteText.Step step) {
        try {
            Map<String, Object> parameters = new LinkedHashMap<>(step.parameters());
            String uri = parameters.isEmpty() ? step.uri() : step.uri() + "?" + URISupport.createQueryString(parameters, false);
            Endpoint endpoint = context.getEndpoint(uri);
            if (OURS.contains(step.scheme())) {
                ServiceHelper.initService(endpoint.createProducer());
            }
            return Optional.empty();
        } catch (Exception e) {
            return Optional.of(innermost(e));
        }
    }

    /** Why a text is no expression or predicate of the language Simple, if so. */
    Optional<String> refusal(RouteText.Simple simple) {
        try {
            Language language = context.resolveLanguage("simple");
            String text = context.resolvePropertyPlaceholders(simple.text());
            if (simple.predicate()) {
                language.createPredicate(text).init(context);
            } else {
                language.createExpression(text).init(context);
            }
            return Optional.empty();
        } catch (RuntimeException e) {
            return Optional.of(innermost(e));
        }
    }

    /** Why Camel cannot read the file, if so. */
    Optional<String> refusal(RouteFile file) {
        try {
            for (RoutesBuilder builder : PluginHelper.getRoutesLoader(context)
                    .findRoutesBuilders(ResourceHelper.fromString(file.location(), file.text()))) {
                if (builder instanceof RouteBuilder routes) {
                    routes.configureRoutes(context);
                }
            }
            return Optional.empty();
        } catch (Exception e) {
            return Optional.of(innermost(e));
        }
    }

    /** The cause that says most, on one line. */
    static String innermost(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null && cause.getCause() != cause && cause.getCause().getMessage() != null) {
            cause = cause.getCause();
        }
        String text = String.valueOf(cause.getMessage());
        int unknown = text.indexOf("Unknown parameters=[");
        if (unknown >= 0) {
            return "unknown parameters: " + text.substring(unknown + 20).replaceAll("[\\[\\]{}]", "").replaceAll("=[^,]*", "");
        }
        return text.replaceAll("\\s*\\R\\s*", " ").replaceFirst("^Failed to (resolve endpoint|create).*? due to: ", "").strip();
    }
}
