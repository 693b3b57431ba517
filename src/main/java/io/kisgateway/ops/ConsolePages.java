package io.kisgateway.ops;

import io.kisgateway.access.SafeHeaders;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
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
        try (InputStream stream = ConsolePages.class.getResourceAsStream(CHARTS)) {
            Properties jar = new Properties();
            jar.load(stream);
            return "/META-INF/resources/webjars/uplot/" + jar.getProperty("version") + "/dist/";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void send(RoutingContext context, String file) {
        if (context.request().path().equals("/console/")) {
            // The page's own links are relative to its parent.
            context.redirect("/console");
            return;
        }
        SafeHeaders.contentType(context.response(), TYPES.get(file.substring(file.lastIndexOf('.') + 1)));
        context.response().putHeader("Cache-Control", "no-cache").end(Buffer.buffer(read(file)));
    }

    private static byte[] read(String file) {
        try (InputStream stream = ConsolePages.class.getResourceAsStream(file)) {
            if (stream == null) {
                throw new IllegalStateException("not on the class path: " + file);
            }
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
