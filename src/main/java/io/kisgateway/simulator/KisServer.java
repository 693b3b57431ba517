package io.kisgateway.simulator;

import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** KIS as seen from the wire: notes a call, lets a fault have its way, answers. Runs on one event loop. */
final class KisServer {

    private static final Logger LOG = LoggerFactory.getLogger(KisServer.class);
    private static final int MOST_BODY = 64 * 1024;
    private static final int MOST_HEADER_LISTS = 256;

    private final Vertx vertx;
    private final SimulatorOptions options;
    private final InstantSource clock;
    private final Envelope envelope;
    private final Tokens tokens;
    private final Faults faults;
    private final Calls calls;
    private final TrDispatcher dispatcher;
    private final Wire wire;
    private final Realtime realtime;
    private final Map<Long, Runnable> late = new LinkedHashMap<>();
    private final Map<List<String>, List<String>> headerLists = new HashMap<>();

    KisServer(Vertx vertx, SimulatorOptions options, Envelope envelope, Tokens tokens, Faults faults, Calls calls,
            TrDispatcher dispatcher, Realtime realtime) {
        this.vertx = vertx;
        this.options = options;
        this.clock = options.clock();
        this.envelope = envelope;
        this.tokens = tokens;
        this.faults = faults;
        this.calls = calls;
        this.dispatcher = dispatcher;
        this.wire = new Wire(vertx, envelope, calls, clock);
        this.realtime = realtime;
    }

    void handle(HttpServerRequest request) {
        String trId = request.getHeader("tr_id");
        Calls.Arrival call = calls.arrive(clock.instant(), request.method().name(), request.path(),
                trId == null ? "" : trId, request.query() == null ? "" : request.query(),
                headerNames(request.headers()));
        if (request.method().equals(HttpMethod.GET)) {
            if (Realtime.wanted(request)) {
                // A request that has ended cannot be upgraded any more.
                request.pause();
            }
            receive(request, call, new byte[0]);
            return;
        }
        Buffer body = Buffer.buffer();
        request.handler(part -> {
            if (body.length() + part.length() <= MOST_BODY) {
                body.appendBuffer(part);
            } else if (!request.response().ended()) {
                calls.answered(call, 413, "");
                request.response().setStatusCode(413).putHeader("connection", "close").end();
            }
        });
        request.endHandler(end -> {
            if (!request.response().ended()) {
                receive(request, call, body.getBytes());
            }
        });
    }

    /** Callers send the same few sets of headers over and over: one list of each is enough. */
    private List<String> headerNames(MultiMap headers) {
        List<String> names = new ArrayList<>(headers.size());
        headers.forEach(entry -> names.add(entry.getKey().toLowerCase(Locale.ROOT)));
        List<String> known = headerLists.get(names);
        if (known != null) {
            return known;
        }
        List<String> fresh = List.copyOf(names);
        if (headerLists.size() < MOST_HEADER_LISTS) {
            headerLists.put(fresh, fresh);
        }
        return fresh;
    }

    private void receive(HttpServerRequest request, Calls.Arrival arrival, byte[] body) {
        // Bodies of /oauth2 hold the secret: they are never remembered.
        Calls.Arrival call = body.length > 0 && arrival.path().startsWith("/uapi/")
                ? calls.body(arrival, new String(body, StandardCharsets.UTF_8)) : arrival;
        Faults.Plan plan = faults.next(call.path(), call.trId());
        Fault latency = plan.of(Fault.Sort.LATENCY);
        if (latency != null && !latency.afterTaken()) {
            later(latency.ms(), () -> work(request, call, body, plan));
        } else {
            work(request, call, body, plan);
        }
    }

    private void work(HttpServerRequest request, Calls.Arrival call, byte[] body, Faults.Plan plan) {
        Fault deadToken = plan.of(Fault.Sort.DEAD_TOKEN);
        if (deadToken != null) {
            tokens.kill(deadToken.incurable());
        }
        Fault fault = plan.of(Fault.Sort.REPLY);
        if (Realtime.wanted(request)) {
            if (fault == null) {
                realtime.accept(request, call);
                return;
            }
            request.resume();
        }
        Reply reply = fault == null || fault.takesTheCall() ? answer(request, call, body, plan) : null;
        long delay = options.replyDelay().toMillis();
        Fault latency = plan.of(Fault.Sort.LATENCY);
        if (latency != null && latency.afterTaken()) {
            delay += latency.ms();
        }
        if (delay > 0) {
            later(delay, () -> wire.respond(request, call, fault, reply));
        } else {
            wire.respond(request, call, fault, reply);
        }
    }

    private void later(long ms, Runnable task) {
        late.put(vertx.setTimer(ms, timer -> late.remove(timer).run()), task);
    }

    /** Whatever is late comes now. */
    void hurry() {
        for (Long timer : List.copyOf(late.keySet())) {
            if (vertx.cancelTimer(timer)) {
                late.remove(timer).run();
            }
        }
    }

    private Reply answer(HttpServerRequest request, Calls.Arrival call, byte[] body, Faults.Plan plan) {
        try {
            Reply reply = dispatcher.answer(request, call.trId(), body, KisCall.Circumstances.of(plan));
            return Edits.apply(plan.edits(), reply);
        } catch (RuntimeException e) {
            LOG.error("simulator failed on {} {}", call.path(), call.trId(), e);
            return envelope.failure(call.trId(), "EGW00002");
        }
    }
}
