package io.kisgateway.access;

import io.vertx.core.http.HttpServerResponse;
import java.util.function.BiConsumer;

/** The headers that tell a browser what it must not do with a reply; every reply of both ports carries them. */
public final class SafeHeaders {

    /** What says that the money is not real. */
    public static final String MODE = "X-KIS-Gateway-Mode";

    private static final String CONTENT_POLICY = "Content-Security-Policy";
    private static final String NOTHING = "default-src 'none'; frame-ancestors 'none'";
    private static final String OWN_FILES = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self' 'unsafe-inline';"
            + " img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    private final String mode;

    /** @param simulated whether KIS is simulated */
    public SafeHeaders(boolean simulated) {
        this.mode = simulated ? "SIM" : null;
    }

    /** Before anybody else has written to a reply. */
    void begin(BiConsumer<String, String> reply) {
        reply.accept("X-Content-Type-Options", "nosniff");
        reply.accept("X-Frame-Options", "DENY");
        reply.accept("Referrer-Policy", "no-referrer");
        reply.accept("Cross-Origin-Resource-Policy", "same-origin");
        reply.accept(CONTENT_POLICY, NOTHING);
        if (mode != null) {
            reply.accept(MODE, mode);
        }
    }

    /** For what this type of content needs, if it is a page. */
    public static void contentType(HttpServerResponse response, String type) {
        response.putHeader("Content-Type", type);
        if (type.startsWith("text/html")) {
            response.putHeader(CONTENT_POLICY, OWN_FILES);
        }
    }
}
