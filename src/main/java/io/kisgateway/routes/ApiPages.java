package io.kisgateway.routes;

import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.runtime.Resources;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** The OpenAPI document and the pages that show it; nothing of them comes from elsewhere. */
public final class ApiPages {

    private static final String WEBJAR = "/META-INF/resources/webjars/swagger-ui/";
    private static final Map<String, String> FILES = Map.of("swagger-ui.css", "text/css", "swagger-ui-bundle.js", "text/javascript",
            "favicon-32x32.png", "image/png");
    private static final String PAGE = """
            <!doctype html><html lang="en"><meta charset="utf-8"><title>kis-gateway</title>
            <link rel="stylesheet" href="/docs/swagger-ui.css"><link rel="icon" href="/docs/favicon-32x32.png">
            <div id="ui"></div><script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></html>
            """;
    /** A file of its own, since a page of ours runs no script that stands in it. */
    private static final String START = "start.js";
    private static final String SCRIPT =
            "SwaggerUIBundle({url: \"/openapi.yaml\", dom_id: \"#ui\", validatorUrl: null, persistAuthorization: false})";

    private final Supplier<RouteCatalogue> catalogue;
    private final String version;
    private final String webjarVersion;

    /** @param webjarVersion the version of Swagger UI on the class path */
    public ApiPages(Supplier<RouteCatalogue> catalogue, String version, String webjarVersion) {
        this.catalogue = catalogue;
        this.version = version;
        this.webjarVersion = webjarVersion;
    }

    /** The document, of the routes that serve now. */
    public Processor document() {
        return exchange -> answer(exchange, "application/yaml", catalogue.get().openApi(version));
    }

    public Processor page() {
        return exchange -> answer(exchange, "text/html; charset=utf-8", PAGE);
    }

    /** A file of Swagger UI, named by the variable {@code file}. */
    public Processor file() {
        return exchange -> {
            String name = exchange.getVariable("file", String.class);
            if (name.equals(START)) {
                answer(exchange, "text/javascript", SCRIPT);
                return;
            }
            if (!FILES.containsKey(name)) {
                throw Problem.of(ProblemCode.NOT_FOUND, "There is nothing at this path");
            }
            answer(exchange, FILES.get(name), Resources.bytes(WEBJAR + webjarVersion + "/" + name));
        };
    }

    private static void answer(Exchange exchange, String contentType, Object body) {
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, contentType);
        exchange.getMessage().setBody(body);
    }
}
