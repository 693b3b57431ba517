package io.kisgateway.web;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.access.Need;
import io.kisgateway.call.Answer;
import io.kisgateway.call.Call;
import io.kisgateway.call.Caller;
import io.kisgateway.call.EarlyReply;
import io.kisgateway.call.OrderFate;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.ProblemJson;
import io.kisgateway.call.RawReply;
import io.kisgateway.call.RawRequest;
import io.kisgateway.call.Reply;
import io.kisgateway.call.ReplyForm;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.PlatformHandler;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
    private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern WAIT = Pattern.compile("(?:^|[,;\\s])wait\\s*=\\s*\"?(\\d{1,6})\"?\\s*(?:[,;]|$)", Pattern.CASE_INSENSITIVE);
    private static final Pattern PATH_PARAMETER = Pattern.compile("\\{([A-Za-z0-9_]+)}");

    private static final String CLIENT = "client";

    private final Edge edge;
    private final HttpEngine engine;
    private final Set<String> methods;
    private final Pattern path;
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

    /** Which route this is the door of; known only once the route has started, since Camel wraps its consumer. */
    private record Identity(String routeId, boolean mutating, Need need) { }

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
                .handler(BodyHandler.create(false).setBodyLimit(MAX_BODY).setHandleFileUploads(false))
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
        return new Identity(DrainableConsumer.endpoint(routeId), RouteNeed.places(uris), RouteNeed.of(uris));
    }

    /** Before the body is read. */
    private void admit(RoutingContext context) {
        Identity known = identity();
        engine.door().admission().admit(context.request(), engine.door().address(context.request()), known.need(), client -> {
            context.put(CLIENT, client);
            context.next();
        }, (client, problem) -> engine.refuse(context, known.routeId(), known.mutating(), client, problem));
    }

    /** An order says what it is even if it has no body: a page of another site cannot without asking. */
    private void checkContentType(RoutingContext context) {
        if (edge.form(context.normalizedPath()) != null) {
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

    private static boolean isJson(String contentType) {
        if (contentType == null) {
            return false;
        }
        String[] parts = contentType.toLowerCase(Locale.ROOT).split(";");
        if (!parts[0].strip().equals(ReplyWriter.JSON)) {
            return false;
        }
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip().replace("\"", "");
            if (parameter.startsWith("charset=") && !parameter.equals("charset=utf-8") && !parameter.equals("charset=us-ascii")) {
                return false;
            }
        }
        return true;
    }

    static Problem tooLarge() {
        return Problem.of(ProblemCode.BODY_TOO_LARGE, "The request body is over " + MAX_BODY / 1024 + " KiB");
    }

    static String requestId(RoutingContext context) {
        String given = context.request().getHeader("X-Request-Id");
        return given != null && REQUEST_ID.matcher(given).matches() ? given : Edge.newRequestId();
    }

    private void handle(RoutingContext context) {
        Identity known = identity();
        Call call = new Call(requestId(context), known.routeId(), context.normalizedPath(), known.mutating(), edge.nanoTime());
        call.client(context.get(CLIENT));
        CallerReader.read(context.request(), call, edge.isTracing(), engine.door());
        Exchange exchange = createExchange(false);
        exchange.setPattern(ExchangePattern.InOut);
        call.preferredWaitMillis(preferredWait(context));
        call.idempotencyKey(idempotencyKey(context));
        call.caller(engine.door().address(context.request()));
        Running running = new Running(context, call, exchange);
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
        byte[] body = context.body().buffer() == null ? new byte[0] : context.body().buffer().getBytes();
        ReplyForm form = edge.form(call.path());
        if (form != null) {
            call.attribute(ReplyForm.class, form);
            call.attribute(RawRequest.class, raw(context));
            call.attribute(EarlyReply.class, running::early);
        }
        try {
            new HttpInput(form == null ? values(context) : Map.of(), body).attachTo(exchange);
        } catch (Problem e) {
            running.finish(e);
            return;
        }
        exchange.getIn().setBody(body);
        context.response().closeHandler(ignored -> running.hangUp());
        try {
            edge.workers().execute(running);
        } catch (RejectedExecutionException e) {
            running.refuse(Problem.of(ProblemCode.OVERLOADED, "Too many requests are being handled; try again")
                    .retryAfter(Duration.ofSeconds(1)));
        }
    }

    static RawRequest raw(RoutingContext context) {
        Map<String, String> headers = new HashMap<>();
        context.request().headers().forEach(header -> headers.putIfAbsent(header.getKey().toLowerCase(Locale.ROOT), header.getValue()));
        String query = context.request().query();
        byte[] body = context.body() == null || context.body().buffer() == null ? new byte[0] : context.body().buffer().getBytes();
        return new RawRequest(context.request().method().name(), context.normalizedPath(), query == null ? "" : query, headers, body);
    }

    /** {@code Prefer: wait=N} (RFC 7240), milliseconds, or null. */
    private static Long preferredWait(RoutingContext context) {
        for (String prefer : context.request().headers().getAll("Prefer")) {
            Matcher matcher = WAIT.matcher(prefer);
            if (matcher.find()) {
                return Long.parseLong(matcher.group(1)) * 1000;
            }
        }
        return null;
    }

    /** More than one header makes one value that is no key. */
    private static String idempotencyKey(RoutingContext context) {
        List<String> headers = context.request().headers().getAll("Idempotency-Key");
        return headers.isEmpty() ? null : String.join(", ", headers);
    }

    /** The query's members come twice if a caller sends them twice, and then it is not known which one is meant. */
    private static Map<String, String> values(RoutingContext context) {
        if (context.queryParams().isEmpty() && context.pathParams().isEmpty()) {
            return Map.of();
        }
        Map<String, String> values = new LinkedHashMap<>();
        context.queryParams().forEach(entry -> {
            if (values.put(entry.getKey(), entry.getValue()) != null) {
                throw Problem.invalid(entry.getKey(), entry.getKey() + " comes twice in the query string");
            }
        });
        values.putAll(new HashMap<>(context.pathParams()));
        values.remove("*");
        return values;
    }

    /** One request from the moment its body is read until its reply is handed to the server. */
    private final class Running implements Runnable {

        private final RoutingContext context;
        private final Call call;
        private final Exchange exchange;
        private final AtomicBoolean finished = new AtomicBoolean();

        Running(RoutingContext context, Call call, Exchange exchange) {
            this.context = context;
            this.call = call;
            this.exchange = exchange;
        }

        @Override
        public void run() {
            try {
                createUoW(exchange);
                getAsyncProcessor().process(exchange, doneSync -> finish(problem()));
            } catch (Exception | StackOverflowError e) {
                finish(asProblem(e));
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
            return exchange.getException() == null ? null : asProblem(exchange.getException());
        }

        /** Nothing leaves before what must have happened has happened: an order is settled, then its caller is told. */
        void finish(Problem problem) {
            if (!finished.compareAndSet(false, true)) {
                return;
            }
            Answer answer = answer(problem);
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
                edge.writer().send(context, call, refusal(problem), () -> { });
            }
        }

        private void send(Answer answer) {
            try {
                edge.writer().send(context, call, answer, edge::ended);
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

        private Answer answer(Problem problem) {
            if (problem != null) {
                return refusal(problem);
            }
            try {
                return success();
            } catch (RuntimeException e) {
                return refusal(asProblem(e));
            }
        }

        private Answer success() {
            Object body = exchange.getMessage().getBody();
            int status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 200, Integer.class);
            String contentType = exchange.getMessage().getHeader(Exchange.CONTENT_TYPE, ReplyWriter.JSON, String.class);
            if (body instanceof RawReply raw) {
                raw.headers().forEach(call::replyHeader);
                return formed(new Answer(raw.status(), raw.contentType(), null, raw.body(), null, null));
            }
            if (body instanceof Reply reply) {
                return new Answer(status, contentType, null, edge.writer().success(reply, call), reply, null);
            }
            byte[] bytes = body instanceof JsonNode || body instanceof Map || body instanceof List || body instanceof Record
                    ? edge.writer().plain(body) : exchange.getMessage().getBody(byte[].class);
            return formed(new Answer(status, contentType, null, bytes == null ? new byte[0] : bytes, null, null));
        }

        private Answer formed(Answer usual) {
            ReplyForm form = call.attribute(ReplyForm.class);
            return form == null ? usual : form.success(usual, call);
        }

        private Answer refusal(Problem problem) {
            ReplyForm form = call.attribute(ReplyForm.class);
            if (form != null) {
                return form.refusal(problem, call);
            }
            return new Answer(problem.code().status(), ProblemJson.TYPE, problem.retryAfter(),
                    edge.writer().problem(problem, call), null, problem);
        }

        private Problem asProblem(Throwable thrown) {
            for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
                if (cause instanceof Problem problem) {
                    return problem;
                }
            }
            LOG.error("Request {} to {} failed inside the gateway", call.requestId(), call.endpoint(), thrown);
            return Problem.of(ProblemCode.INTERNAL, "An unexpected fault inside the gateway; the log has it under the request id");
        }
    }
}
