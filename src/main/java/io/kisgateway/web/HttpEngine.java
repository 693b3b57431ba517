package io.kisgateway.web;

import io.kisgateway.access.PortGuard;
import io.kisgateway.access.PortPolicy;
import io.kisgateway.call.Answer;
import io.kisgateway.call.Call;
import io.kisgateway.call.Client;
import io.kisgateway.call.OrderFate;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.ProblemJson;
import io.kisgateway.call.RawRequest;
import io.kisgateway.call.ReplyForm;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs {@code platform-http} routes on Camel's Vert.x server, but asynchronously: Camel's own engine keeps a worker
 * thread for as long as a request waits. It also answers whatever no route takes.
 */
public final class HttpEngine extends ServiceSupport implements PlatformHttpEngine, CamelContextAware {

    /** Paths of the service that this one replaces, which clients in the field still know; they stay away on purpose. */
    private static final Map<String, String> GONE = Map.of(
            "/api/token",
            "The gateway keeps KIS's access token to itself and adds it to every call: call the endpoint that you need, without it",
            "/api/ws-approval-key",
            "The gateway hands out no approval key for KIS's WebSocket, where a second session would end the first: listen to"
                    + " /api/realtime/stream or /api/realtime/ws, or speak KIS's protocol with a key of this gateway's /oauth2/Approval");

    private static final Logger LOG = LoggerFactory.getLogger(HttpEngine.class);

    private final Edge edge;
    private final EdgeServer server;
    private final PortPolicy policy;
    private final CopyOnWriteArrayList<HttpConsumer> consumers = new CopyOnWriteArrayList<>();
    private CamelContext camelContext;
    private boolean caughtAll;

    public HttpEngine(Edge edge, EdgeServer server, PortPolicy policy) {
        this.edge = Objects.requireNonNull(edge);
        this.server = Objects.requireNonNull(server);
        this.policy = Objects.requireNonNull(policy);
    }

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
    }

    @Override
    public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
        return new HttpConsumer(endpoint, processor, edge, this);
    }

    @Override
    public int getServerPort() {
        return server.getPort();
    }

    synchronized Router register(HttpConsumer consumer) {
        Router router = server.router();
        if (!caughtAll) {
            catchAll(router);
            caughtAll = true;
        }
        consumers.removeIf(other -> other.hasLeft() && other.methods().equals(consumer.methods())
                && other.getEndpoint().getPath().equals(consumer.getEndpoint().getPath()));
        consumers.add(consumer);
        return router;
    }

    /** When all go down, their paths stay known: who asks for one is told so, not that there is no such path. */
    void unregister(HttpConsumer consumer) {
        if (!edge.isClosing()) {
            consumers.remove(consumer);
        }
    }

    private void catchAll(Router router) {
        router.route().order(Integer.MIN_VALUE).failureHandler(this::failed).handler(this::screen);
        router.route().last().handler(this::unmatched);
    }

    PortPolicy policy() {
        return policy;
    }

    private void screen(RoutingContext context) {
        Problem refusal = policy.refusal(context.request());
        if (refusal != null) {
            answer(context, isMutating(context), refusal);
        } else if (!upgraded(context)) {
            context.next();
        }
    }

    /** A route has its path to itself; all others may be WebSockets. */
    private boolean upgraded(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (!PortGuard.isUpgrade(request) || edge.isClosing()
                || consumers.stream().anyMatch(consumer -> consumer.matches(context.normalizedPath()))) {
            return false;
        }
        BiConsumer<ServerWebSocket, HttpServerRequest> taker = edge.socket(context.normalizedPath());
        if (taker == null) {
            return false;
        }
        PortGuard.upgrade(request).onSuccess(socket -> taker.accept(socket, request))
                .onFailure(failure -> LOG.debug("No WebSocket", failure));
        return true;
    }

    private boolean isMutating(RoutingContext context) {
        return consumers.stream().anyMatch(c -> c.isMutating() && c.matches(context.normalizedPath()));
    }

    private void unmatched(RoutingContext context) {
        Set<String> allowed = new TreeSet<>();
        boolean mutating = false;
        for (HttpConsumer consumer : consumers) {
            if (consumer.matches(context.normalizedPath())) {
                allowed.addAll(consumer.methods());
                mutating |= consumer.isMutating();
            }
        }
        if (edge.isClosing()) {
            answer(context, mutating, Edge.shuttingDown());
        } else if (allowed.isEmpty()) {
            String gone = GONE.get(context.normalizedPath());
            answer(context, mutating, gone == null ? Problem.of(ProblemCode.NOT_FOUND, "There is nothing at this path")
                    : Problem.of(ProblemCode.GONE, gone));
        } else if (allowed.contains(context.request().method().name())) {
            answer(context, mutating, Edge.paused());
        } else {
            String allow = String.join(", ", allowed);
            context.response().putHeader("Allow", allow);
            answer(context, mutating, Problem.of(ProblemCode.METHOD_NOT_ALLOWED, "This path takes " + allow));
        }
    }

    private void failed(RoutingContext context) {
        if (context.response().closed()) {
            return;
        }
        if (context.failure() instanceof HttpClosedException || context.request().decoderResult().isFailure()) {
            // A body that is none, such as a broken chunk: the caller's fault, whatever it makes the server do.
            answer(context, isMutating(context), Problem.of(ProblemCode.INVALID_REQUEST, "The request's body cannot be read"));
            return;
        }
        answer(context, isMutating(context), switch (context.statusCode()) {
            // 417: an Expect that nobody meets.
            case 400, 417 -> Problem.of(ProblemCode.INVALID_REQUEST, "The request cannot be read");
            case 413 -> HttpConsumer.tooLarge();
            case 415 -> Problem.of(ProblemCode.UNSUPPORTED_MEDIA_TYPE, "Send the body with Content-Type: application/json");
            default -> {
                LOG.error("A request to {} failed at the edge", context.normalizedPath(), context.failure());
                yield Problem.of(ProblemCode.INTERNAL, "The gateway failed to handle the request");
            }
        });
    }

    private void answer(RoutingContext context, boolean mutating, Problem problem) {
        refuse(context, "none", mutating, null, problem);
    }

    /**
     * Answers a request that reached no route.
     *
     * @param client whose it is, or null if that is not known
     */
    void refuse(RoutingContext context, String endpoint, boolean mutating, Client client, Problem problem) {
        Call call = new Call(RequestHeaders.requestId(context), endpoint, context.normalizedPath(), mutating, edge.nanoTime());
        call.client(client);
        CallerReader.read(context.request(), call, edge.isTracing(), policy);
        if (mutating && edge.isClosing() && context.request().headers().contains("Idempotency-Key")) {
            // What an earlier request with this key has done is not known here.
            call.orderFate(OrderFate.UNKNOWN);
        }
        ReplyForm form = edge.form(call.path());
        if (form != null) {
            call.attribute(RawRequest.class, RequestHeaders.raw(context));
        }
        Answer answer = form != null ? form.refusal(problem, call) : new Answer(problem.code().status(), ProblemJson.TYPE,
                problem.retryAfter(), edge.writer().problem(problem, call), problem);
        edge.writer().send(context, call, answer, () -> {});
        edge.observer().finished(call, null, answer.status(), problem);
    }
}
