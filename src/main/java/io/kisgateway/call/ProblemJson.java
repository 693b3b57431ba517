package io.kisgateway.call;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;

/** The one shape of an error on the wire: {@code application/problem+json}, RFC 9457, with the members of this gateway. */
public final class ProblemJson {

    public static final String TYPE = "application/problem+json";

    private static final JsonNodeFactory JSON = new JsonNodeFactory(true);

    private ProblemJson() {}

    /** @param requestId of the request that it answers, or null */
    public static ObjectNode of(Problem problem, String requestId) {
        String code = problem.code().name();
        ObjectNode json = JSON.objectNode()
                .put("type", "urn:kis-gateway:problem:" + code.toLowerCase(Locale.ROOT).replace('_', '-'))
                .put("title", problem.code().error()).put("status", problem.code().status()).put("detail", problem.detail())
                .put("success", false).put("error", problem.code().error()).put("message", problem.detail()).put("code", code);
        if (requestId != null) {
            json.put("request_id", requestId);
        }
        if (problem.field() != null) {
            json.put("field", problem.field());
        }
        if (problem.retryAfter() != null) {
            json.put("retry_after", BigDecimal.valueOf(problem.retryAfter().toNanos(), 9).setScale(3, RoundingMode.CEILING));
        }
        if (problem.kis() != null) {
            json.putObject("kis").put("msg_cd", problem.kis().msgCd()).put("msg1", problem.kis().msg1());
        }
        return json;
    }

    /** The same of a call that can place an order: it says whether that order can exist. */
    public static ObjectNode of(Problem problem, String requestId, OrderFate fate) {
        ObjectNode json = of(problem, requestId);
        if (fate != OrderFate.NO_ORDER) {
            // A confirmed order whose reply could not be given is, to the caller, an order they know nothing of.
            json.put("outcome", fate == OrderFate.NOT_PLACED ? "not_placed" : "unknown");
        }
        return json;
    }

    /** For {@code Retry-After}: rounded up, at least 1, since a caller that comes back then must not come too early. */
    public static long wholeSeconds(Duration wait) {
        return Math.max(1, (wait.toMillis() + 999) / 1000);
    }
}
