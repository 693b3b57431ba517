package io.kisgateway.web;

import static io.kisgateway.web.RequestHeaders.idempotencyKey;
import static io.kisgateway.web.RequestHeaders.isJson;
import static io.kisgateway.web.RequestHeaders.preferredWait;
import static io.kisgateway.web.RequestHeaders.raw;
import static io.kisgateway.web.RequestHeaders.requestId;
import static io.kisgateway.web.RequestHeaders.values;

import io.kisgateway.access.Admission;
import io.kisgateway.access.Need;
import io.kisgateway.access.PortGuard;
import io.kisgateway.call.Answer;
import io.kisgateway.call.Call;
import io.kisgateway.call.Caller;
import io.kisgateway.call.EarlyReply;
import io.kisgateway.call.LastEventId;
import io.kisgateway.call.OpenReply;
import io.kisgateway.call.OrderFate;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.RawRequest;
import io.kisgateway.call.ReplyForm;
import io.kisgateway.call.Standing;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.PlatformHandler;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Processor;
import org.apache.camel.Suspendable;
import org.apache.camel.component.platform.http.DefaultPlatformHttpConsumer;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.Method;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One endpoint of the gateway: reads a request, runs its route without keeping a thread while it waits, replies. */
final class HttpConsumer extends DefaultConsumer implements PlatformHttpConsumer, Suspendable, DrainableConsumer {

    /** Largest request body, bytes. */
    static final int MAX_BODY = 64 * 1024;

    /** Whoever settles keeps its own, shorter time; this is only so that no fault there can hold a reply for ever. */
    private static final int SETTLE_SECONDS = 5;

    private static final Logger LOG = LoggerFactory.getLogger(HttpConsumer.class);
    /** They say themselves that the gateway is going down. */
    private static final String PROBES = "/health";
    private static final Pattern PATH_PARAMETER = Pattern.compile("\\{([A-Za-z0-9_]+)}");

    private static final String ADMITTED = "admitted";

    private final Edge edge;
    private final HttpEngine engine;
    private final Set<String> methods;
    private final Pattern path;
    private final BodyHandler bodies = BodyHandler.create(false).setBodyLimit(MAX_BODY).setHandleFileUploads(false);
    private final AtomicInteger inside = new AtomicInteger();
    private Route route;
    private volatile Identity identity;

    HttpConsumer(PlatformHttpEndpoint endpoint, Processor processor, Edge edge, HttpEngine engine) {
        super(endpoint, processor);
        this.edge = edge;
        this.engine = engine;
        this.methods = Method.parseList(endpoint.getHttpMethodRestrict()).stream().map(Method::name).collect(Collectors.toSet());
        this.path = Pattern.compile(pathRegex(endpoint));
    }

    private static String pathRegex(PlatformHttpEndpoint endpoint) {
        StringBuilder regex = new StringBuilder();
        Matcher matcher = PATH_PARAMETER.matcher(endpoint.getPath());
        int end = 0;
        while (matcher.find()) {
            regex.append(Pattern.quote(endpoint.getPath().substring(end, matcher.start()))).append("[^/]+");
            end = matcher.end();
        }
        regex.append(Pattern.quote(endpoint.getPath().substring(end)));
        return regex.append(endpoint.isMatchOnUriPrefix() ? ".*" : "/?").toString();
    }

    @Override
    public PlatformHttpEndpoint getEndpoint() {
        return (PlatformHttpEndpoint) super.getEndpoint();
    }

    Set<String> methods() {
        return methods;
    }

    boolean matches(String requestPath) {
        return path.matcher(requestPath).matches();
    }

    boolean isMutating() {
        return identity().mutating();
    }

    /** Which route this belongs to; known only once the route has started, since Camel wraps its consumer. */
    private record Identity(String routeId, boolean mutating, Need need, boolean throttled) {}

    private Identity identity() {
        Identity known = identity;
        if (known == null) {
            known = getEndpoint().getCamelContext().getRoutes().stream()
                    .filter(candidate -> candidate.getConsumer() instanceof DefaultPlatformHttpConsumer wrapper
                            && wrapper.getPlatformHttpConsumer() == this)
                    .findFirst()
                    .map(found -> identity(found.getRouteId()))
                    .orElseThrow(() -> new IllegalStateException("no route listens at " + getEndpoint().getPath()));
            identity = known;
        }
        return known;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        route = engine.register(this).route(vertxPath());
        if (methods.size() < Method.getAll().size()) {
            methods.forEach(method -> route.method(HttpMethod.valueOf(method)));
        }
        route.handler((PlatformHandler) this::admit)
                .handler((PlatformHandler) this::checkContentType)
                .handler(this::readBody)
                .handler(this::handle);
    }

    @Override
    protected void doStop() throws Exception {
        // Its path stays known: who asks is told that it is paused, unless another route has taken over.
        leave();
        super.doStop();
    }

    @Override
    public void shut() {
        engine.unregister(this);
        leave();
    }

    synchronized boolean hasLeft() {
        return route == null;
    }

    private synchronized void leave() {
        if (route != null) {
            route.remove();
            route = null;
        }
    }

    @Override
    public boolean isEmpty() {
        return inside.get() == 0;
    }

    private String vertxPath() {
        String vertxPath = PATH_PARAMETER.matcher(getEndpoint().getPath()).replaceAll(":$1");
        return getEndpoint().isMatchOnUriPrefix() && !vertxPath.endsWith("*") ? vertxPath + "*" : vertxPath;
    }

    /** What the route says of itself, so that even a refusal before it runs is right. */
    private Identity identity(String routeId) {
        RouteDefinition definition = ((ModelCamelContext) getEndpoint().getCamelContext()).getRouteDefinition(routeId);
        List<ProcessorDefinition<?>> steps = definition == null ? List.of() : definition.getOutputs();
        List<String> uris = ProcessorDefinitionHelper.filterTypeInOutputs(steps, ToDefinition.class).stream()
                .map(ToDefinition::getUri).filter(Objects::nonNull).toList();
        return new Identity(DrainableConsumer.endpoint(routeId), RouteNeed.places(uris), RouteNeed.of(uris), isThrottledAtOnce(steps));
    }

    /** Whether the route comes to its throttle, which goes on with a worker, before any step that could take time. */
    private static boolean isThrottledAtOnce(List<ProcessorDefinition<?>> steps) {
        return steps.size() > 1 && steps.get(0) instanceof ToDefinition first && first.getUri().startsWith("request:")
                && steps.get(1) instanceof ProcessDefinition second && "throttle".equals(second.getRef());
    }

    /** Before the body is read. */
    private void admit(RoutingContext context) {
        Identity known = identity();
        if (PortGuard.isUpgrade(context.request())) {
            // Once it has been read to its end it can be made no WebSocket.
            context.request().pause();
        }
        engine.policy().admission().admit(context.request(), engine.policy().address(context.request()), known.need(), admitted -> {
            context.put(ADMITTED, admitted);
            context.next();
        }, (client, problem) -> engine.refuse(context, known.routeId(), known.mutating(), client, problem));
    }

    /** An order says what it is even if it has no body: a page of another site cannot without asking. */
    private void checkContentType(RoutingContext context) {
        if (edge.form(context.normalizedPath()) != null) {
            // These bodies are bytes: Vert.x would take some for forms.
            context.request().headers().set("Content-Type", ReplyWriter.JSON);
            context.next();
            return;
        }
        String length = context.request().getHeader("Content-Length");
        boolean hasBody = context.request().getHeader("Transfer-Encoding") != null || length != null && !length.equals("0");
        if ((hasBody || isMutating()) && !isJson(context.request().getHeader("Content-Type"))) {
            context.fail(415);
        } else {
            context.next();
        }
    }

    private void readBody(RoutingContext context) {
        if (PortGuard.isUpgrade(context.request())) {
            context.next();
        } else {
            bodies.handle(context);
        }
    }

    static Problem tooLarge() {
        return Problem.of(ProblemCode.BODY_TOO_LARGE, "The request body is over " + MAX_BODY / 1024 + " KiB");
    }

    private void handle(RoutingContext context) {
        Identity known = identity();
        Call call = new Call(requestId(context), known.routeId(), context.normalizedPath(), known.mutating(), edge.nanoTime());
        Admission.Admitted admitted = context.get(ADMITTED);
        call.client(admitted.client());
        if (admitted.standing() != null) {
            call.attribute(Standing.class, admitted.standing());
        }
        CallerReader.read(context.request(), call, edge.isTracing(), engine.policy());
        Exchange exchange = createExchange(false);
        exchange.setPattern(ExchangePattern.InOut);
        call.preferredWaitMillis(preferredWait(context));
        call.idempotencyKey(idempotencyKey(context));
        call.caller(call.attribute(Caller.class).address());
        Running running = new Running(context, call, exchange);
        ReplyForm form = edge.form(call.path());
        if (form != null) {
            call.attribute(ReplyForm.class, form);
            call.attribute(RawRequest.class, raw(context));
            call.attribute(EarlyReply.class, running::early);
        }
        edge.begun();
        inside.incrementAndGet();
        if (edge.isClosing() && !getEndpoint().getPath().startsWith(PROBES)) {
            running.refuse(Edge.shuttingDown());
            return;
        }
        if (isSuspendingOrSuspended()) {
            running.refuse(edge.isClosing() ? Edge.shuttingDown() : Edge.paused());
            return;
        }
        call.attachTo(exchange);
        Caller caller = call.attribute(Caller.class);
        if (caller.traceparent() != null) {
            exchange.getIn().setHeader(CallerReader.TRACEPARENT, caller.traceparent());
        }
        String lastEventId = context.request().getHeader("Last-Event-ID");
        if (lastEventId != null) {
            call.attribute(LastEventId.class, new LastEventId(lastEventId));
        }
        byte[] body = context.body().buffer() == null ? new byte[0] : context.body().buffer().getBytes();
        try {
            new HttpInput(form == null ? values(context) : Map.of(), body).attachTo(exchange);
        } catch (Problem e) {
            running.finish(e);
            return;
        }
        exchange.getIn().setBody(body);
        context.response().closeHandler(ignored -> running.hangUp());
        if (context.response().closed()) {
            // Vert.x does not tell again.
            running.hangUp();
        }
        if (known.throttled()) {
            running.run();
            return;
        }
        try {
            edge.workers().execute(running);
        } catch (RejectedExecutionException e) {
            running.refuse(Problem.of(ProblemCode.OVERLOADED, "Too many requests are being handled; try again")
                    .retryAfter(Duration.ofSeconds(1)));
        }
    }

    /** One request from the moment its body is read until its reply is handed to the server. */
    private final class Running implements Runnable {

        private final RoutingContext context;
        private final Call call;
        private final Exchange exchange;
        private final CallOutcome outcome;
        private final AtomicBoolean finished = new AtomicBoolean();

        Running(RoutingContext context, Call call, Exchange exchange) {
            this.context = context;
            this.call = call;
            this.exchange = exchange;
            this.outcome = new CallOutcome(edge.writer(), call, exchange);
        }

        @Override
        public void run() {
            try {
                createUoW(exchange);
                getAsyncProcessor().process(exchange, doneSync -> finish(problem()));
            } catch (Exception | Error e) {
                finish(outcome.asProblem(e));
            }
        }

        /** A refusal before anything was looked at: with a key, an earlier request may have placed the order. */
        void refuse(Problem problem) {
            if (call.idempotencyKey() != null && call.orderFate() == OrderFate.NOT_PLACED) {
                call.orderFate(OrderFate.UNKNOWN);
            }
            finish(problem);
        }

        void hangUp() {
            if (!finished.get()) {
                call.hangUp();
            }
        }

        private Problem problem() {
            if (exchange.getException() != null) {
                return outcome.asProblem(exchange.getException());
            }
            return exchange.getMessage().getBody() instanceof OpenReply.Socket && !PortGuard.isUpgrade(context.request())
                    ? Problem.of(ProblemCode.INVALID_REQUEST, "This path is a WebSocket; ask for it with Upgrade: websocket") : null;
        }

        /** Nothing leaves before what must have happened has happened: an order is settled, then its caller is told. */
        void finish(Problem problem) {
            if (!finished.compareAndSet(false, true)) {
                return;
            }
            try {
                call.routeEnded();
            } catch (RuntimeException e) {
                LOG.error("What shares the outcome of request {} to {} failed", call.requestId(), call.endpoint(), e);
            }
            Answer answer = outcome.answer(problem);
            var unused = call.settle(answer).toCompletableFuture().copy().orTimeout(SETTLE_SECONDS, TimeUnit.SECONDS)
                    .whenComplete((done, failure) -> {
                        if (failure != null) {
                            LOG.error("Request {} to {} could not be settled before its reply", call.requestId(), call.endpoint(), failure);
                        }
                        send(answer);
                    });
        }

        /** The caller is told before the call has ended; it goes on, and its end is written down, but told to nobody. */
        void early(Problem problem) {
            if (!finished.get()) {
                edge.writer().send(context, call, outcome.refusal(problem), () -> {});
            }
        }

        private void send(Answer answer) {
            try {
                if (answer.problem() == null && exchange.getMessage().getBody() instanceof OpenReply open) {
                    edge.writer().open(context, call, open, edge::ended);
                } else {
                    edge.writer().send(context, call, answer, edge::ended);
                }
            } finally {
                try {
                    edge.observer().finished(call, exchange, answer.status(), answer.problem());
                } finally {
                    doneUoW(exchange);
                    releaseExchange(exchange, false);
                    inside.decrementAndGet();
                }
            }
        }
    }
}
