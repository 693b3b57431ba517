package io.kisgateway.routes;

import io.kisgateway.settings.Spelling;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Processor;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.Model;
import org.apache.camel.spi.Language;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.util.URISupport;

/** Makes steps and routes as Camel would, without running anything: what cannot be made is wrong. */
final class RouteDryRun {

    /** Schemes of this gateway: their steps settle everything when they are made. */
    private static final String UNKNOWN = "unknown parameters: ";
    private static final Set<String> SCHEMES = Set.of("kis", "request", "order", "reply", "kept", "direct", "platform-http", "realtime");
    static final Set<String> OURS = Set.of("kis", "request", "order", "reply", "kept");

    private static final Pattern NO_COMPONENT = Pattern.compile("No endpoint could be found for: (\\w[\\w.+-]*).*");
    private static final Pattern NO_PROPERTY = Pattern.compile("Property with key \\[(.+?)] not found.*");
    private static final Pattern NO_VALUE = Pattern.compile("Could not find a suitable setter for property: (\\w+) as .*"
            + "Cannot convert the String value: (.*) to type: (\\w+) .*");

    private final CamelContext context;
    private final Model model;

    /** @param context holds the components and beans that routes name, and is not started */
    RouteDryRun(CamelContext context) {
        this.context = context;
        this.model = context.getCamelContextExtension().getContextPlugin(Model.class);
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
            return Optional.of(plain(step, innermost(e)));
        }
    }

    private String plain(RouteText.Step step, String reason) {
        Matcher property = NO_PROPERTY.matcher(reason);
        Matcher value = NO_VALUE.matcher(reason);
        if (NO_COMPONENT.matcher(reason).matches()) {
            String scheme = step.scheme().isEmpty() ? step.uri() : step.scheme();
            return context.getRegistry().lookupByName(scheme) instanceof Processor
                    ? scheme + " is a bean: write process, with ref: " + scheme
                    : "there is no " + scheme + ": here" + Spelling.question(scheme, SCHEMES);
        }
        if (property.matches()) {
            return "there is no property {{" + property.group(1) + "}}";
        }
        if (value.matches()) {
            return value.group(1) + " is " + (value.group(3).equals("boolean") ? "true or false" : "of type " + value.group(3)) + ", not "
                    + value.group(2);
        }
        return reason.startsWith(UNKNOWN) && step.scheme().equals("kis")
                ? reason + "; an option is like trId, a parameter of KIS like FID_INPUT_ISCD" : reason;
    }

    /** Why Camel cannot build the route, if so. */
    Optional<String> refusal(RouteText route) {
        try {
            model.getModelReifierFactory().createRoute(context, route.definition(context));
            return Optional.empty();
        } catch (Exception e) {
            return Optional.of("Camel cannot build the route: " + innermost(e));
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
        String text =
                cause instanceof ClassNotFoundException ? "there is no class " + cause.getMessage() : String.valueOf(cause.getMessage());
        int unknown = text.indexOf("Unknown parameters=[");
        if (unknown >= 0) {
            return UNKNOWN + text.substring(unknown + 20).replaceAll("[\\[\\]{}]", "").replaceAll("=[^,]*", "");
        }
        return text.replaceAll("\\s*\\R\\s*", " ").replaceFirst("^Failed to (resolve endpoint|create).*? due to: ", "").strip();
    }
}
