package io.kisgateway.front;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.call.Call;
import io.kisgateway.call.ClaimedOrder;
import io.kisgateway.call.EarlyReply;
import io.kisgateway.call.OrderFate;
import io.kisgateway.call.PassedOrder;
import io.kisgateway.call.PassedRequest;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.RawReply;
import io.kisgateway.call.RawRequest;
import io.kisgateway.call.Scope;
import io.kisgateway.runtime.Sha256;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;

/** The first step of each of the front's routes: who calls, and what of the request goes on. */
final class FrontSteps {

    static final String HASHKEY = "/uapi/hashkey";
    private static final String APPROVAL = "/oauth2/Approval";
    private static final String REVOKE = "/oauth2/revokeP";
    private static final Set<String> OAUTH = Set.of("/oauth2/tokenP", APPROVAL, REVOKE);

    /** Clients in use give an order up after ten seconds, and some send it again. */
    static final Duration PATIENCE = Duration.ofSeconds(9);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
    private static final int MOST_LOOKS = 600;
    private static final String[] PASSED_HEADERS = {"tr_cont", "custtype", "seq_no", "mac_address", "phone_number", "ip_addr", "gt_uid"};

    private final Visitors visitors;
    private final TrRules rules;
    private final FrontKeys keys;
    private final ScheduledExecutorService timers;

    FrontSteps(Visitors visitors, TrRules rules, FrontKeys keys, ScheduledExecutorService timers) {
        this.visitors = visitors;
        this.rules = rules;
        this.keys = keys;
        this.timers = timers;
    }

    private static RawRequest request(Call call) {
        return Objects.requireNonNull(call.attribute(RawRequest.class), "no request of the front");
    }

    /** tokenP, revokeP, Approval: answered here. Nothing at KIS is asked for, and no client's leave ends another's. */
    void oauth(Exchange exchange) {
        Call call = Call.of(exchange);
        RawRequest request = request(call);
        if (!OAUTH.contains(request.path())) {
            throw Problem.of(ProblemCode.NOT_FOUND, "There is nothing at this path");
        }
        ObjectNode body = Envelopes.read(request.body()).orElseThrow(() -> Refusals.of(call, KisSays.INVALID));
        String appKey = Envelopes.text(body, "appkey");
        String secret = Envelopes.text(body, "appsecret");
        if (request.path().equals(APPROVAL) && secret.isEmpty()) {
            // Facts 2.3: the same secret goes by another name here.
            secret = Envelopes.text(body, "secretkey");
        }
        if (!request.path().equals(REVOKE)) {
            requireGrant(call, Envelopes.text(body, "grant_type"));
        }
        visitors.enter(call, appKey, secret, KisSays.WRONG_APP_SECRET);
        answer(exchange, switch (request.path()) {
            case APPROVAL -> Envelopes.object().put("approval_key", visitors.approvalKey(secret));
            case REVOKE -> Envelopes.object().put("code", 200).put("message", "접근토큰 폐기에 성공하였습니다");
            default -> keys.token(appKey);
        });
    }

    private static void requireGrant(Call call, String grant) {
        if (!grant.equals("client_credentials")) {
            throw Refusals.of(call, grant.isEmpty() ? KisSays.NO_GRANT : KisSays.WRONG_GRANT);
        }
    }

    private static void answer(Exchange exchange, ObjectNode body) {
        exchange.getMessage().setBody(new RawReply(200, Envelopes.JSON, Map.of(), Envelopes.bytes(body)));
    }

    /** What makes two queries the same, whoever asks, goes into variables: identical ones share a call. */
    void query(Exchange exchange) {
        Call call = Call.of(exchange);
        RawRequest request = request(call);
        visitors.enter(call, request);
        String trId = rules.trId(call, request, false);
        boolean market = rules.operation(request.path(), trId).isPresent() && !request.path().contains("/trading/");
        Visitors.require(call, market ? Scope.MARKET_READ : Scope.ACCOUNT_READ);
        rules.requireOwnAccount(call, request.query());
        PassedRequest passed = passed(request, trId, new byte[0], false);
        pass(call, passed);
        exchange.setVariable("path", passed.path());
        exchange.setVariable("tr_id", trId);
        exchange.setVariable("query", passed.query());
        exchange.setVariable("headers", passed.headers().toString());
    }

    void order(Exchange exchange) {
        Call call = Call.of(exchange);
        RawRequest request = request(call);
        if (request.path().equals(HASHKEY)) {
            hash(exchange, call, request);
            return;
        }
        visitors.enter(call, request);
        String trId = rules.trId(call, request, true);
        rules.requireNothingOrdered(call, request.query());
        ObjectNode body = Envelopes.read(request.body())
                .orElseThrow(() -> Refusals.of(call, KisSays.MALFORMED, ProblemCode.MALFORMED_JSON, "The body is no JSON object"));
        rules.requireOwnAccount(call, body);
        PassedOrder order = OrderBodies.read(rules.operation(request.path(), trId), request, trId, body);
        Visitors.require(call, OrderBodies.scopes(order));
        pass(call, passed(request, trId, request.body(), true));
        call.attribute(PassedOrder.class, order);
        String gtUid = request.header("gt_uid").strip();
        if (call.idempotencyKey() == null && !gtUid.isEmpty()) {
            call.idempotencyKey("gt_uid:" + Sha256.hex(call.caller() + '\n' + gtUid, 16));
        }
        watch(new WeakReference<>(call), PATIENCE, MOST_LOOKS);
    }

    /** Answered here, for KIS needs none: the body is echoed as it came. */
    private void hash(Exchange exchange, Call call, RawRequest request) {
        call.orderFate(OrderFate.NO_ORDER);
        visitors.enter(call, request.header("appkey"), request.header("appsecret"), KisSays.WRONG_SECRET);
        if (Envelopes.read(request.body()).isEmpty()) {
            throw Refusals.of(call, KisSays.INVALID);
        }
        String reply = "{\"BODY\":" + new String(request.body(), StandardCharsets.UTF_8).strip() + ",\"HASH\":\"" + keys.hash() + "\"}";
        exchange.getMessage().setBody(new RawReply(200, Envelopes.JSON, Map.of(), reply.getBytes(StandardCharsets.UTF_8)));
        exchange.setRouteStop(true);
    }

    private PassedRequest passed(RawRequest request, String trId, byte[] body, boolean order) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String name : PASSED_HEADERS) {
            if (!request.header(name).isEmpty()) {
                headers.put(name, request.header(name));
            }
        }
        return new PassedRequest(request.path(), trId, request.query(), headers, body, order,
                rules.operation(request.path(), trId).isPresent());
    }

    private void pass(Call call, PassedRequest passed) {
        call.attribute(PassedRequest.class, passed);
        call.limit(rules.limit(passed.path()));
    }

    /**
     * An order that is at KIS and not answered in time, or an earlier one that is waited for, is told to be unknown; one that has
     * not left yet goes on. Most calls have ended by then, and are not kept for this.
     */
    private void watch(WeakReference<Call> watched, Duration wait, int looks) {
        try {
            var unused = timers.schedule(() -> look(watched, looks), wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            // The gateway goes down, and answers what runs.
        }
    }

    private void look(WeakReference<Call> watched, int looks) {
        Call call = watched.get();
        if (call == null || call.isEnded()) {
            return;
        }
        if (call.orderFate() == OrderFate.NOT_PLACED && call.attribute(ClaimedOrder.class) == null) {
            call.orderFate(OrderFate.UNKNOWN);
        }
        if (call.orderFate() == OrderFate.UNKNOWN) {
            call.attribute(EarlyReply.class).tell(Problem.of(ProblemCode.KIS_TIMEOUT, "KIS has not answered within "
                    + PATIENCE.toSeconds() + " s; the gateway goes on waiting"));
        } else if (looks > 0 && call.orderFate() == OrderFate.NOT_PLACED) {
            watch(watched, LOOK_AGAIN, looks - 1);
        }
    }
}
