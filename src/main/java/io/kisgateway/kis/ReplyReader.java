package io.kisgateway.kis;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.call.KisMessage;
import io.kisgateway.kis.KisCodes.Kind;
import io.kisgateway.kis.KisCodes.Rule;
import io.kisgateway.kis.KisOutcome.Cause;
import io.kisgateway.kis.KisOutcome.Credentials;
import io.kisgateway.kis.KisOutcome.Rejected;
import io.kisgateway.kis.KisOutcome.Success;
import io.kisgateway.kis.KisOutcome.Throttled;
import io.kisgateway.kis.KisOutcome.Unavailable;
import io.kisgateway.runtime.Stages;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.apache.hc.core5.http.MessageConstraintException;

/**
 * Says which outcome a reply is: by {@code rt_cd}, then by the table of codes, then by the HTTP status, never by the
 * status alone (facts 4.1: an expired token and a rate limit come as HTTP 500).
 */
final class ReplyReader {

    /** Facts 1.3. */
    private static final Set<String> MORE_PAGES = Set.of("F", "M");
    private static final Set<String> LAST_PAGE = Set.of("D", "E");
    /** With these KIS may say that there is nothing to show (facts 4.1). */
    private static final Set<String> WITHOUT_A_FAULT = Set.of("0", "1", "7");
    private static final int OK = 200;
    private static final int CLIENT_FAULT = 400;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int NO_LONGER = 410;
    private static final int TOO_MANY = 429;
    private static final int SERVER_FAULT = 500;
    private static final int UNAVAILABLE = 503;

    /** What a reply answers: the more hangs on it, the more it must say, and the less it may contradict itself. */
    enum Asked {
        /** A query whose reply goes on as it came: its reader judges it. */
        PASSED,
        QUERY,
        ORDER,
        /** An order whose reply must hold its number. */
        NUMBERED_ORDER;

        boolean isOrder() {
            return this == ORDER || this == NUMBERED_ORDER;
        }
    }

    private final KisCodes codes;
    private final ObjectMapper json = mapper().enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY).build();
    private final ObjectMapper lenient = mapper().build();

    ReplyReader(KisCodes codes) {
        this.codes = codes;
    }

    /** Of a query or of the token endpoint. @param trCont the reply's header of that name, or null */
    KisOutcome read(int status, byte[] body, String trCont) {
        return read(status, body, trCont, null, Asked.QUERY);
    }

    /**
     * @param trCont     the reply's header of that name, or null
     * @param retryAfter of the reply, or null
     */
    KisOutcome read(int status, byte[] body, String trCont, RetryAfter retryAfter, Asked asked) {
        ObjectNode once = parse(json, body);
        ObjectNode reply = once == null ? parse(lenient, body) : once;
        if (once == null && reply != null && asked != Asked.PASSED) {
            return unreadable("HTTP " + status + ", a reply that says one thing twice", KisMessages.NONE);
        }
        if (reply == null && (status == TOO_MANY || status == UNAVAILABLE && retryAfter != null && isBlank(body))) {
            return throttled(codes.form(status == TOO_MANY ? "[HTTP 429]" : "[empty HTTP 503 with Retry-After]"), KisMessages.NONE,
                    "HTTP " + status + " without an envelope", retryAfter);
        }
        if (reply == null) {
            return withoutEnvelope(status, KisMessages.NONE);
        }
        String rtCd = KisMessages.text(reply, "rt_cd");
        KisMessage said = KisMessages.of(reply);
        String mark = trCont == null ? "" : trCont.strip();
        boolean usual = status == OK && WITHOUT_A_FAULT.contains(rtCd);
        if ("0".equals(rtCd)) {
            return success(status, reply, said, mark, asked, usual);
        }
        if (asked.isOrder() && OrderReceipts.nameAny(reply)) {
            return unreadable("HTTP " + status + ", a refusal with the number of an order", said);
        }
        Rule listed = codes.find(said.msgCd());
        if (listed != null && listed.kind() == Kind.EMPTY && !asked.isOrder()) {
            return new Success(reply, false, false, true, usual && (mark.isEmpty() || LAST_PAGE.contains(mark)), null);
        }
        if (listed != null && listed.kind() == Kind.SUCCESS) {
            return unreadable(said.msgCd() + " with rt_cd " + (rtCd.isEmpty() ? "blank" : rtCd), said);
        }
        if (listed != null && listed.kind() == Kind.THROTTLED) {
            return throttled(listed, said, describe(status, said), retryAfter);
        }
        if (listed == null && status == TOO_MANY) {
            return throttled(codes.form("[HTTP 429]"), said, describe(status, said), retryAfter);
        }
        if (listed != null && listed.kind() != Kind.EMPTY) {
            return failure(listed, said, describe(status, said));
        }
        return switch (rtCd) {
            case "1" -> refused(status, said);
            // KIS's own refusal comes with HTTP 200 (facts 4.4); another status is not KIS's, or contradicts it.
            case "2", "7" -> status == OK ? failure(codes.form("[rt_cd " + rtCd + "]"), said, describe(status, said))
                    : refused(status, said);
            default -> said.msgCd().isEmpty() ? withoutEnvelope(status, said) : refusedWithoutRtCd(status, said);
        };
    }

    private static Throttled throttled(Rule rule, KisMessage said, String detail, RetryAfter retryAfter) {
        return new Throttled(rule, said, detail, retryAfter == null ? null : retryAfter.delay());
    }

    private KisOutcome success(int status, ObjectNode reply, KisMessage said, String mark, Asked asked, boolean usual) {
        if (asked == Asked.NUMBERED_ORDER && OrderReceipts.numbered(reply).isEmpty()) {
            return unreadable("HTTP " + status + ", an accepted order without a number, or with two", said);
        }
        if (asked == Asked.ORDER && OrderReceipts.unnumbered(reply).isEmpty()) {
            return unreadable("HTTP " + status + ", an order that was not carried out as usual", said);
        }
        Rule listed = codes.find(said.msgCd());
        boolean more = MORE_PAGES.contains(mark);
        boolean last = LAST_PAGE.contains(mark);
        return new Success(reply, more, last, listed != null && listed.kind() == Kind.EMPTY, usual && (more || last || mark.isEmpty()),
                null);
    }

    private KisOutcome refused(int status, KisMessage said) {
        String form;
        if (status < CLIENT_FAULT) {
            form = said.msgCd().matches("4\\d{7}") ? "[rt_cd 1, 4xxxxxxx, HTTP 200]" : "[rt_cd 1, HTTP 200]";
        } else if (status == UNAUTHORIZED || status == FORBIDDEN) {
            form = "[rt_cd 1, HTTP " + status + "]";
        } else if (status == NOT_FOUND) {
            form = "[rt_cd 1, HTTP 404]";
        } else {
            form = status < SERVER_FAULT ? "[rt_cd 1, HTTP 4xx]" : "[rt_cd 1, HTTP 5xx]";
        }
        return failure(codes.form(form), said, describe(status, said));
    }

    /** The token endpoint's form, {@code error_code}, with a code not listed; or an envelope that lost its rt_cd. */
    private KisOutcome refusedWithoutRtCd(int status, KisMessage said) {
        return status < CLIENT_FAULT ? unreadable("HTTP " + status + " without rt_cd", said) : refused(status, said);
    }

    private KisOutcome withoutEnvelope(int status, KisMessage said) {
        if (status >= SERVER_FAULT) {
            return failure(codes.form("[no envelope, HTTP 5xx]"), said, "HTTP " + status + " without an envelope");
        }
        if (status >= CLIENT_FAULT) {
            String form = switch (status) {
                case UNAUTHORIZED -> "[no envelope, HTTP 401]";
                case NOT_FOUND, METHOD_NOT_ALLOWED, NO_LONGER -> "[no envelope, HTTP 404, 405 or 410]";
                default -> "[no envelope, HTTP 4xx]";
            };
            return failure(codes.form(form), said, "HTTP " + status + " without an envelope");
        }
        return unreadable("HTTP " + status + " without an envelope", said);
    }

    /** A reply whose envelope says success, but whose content cannot be what was asked for. */
    Unavailable unreadable(String detail, KisMessage said) {
        return new Unavailable(codes.form("[unreadable]"), said, detail, Cause.UNREADABLE);
    }

    /**
     * What a fault of the connection is.
     *
     * @param sent whether a byte can have left
     */
    Unavailable fault(Exception fault, boolean sent) {
        if (!sent) {
            return new Unavailable(codes.form("[not sent]"), KisMessages.NONE,
                    "no connection (" + Stages.reason(fault) + ")", Cause.NOT_SENT);
        }
        if (fault instanceof SocketTimeoutException) {
            return new Unavailable(codes.form("[read timeout]"), KisMessages.NONE, "no reply in time", Cause.TIMEOUT);
        }
        if (fault instanceof BoundedReply.TooLarge || fault instanceof MessageConstraintException) {
            return unreadable(fault.getMessage(), KisMessages.NONE);
        }
        if (fault instanceof IOException) {
            return new Unavailable(codes.form("[connection broken]"), KisMessages.NONE,
                    "connection broken (" + Stages.reason(fault) + ")", Cause.BROKEN);
        }
        return unreadable("not HTTP", KisMessages.NONE);
    }

    private static KisOutcome failure(Rule rule, KisMessage said, String detail) {
        return switch (rule.kind()) {
            case REJECTED -> new Rejected(rule, said, detail);
            case THROTTLED -> new Throttled(rule, said, detail, null);
            case CREDENTIALS -> new Credentials(rule, said, detail);
            case UNAVAILABLE -> new Unavailable(rule, said, detail, Cause.FAILED);
            case SUCCESS, EMPTY -> throw new IllegalArgumentException(rule.code() + " is no failure");
        };
    }

    private static boolean isBlank(byte[] body) {
        return body == null || new String(body, StandardCharsets.US_ASCII).isBlank();
    }

    private static String describe(int status, KisMessage said) {
        String code = said.msgCd().isEmpty() ? "a blank code" : said.msgCd();
        return status == OK ? code : "HTTP " + status + ", " + code;
    }

    private static JsonMapper.Builder mapper() {
        return JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
    }

    private static ObjectNode parse(ObjectMapper mapper, byte[] body) {
        try {
            return body != null && mapper.readTree(body) instanceof ObjectNode object ? object : null;
        } catch (IOException e) {
            return null;
        }
    }
}
