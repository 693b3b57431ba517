package io.kisgateway.simulator;

import io.kisgateway.runtime.Members;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** The tester's own port: {@code /_sim/…}. Wrong input is answered with 400 and a message that names the field. */
final class Admin {

    private static final int MOST_BODY = 256 * 1024;

    private final Simulator simulator;
    private final AdminJson json = new AdminJson();
    /** By method and path. */
    private final Map<String, Function<Asked, Object>> operations = new LinkedHashMap<>();

    Admin(Simulator simulator) {
        this.simulator = simulator;
        put("GET /_sim", this::about);
        put("GET /_sim/faults", this::faults);
        put("POST /_sim/faults", Fault.class, fault -> Map.of("id", simulator.faults().add(fault)));
        put("DELETE /_sim/faults", () -> done(simulator.faults()::clear, this::faults));
        operations.put("GET /_sim/calls", this::calls);
        put("DELETE /_sim/calls", () -> done(simulator.calls()::clear));
        put("GET /_sim/account", this::account);
        put("POST /_sim/account", AccountChange.class, this::account);
        put("POST /_sim/market", MarketChange.class, this::market);
        put("POST /_sim/tokens/expire", () -> done(simulator.tokens()::expire));
        put("POST /_sim/tokens/kill", Kill.class, kill -> done(() -> simulator.tokens().kill(kill.incurable())));
        put("POST /_sim/connections/close", () -> done(simulator::closeConnections));
        put("POST /_sim/reset", () -> done(simulator::reset));
        orders(simulator.orders(), simulator.elsewhere());
        realtime(simulator.realtime());
    }

    private void orders(OrderBook orders, Elsewhere elsewhere) {
        put("GET /_sim/orders", () -> Map.of("orders", orders.list(), "stubs", simulator.stubs().taken(), "reserved",
                simulator.reservedOrders()));
        put("POST /_sim/orders", Placed.class, placed -> placed.by(elsewhere));
        put("POST /_sim/orders/amend", Amended.class, it -> elsewhere.amend(needed("odno", it.odno()), it.price()));
        put("POST /_sim/orders/cancel", Numbered.class, it -> elsewhere.cancel(needed("odno", it.odno())));
        put("POST /_sim/orders/reject", Numbered.class, it -> orders.reject(needed("odno", it.odno())));
        put("POST /_sim/orders/fill", Filled.class, it -> orders.fill(needed("odno", it.odno()), it.quantity()));
    }

    private void realtime(Realtime realtime) {
        put("GET /_sim/realtime", realtime::status);
        operations.put("POST /_sim/realtime", asked -> done(
                () -> asked.as(RealtimeChange.class).to(realtime, json.has(asked.body(), "records_per_second")), realtime::status));
        put("POST /_sim/realtime/push", Push.class, push -> done(() -> push.to(realtime), realtime::status));
        put("POST /_sim/realtime/close", Close.class, close -> done(() -> realtime.close(close.code()), realtime::status));
        put("POST /_sim/realtime/takeover", Takeover.class, it -> done(() -> realtime.takeOver(it.ms()), realtime::status));
        put("POST /_sim/realtime/ping", () -> done(realtime::pingNow, realtime::status));
        put("POST /_sim/realtime/garbage", () -> done(realtime::garbage, realtime::status));
        put("POST /_sim/approvals/kill", () -> done(simulator.approvals()::kill, realtime::status));
    }

    private <T> void put(String operation, Class<T> input, Function<T, Object> work) {
        operations.put(operation, asked -> work.apply(asked.as(input)));
    }

    private void put(String operation, Supplier<Object> work) {
        put(operation, Nothing.class, nothing -> work.get());
    }

    private static Object done(Runnable work, Supplier<Object> reply) {
        work.run();
        return reply.get();
    }

    private static Object done(Runnable work) {
        return done(work, () -> Map.of("done", true));
    }

    private static <T> T needed(String member, T value) {
        if (value == null) {
            throw new IllegalArgumentException(member + ": is missing");
        }
        return value;
    }

    private record Nothing() {}

    private record Kill(boolean incurable) {}

    /** What is null stays as it is. */
    private record AccountChange(Long cash, List<Holding> holdings) {}

    private record MarketChange(String code, Integer price, boolean release, Boolean halted) {}

    private enum Exchange { KRX, NXT, SOR }

    private record Placed(Order.Side side, String code, long quantity, long price, Exchange exchange) {

        Order by(Elsewhere elsewhere) {
            needed("side", side);
            needed("code", code);
            if (quantity < 1) {
                throw new IllegalArgumentException("quantity: must be at least 1");
            }
            return elsewhere.place(side, code, quantity, price, (exchange == null ? Exchange.KRX : exchange).name());
        }
    }

    private record Numbered(String odno) {}

    private record Amended(String odno, long price) {}

    private record Filled(String odno, long quantity) {}

    private record RealtimeChange(Integer recordsPerSecond, Integer recordsPerFrame, Boolean silent, Long delayMs, Boolean lastComeWins) {

        /** @param rate whether the records in a second are given, of which null is one for each registration */
        void to(Realtime realtime, boolean rate) {
            if (rate) {
                realtime.rate(recordsPerSecond);
            }
            if (recordsPerFrame != null) {
                realtime.frames(recordsPerFrame);
            }
            if (silent != null) {
                realtime.silence(silent);
            }
            if (lastComeWins != null) {
                realtime.lastComeWins(lastComeWins);
            }
            if (delayMs != null) {
                realtime.delay(delayMs);
            }
        }
    }

    private record Push(String text, String trId, String trKey, Integer records) {

        void to(Realtime realtime) {
            if (text != null) {
                realtime.pushText(text);
            } else if (!realtime.push(needed("tr_id", trId), needed("tr_key", trKey), records == null ? 1 : records)) {
                throw new IllegalArgumentException("tr_id: nobody is registered for " + trId + " " + trKey);
            }
        }
    }

    private record Close(int code) {}

    private record Takeover(long ms) {}

    /** One request. */
    private final class Asked {

        private final HttpServerRequest request;
        private final Buffer body = Buffer.buffer();

        Asked(HttpServerRequest request) {
            this.request = request;
        }

        String body() {
            return body.length() == 0 ? "{}" : body.toString();
        }

        <T> T as(Class<T> type) {
            return json.read(body(), type);
        }

        void hear(Buffer part) {
            if (body.length() + part.length() <= MOST_BODY) {
                body.appendBuffer(part);
            } else if (!request.response().ended()) {
                request.response().putHeader("connection", "close");
                answer(413, Map.of("error", "body: at most " + MOST_BODY + " bytes"));
            }
        }

        void end() {
            if (request.response().ended()) {
                return;
            }
            Function<Asked, Object> operation = operations.get(request.method().name() + " " + request.path());
            if (operation == null) {
                answer(404, Map.of("error", "no such operation: GET /_sim lists them"));
                return;
            }
            try {
                answer(200, operation.apply(this));
            } catch (IllegalArgumentException e) {
                answer(400, Map.of("error", e.getMessage()));
            }
        }

        private void answer(int status, Object result) {
            request.response().setStatusCode(status).putHeader("content-type", "application/json; charset=utf-8")
                    .end(Buffer.buffer(json.write(result)));
        }
    }

    void handle(HttpServerRequest request) {
        Asked asked = new Asked(request);
        request.handler(asked::hear);
        request.endHandler(end -> asked.end());
    }

    private Map<String, Object> about() {
        SimulatorOptions options = simulator.options();
        return Members.of(
                "what", "a local KIS Open API for development and tests; never real money",
                "mode", options.mode(),
                "kis", simulator.baseUrl(),
                "app_key", options.credentials().appKey(),
                "account", options.credentials().account(),
                "calls_per_second", options.rateLimits().perSecond(),
                "market_hours", options.marketHours(),
                "codes", simulator.market().codes().stream().sorted().limit(100).toList(),
                "operations", operations.keySet(),
                "fault_kinds", Fault.Kind.values());
    }

    private Map<String, Object> faults() {
        return Map.of("faults", simulator.faults().list());
    }

    private Map<String, Object> calls(Asked asked) {
        String path = asked.request.getParam("path");
        int last = last(asked.request.getParam("last"));
        Calls calls = simulator.calls();
        List<Calls.Arrival> arrivals = path == null ? calls.list() : calls.on(path);
        return Members.of(
                "total", calls.total(),
                "rate_violations", calls.rateViolations(),
                "tokens_issued", simulator.tokens().issued(),
                "token_requests", simulator.tokens().requests(),
                "token_requests_refused", simulator.tokens().refused(),
                "by_path", calls.byPath(),
                "by_tr_id", calls.byTrId(),
                "by_answer", calls.byAnswer(),
                "calls", arrivals.subList(Math.max(0, arrivals.size() - last), arrivals.size()));
    }

    private static int last(String text) {
        if (text == null) {
            return Integer.MAX_VALUE;
        }
        if (!text.matches("[0-9]{1,7}")) {
            throw new IllegalArgumentException("last: must be a whole number");
        }
        return Integer.parseInt(text);
    }

    private Map<String, Object> account(AccountChange change) {
        if (change.holdings() != null) {
            simulator.orders().setHoldings(change.holdings());
        }
        if (change.cash() != null) {
            simulator.orders().setCash(change.cash());
        }
        return account();
    }

    private Map<String, Object> account() {
        return Map.of("cash", simulator.orders().cash(), "orderable_cash", simulator.orders().orderableCash(), "holdings",
                simulator.orders().holdings());
    }

    private Map<String, Object> market(MarketChange change) {
        String code = needed("code", change.code());
        if (change.price() != null) {
            simulator.setPrice(code, change.price());
        }
        if (change.release()) {
            simulator.releasePrice(code);
        }
        if (change.halted() != null) {
            simulator.halt(code, change.halted());
        }
        return Map.of("code", code, "price", simulator.market().price(code));
    }
}
