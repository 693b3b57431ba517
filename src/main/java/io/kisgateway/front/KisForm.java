package io.kisgateway.front;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.call.Answer;
import io.kisgateway.call.Call;
import io.kisgateway.call.OrderFate;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.RawReply;
import io.kisgateway.call.RawRequest;
import io.kisgateway.call.ReplyForm;
import java.time.Duration;
import java.util.Optional;

/**
 * Answers as KIS gives them. KIS's own words go through byte by byte, but for what they say about the gateway's credentials, and
 * about an order of which nobody knows whether KIS took it: that is HTTP 200, since clients in use send an order again on all else.
 */
final class KisForm implements ReplyForm {

    private static final String OAUTH = "/oauth2";
    private static final int OAUTH_STATUS = 403;
    private static final String KEY = "Idempotency-Key";
    private static final String TOKEN_TOO_SOON = "EGW00133";

    @Override
    public Answer refusal(Problem problem, Call call) {
        echo(call);
        RawReply kis = call.attribute(RawReply.class);
        KisSays own = call.attribute(KisSays.class);
        if (call.path().startsWith(OAUTH)) {
            KisSays says = own == null ? says(problem.code(), false) : own;
            int status = problem.code() == ProblemCode.NOT_FOUND ? problem.code().status() : OAUTH_STATUS;
            return new Answer(status, Envelopes.JSON, problem.retryAfter(), Envelopes.oauth(says), problem);
        }
        if (own != null) {
            return answer(own, null, problem);
        }
        boolean order = call.orderFate() != OrderFate.NO_ORDER;
        if (order && call.orderFate() != OrderFate.NOT_PLACED) {
            return new Answer(KisSays.OUTCOME_UNKNOWN.status(), Envelopes.JSON, null,
                    Envelopes.of(KisSays.OUTCOME_UNKNOWN, problem.kis()), problem);
        }
        if (problem.code() == ProblemCode.KIS_CREDENTIALS || isOfTokens(problem)) {
            return answer(KisSays.SERVER_ERROR, problem.retryAfter(), problem);
        }
        if (kis != null && Envelopes.isEnvelope(kis.body())) {
            kis.headers().forEach(call::replyHeader);
            return new Answer(kis.status(), kis.contentType(), problem.retryAfter(), kis.body(), problem);
        }
        if (problem.code() == ProblemCode.NOT_FOUND) {
            return new Answer(problem.code().status(), Envelopes.JSON, null, Envelopes.of(KisSays.NOT_ROUTED), problem);
        }
        return answer(KEY.equals(problem.field()) ? KisSays.KEY_MISSING : says(problem.code(), order), problem.retryAfter(), problem);
    }

    /** KIS gives no token so soon (facts 2.1): the gateway's affair, which no client can do anything about. */
    private static boolean isOfTokens(Problem problem) {
        return problem.kis() != null && TOKEN_TOO_SOON.equals(problem.kis().msgCd());
    }

    private static Answer answer(KisSays says, Duration retryAfter, Problem problem) {
        return new Answer(says.status(), Envelopes.JSON, retryAfter, Envelopes.of(says), problem);
    }

    /** @param order one that certainly does not exist */
    private static KisSays says(ProblemCode code, boolean order) {
        return switch (code) {
            case RATE_LIMITED, KIS_THROTTLED, OVERLOADED, CALLER_GONE -> KisSays.TOO_MANY;
            case KIS_TIMEOUT, KIS_UNREADABLE -> order ? KisSays.TEMPORARY : KisSays.TIMED_OUT;
            case KIS_CREDENTIALS, INTERNAL -> KisSays.SERVER_ERROR;
            case KIS_OPERATION_UNKNOWN, NOT_FOUND, GONE, METHOD_NOT_ALLOWED, UNKNOWN_STOCK, NO_PRICE_YET, UNKNOWN_ORDER,
                    KIS_REJECTED -> KisSays.NOT_ROUTED;
            case TRADING_HALTED -> KisSays.HALTED;
            case ORDER_GUARD -> KisSays.GUARDED;
            case IDEMPOTENCY_KEY_REUSED -> KisSays.KEY_REUSED;
            case ORDER_IN_PROGRESS -> KisSays.OUTCOME_UNKNOWN;
            case INVALID_REQUEST -> KisSays.INVALID;
            case NOT_OFFERED -> KisSays.NOT_OFFERED;
            case MALFORMED_JSON, BODY_TOO_LARGE -> KisSays.MALFORMED;
            case UNSUPPORTED_MEDIA_TYPE -> KisSays.WRONG_CONTENT_TYPE;
            case UNAUTHENTICATED -> KisSays.WRONG_APP_KEY;
            case FORBIDDEN -> KisSays.NOT_ALLOWED;
            case MISDIRECTED_REQUEST -> KisSays.DENIED;
            // The breaker, KIS, the limiter, the journal, the instance: not now, perhaps later.
            default -> order ? KisSays.TEMPORARY : KisSays.UNAVAILABLE;
        };
    }

    /** What KIS said goes through; what the journal keeps of an order that was looked up is put in KIS's form. */
    @Override
    public Answer success(Answer usual, Call call) {
        echo(call);
        if (call.path().startsWith(OAUTH)) {
            return usual;
        }
        Optional<ObjectNode> body = Envelopes.read(usual.body());
        if (body.isEmpty() || body.get().has("rt_cd") || !body.get().has("success")) {
            return usual;
        }
        if (!body.get().path("success").asBoolean()) {
            KisSays says = says(ProblemCode.valueOf(Envelopes.text(body.get(), "code")), true);
            return new Answer(says.status(), Envelopes.JSON, null, Envelopes.of(says), usual.problem());
        }
        return new Answer(usual.status(), Envelopes.JSON, null, Envelopes.bytes(placed(body.get())), usual.problem());
    }

    private static ObjectNode placed(ObjectNode kept) {
        String at = Envelopes.text(kept.path("data"), "ordered_at");
        ObjectNode reply = Envelopes.object();
        reply.putObject("output").put("KRX_FWDG_ORD_ORGNO", Envelopes.text(kept.path("data"), "organization_no"))
                .put("ODNO", Envelopes.text(kept, "order_no")).put("ORD_TMD", at.matches(".*T\\d\\d:\\d\\d:\\d\\d.*")
                        ? at.replaceFirst(".*T(\\d\\d):(\\d\\d):(\\d\\d).*", "$1$2$3") : "");
        return reply.put("rt_cd", "0").put("msg_cd", "APBK0013").put("msg1", "주문 전송 완료 되었습니다.");
    }

    /** These headers a client may look for on every reply, whoever made it. */
    private static void echo(Call call) {
        RawRequest request = call.attribute(RawRequest.class);
        if (request != null && !call.path().startsWith(OAUTH) && !call.replyHeaders().containsKey("tr_id")) {
            call.replyHeader("tr_id", request.header("tr_id"));
            call.replyHeader("tr_cont", "");
            call.replyHeader("gt_uid", request.header("gt_uid"));
        }
    }
}
