package io.kisgateway.ops;

import io.kisgateway.access.SafeHeaders;
import io.kisgateway.runtime.Resources;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The console's page, script, style and chart library, from the class path: nothing comes from elsewhere. */
final class ConsolePages {

    private static final Map<String, String> TYPES = Map.of("html", "text/html; charset=utf-8", "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8", "svg", "image/svg+xml");
    private static final List<String> OURS =
            List.of("/console/console.js", "/console/words.js", "/console/console.css", "/console/icon.svg");
    /** All that it serves; there is nothing in them to hide. */
    static final List<String> PATHS =
            Stream.concat(OURS.stream(), Stream.of("/console", "/console/", "/console/uplot.js", "/console/uplot.css")).toList();
    private static final String CHARTS = "/META-INF/maven/org.webjars.npm/uplot/pom.properties";

    private ConsolePages() {}

    static void serve(Router router) {
        router.get("/console").handler(context -> send(context, "/console/index.html"));
        OURS.forEach(file -> router.get(file).handler(context -> send(context, file)));
        router.get("/console/uplot.js").handler(context -> send(context, charts() + "uPlot.iife.min.js"));
        router.get("/console/uplot.css").handler(context -> send(context, charts() + "uPlot.min.css"));
    }

    private static String charts() {
        return "/META-INF/resources/webjars/uplot/" + Resources.properties(CHARTS).getProperty("version") + "/dist/";
    }

    private static void send(RoutingContext context, String file) {
        if (context.request().path().equals("/console/")) {
            // The page's own links are relative to its parent.
            context.redirect("/console");
            return;
        }
        SafeHeaders.contentType(context.response(), TYPES.get(file.substring(file.lastIndexOf('.') + 1)));
        context.response().putHeader("Cache-Control", "no-cache").end(Buffer.buffer(Resources.bytes(file)));
    }
}
