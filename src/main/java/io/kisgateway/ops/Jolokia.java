package io.kisgateway.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertx.core.Handler;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.plugin.DefaultJolokiaPlatformHttpPlugin;

/**
 * JMX over HTTP, for Hawtio and scripts. What it may do is in {@code jolokia-access.xml}. Made at the first request,
 * since most gateways never get one.
 */
final class Jolokia implements AutoCloseable {

    static final String PATH = "/jolokia";

    private static final int MAX_BODY = 256 * 1024;
    /** A link on any page can make the operator's browser send a GET: that must not be able to change anything. */
    private static final Pattern ONLY_LOOKS = Pattern.compile(PATH + "(?:/?|/(?:read|list|search|version)(?:/.*)?)");

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Set<String> LOOKS = Set.of("read", "list", "search", "version");

    private final CamelContext camelContext;
    private final Runnable shown;
    private final BiConsumer<RoutingContext, String> audit;
    private DefaultJolokiaPlatformHttpPlugin plugin;
    private Handler<RoutingContext> handler;

    /**
     * @param shown comes back when JMX shows everything
     * @param audit is told of every request that may change something
     */
    Jolokia(CamelContext camelContext, Runnable shown, BiConsumer<RoutingContext, String> audit) {
        this.camelContext = camelContext;
        this.shown = shown;
        this.audit = audit;
    }

    void serve(Router router) {
        router.route(PATH + "*").handler(Jolokia::refuseGetsThatChange);
        router.route(PATH + "*").handler(BodyHandler.create(false).setBodyLimit(MAX_BODY))
                .blockingHandler(context -> {
                    if (tell(context)) {
                        handler().handle(context);
                    } else {
                        context.fail(400);
                    }
                }, false);
    }

    /** @return whether the body can be read: Jolokia would say that a fault of its own */
    private boolean tell(RoutingContext context) {
        try {
            JsonNode body = context.body().buffer() == null ? JSON.missingNode() : JSON.readTree(context.body().buffer().getBytes());
            for (JsonNode request : body.isArray() ? body : List.of(body)) {
                if (request.isObject() && !LOOKS.contains(request.path("type").asText())) {
                    audit.accept(context, PATH + " " + request.path("type").asText() + " " + request.path("mbean").asText() + " "
                            + request.path("operation").asText(request.path("attribute").asText()));
                }
            }
            return true;
        } catch (IOException e) {
            audit.accept(context, PATH + " with a body that is no JSON");
            return false;
        }
    }

    private static void refuseGetsThatChange(RoutingContext context) {
        boolean posts = context.request().method().name().equals("POST");
        if (posts || ONLY_LOOKS.matcher(context.normalizedPath()).matches() && context.request().getParam("p") == null) {
            context.next();
        } else {
            context.fail(405);
        }
    }

    @SuppressWarnings("unchecked")
    private synchronized Handler<RoutingContext> handler() {
        if (handler == null) {
            shown.run();
            plugin = new DefaultJolokiaPlatformHttpPlugin();
            plugin.setCamelContext(camelContext);
            plugin.start();
            handler = (Handler<RoutingContext>) plugin.getHandler();
        }
        return handler;
    }

    @Override
    public synchronized void close() {
        if (plugin != null) {
            plugin.stop();
        }
    }
}
