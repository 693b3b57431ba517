package io.kisgateway.ops;

import io.vertx.core.Handler;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
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

    private final CamelContext camelContext;
    private DefaultJolokiaPlatformHttpPlugin plugin;
    private Handler<RoutingContext> handler;

    Jolokia(CamelContext camelContext) {
        this.camelContext = camelContext;
    }

    void serve(Router router) {
        router.route(PATH + "*").handler(Jolokia::refuseGetsThatChange);
        router.route(PATH + "*").handler(BodyHandler.create(false).setBodyLimit(MAX_BODY))
                .blockingHandler(context -> handler().handle(context), false);
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
