package io.kisgateway.ops;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kisgateway.access.Need;
import io.kisgateway.access.PortGuard;
import io.kisgateway.access.PortPolicy;
import io.kisgateway.access.SafeHeaders;
import io.kisgateway.call.Client;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.ProblemJson;
import io.kisgateway.call.Scope;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operators' own server, on a port and on threads of its own, so that it answers whatever happens at the public one.
 * Where there are clients it is for those with the scope admin; where there are none whoever reaches it may use it.
 */
final class ManagementServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ManagementServer.class);
    private static final int IDLE_SECONDS = 60;
    private static final int MAX_BODY = 16 * 1024;
    static final String CLIENT = "client";

    private final JsonMapper json = JsonMapper.builder().build();
    private final Vertx vertx;
    private final HttpServer server;
    private final Router router;
    private final PortPolicy policy;
    private final Set<String> open;
    private final AuditLog audit;
    private Jolokia jolokia;

    @FunctionalInterface
    interface Action {
        /** @return members to show of what is so now */
        Map<String, Object> run() throws Exception;
    }

    /** An action that could be done in part, or not now. */
    static final class Unavailable extends Exception {

        private static final long serialVersionUID = 1L;

        /** @param message for the operator */
        Unavailable(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** @param open the paths that need no key */
    ManagementServer(PortPolicy policy, Set<String> open, AuditLog audit) {
        this.audit = audit;
        this.policy = policy;
        this.open = Set.copyOf(open);
        this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(2).setInternalBlockingPoolSize(2)
                .setFileSystemOptions(new FileSystemOptions().setClassPathResolvingEnabled(false).setFileCachingEnabled(false)));
        this.server = vertx.createHttpServer(PortGuard.options(IDLE_SECONDS));
        this.router = Router.router(vertx);
        policy.guard().guard(server, vertx, router);
        router.route().handler(this::admit);
        router.route().last().handler(context -> refuse(context, Problem.of(ProblemCode.NOT_FOUND, "There is nothing at this path")));
        router.route().failureHandler(this::failed);
    }

    private void admit(RoutingContext context) {
        Problem refusal = policy.refusal(context.request());
        if (refusal != null) {
            sendAway(context, null, refusal);
            return;
        }
        boolean isOpen = open.contains(context.normalizedPath());
        policy.admission().admit(context.request(), policy.address(context.request()), isOpen ? Need.NOTHING : Need.of(Scope.ADMIN),
                admitted -> {
                    context.put(CLIENT, admitted.client());
                    context.next();
                }, (client, problem) -> sendAway(context, client, problem));
    }

    private void sendAway(RoutingContext context, Client client, Problem problem) {
        audit.refused(client, policy.address(context.request()), context.request().method() + " " + context.normalizedPath(), problem);
        refuse(context, problem);
    }

    void get(String path, Supplier<?> body) {
        router.get(path).handler(context -> send(context, 200, body.get()));
    }

    /** Serves a value as JSON: 200 while it holds, else 503. */
    void probe(String path, Supplier<Boolean> holds, Supplier<?> body) {
        router.get(path).handler(context -> send(context, holds.get() ? 200 : 503, body.get()));
    }

    /** Serves a value as JSON, made off the event loop. */
    void getSlowly(String path, Supplier<?> body) {
        router.get(path).blockingHandler(context -> send(context, 200, body.get()), false);
    }

    /** Serves the console's page and what it consists of. */
    void console() {
        ConsolePages.serve(router);
    }

    void redirect(String from, String to) {
        router.get(from).handler(context -> context.redirect(to));
    }

    /**
     * Serves JMX over HTTP, at {@code /jolokia}.
     *
     * @param shown comes back when JMX shows everything
     */
    void jolokia(CamelContext camelContext, Runnable shown) {
        jolokia = new Jolokia(camelContext, shown,
                (context, action) -> audit.action(context.get(CLIENT), policy.address(context.request()), action, "asked for"));
        jolokia.serve(router);
    }

    void getText(String path, String contentType, Supplier<String> body) {
        router.get(path).blockingHandler(context -> context.response().putHeader("Content-Type", contentType).end(body.get()), false);
    }

    /** Serves a page to browsers, and a value as JSON to whoever asks for JSON. */
    void page(String path, Supplier<String> html, Supplier<?> body) {
        router.get(path).blockingHandler(context -> {
            String accept = context.request().getHeader("Accept");
            if (accept != null && accept.contains("application/json")) {
                send(context, 200, body.get());
            } else {
                SafeHeaders.contentType(context.response(), "text/html; charset=utf-8");
                context.response().putHeader("Cache-Control", "no-store").end(html.get());
            }
        }, false);
    }

    /** Runs an action on POST, off the event loop. */
    void post(String path, Action action) {
        Route route = router.post(path).handler(BodyHandler.create(false).setBodyLimit(MAX_BODY));
        route.blockingHandler(context -> {
            try {
                Map<String, Object> reply = new LinkedHashMap<>();
                reply.put("success", true);
                reply.putAll(action.run());
                audit.action(context.get(CLIENT), policy.address(context.request()), path, "done");
                send(context, 200, reply);
            } catch (Unavailable e) {
                audit.action(context.get(CLIENT), policy.address(context.request()), path, e.getMessage());
                refuse(context, Problem.of(ProblemCode.JOURNAL_UNAVAILABLE, e.getMessage()));
            } catch (Exception e) {
                audit.action(context.get(CLIENT), policy.address(context.request()), path, "failed");
                LOG.error("The action {} failed", path, e);
                context.fail(500);
            }
        }, false);
    }

    /** @param port 0 for a free one */
    void start(String host, int port) throws Exception {
        server.listen(port, host).toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    int port() {
        return server.actualPort();
    }

    private void failed(RoutingContext context) {
        if (context.response().closed()) {
            return;
        }
        boolean broken = context.failure() instanceof HttpClosedException || context.request().decoderResult().isFailure();
        int status = broken ? 400 : context.statusCode() < 400 ? 500 : context.statusCode();
        refuse(context, switch (status) {
            case 405 -> Problem.of(ProblemCode.METHOD_NOT_ALLOWED, "This path does not take that method");
            case 413 -> Problem.of(ProblemCode.BODY_TOO_LARGE, "The request body is too large");
            case 500 -> {
                LOG.error("The management server failed at {}", context.normalizedPath(), context.failure());
                yield Problem.of(ProblemCode.INTERNAL, "The request could not be handled");
            }
            default -> Problem.of(ProblemCode.INVALID_REQUEST, "The request cannot be read");
        });
    }

    private static void refuse(RoutingContext context, Problem problem) {
        String id = Long.toHexString(ThreadLocalRandom.current().nextLong() | Long.MIN_VALUE);
        if (problem.retryAfter() != null) {
            context.response().putHeader("Retry-After", Long.toString(ProblemJson.wholeSeconds(problem.retryAfter())));
        }
        context.response().setStatusCode(problem.code().status()).putHeader("Content-Type", ProblemJson.TYPE)
                .putHeader("Cache-Control", "no-store").putHeader("X-Request-Id", id)
                .end(Buffer.buffer(ProblemJson.of(problem, id).toString()));
    }

    private void send(RoutingContext context, int status, Object body) {
        try {
            context.response().setStatusCode(status).putHeader("Content-Type", "application/json")
                    .putHeader("Cache-Control", "no-store").end(Buffer.buffer(json.writeValueAsBytes(body)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        if (jolokia != null) {
            jolokia.close();
        }
        vertx.close().toCompletionStage().toCompletableFuture().orTimeout(5, TimeUnit.SECONDS).join();
    }
}
