package io.kisgateway.simulator;

import java.util.Locale;

/**
 * A fault to come over matching calls: the next {@code times}, or every matching call with a chance of
 * {@code share}, or both. Null means: not asked for.
 */
public record Fault(Kind kind, String path, String trId, Integer times, Double share, long ms, String code,
                    Integer status, String rtCd, String msg1, String body, boolean afterTaken, boolean incurable) {

    public enum Kind {
        /** Works on the call {@code ms} later; with after_taken works at once and answers later. */
        LATENCY,
        BLANK500, EMPTY500, BLANK200, EMPTY200, CODE, GARBAGE, HTML502,
        /** Connection reset before, or after, KIS took the call. */
        RESET_BEFORE, RESET_AFTER,
        /** Taken, never answered; closed after {@code ms}, if given. */
        REPLY_LOST,
        /** Headers at once, the body in drops over {@code ms}. */
        SLOW_BODY,
        CLOSE_MID_REPLY,
        /** A whole reply, then the connection closes unannounced: what makes pooled connections stale. */
        CLOSE_AFTER,
        /** Orders taken by the call show in inquire-daily-ccld only {@code ms} later. */
        LATE_LISTING,
        /** Every token dies just before the call is looked at. */
        DEAD_TOKEN;

        String wireName() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** Whether what the caller sees of the reply changes; at most one such fault meets a call. */
        boolean changesReply() {
            return this != LATENCY && this != LATE_LISTING && this != DEAD_TOKEN;
        }
    }

    private static final long MOST_MS = 600_000;

    public Fault {
        require(kind != null, "kind: is missing");
        require(times == null || times >= 1 && times <= 1_000_000, "times: must be 1 to 1000000");
        require(share == null || share > 0 && share <= 1, "share: must be over 0 and at most 1");
        require(ms >= 0 && ms <= MOST_MS, "ms: must be 0 to " + MOST_MS);
        require(kind != Kind.CODE || code != null && code.matches("[A-Z0-9]{1,16}"),
                "code: a message code such as EGW00201 is needed");
        require(status == null || status >= 200 && status <= 599, "status: must be 200 to 599");
        require(kind != Kind.LATENCY && kind != Kind.LATE_LISTING && kind != Kind.SLOW_BODY || ms > 0,
                "ms: is missing");
        if (times == null && share == null) {
            times = 1;
        }
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }

    /** The next matching call, whatever it is; narrow it down with the with-methods. */
    public static Fault of(Kind kind) {
        long ms = kind == Kind.LATENCY || kind == Kind.LATE_LISTING || kind == Kind.SLOW_BODY ? 1_000 : 0;
        return new Fault(kind, null, null, null, null, ms, null, null, null, null, null, false, false);
    }

    public static Fault code(String code) {
        return new Fault(Kind.CODE, null, null, null, null, 0, code, null, null, null, null, false, false);
    }

    /** Calls whose path contains this. */
    public Fault onPath(String part) {
        return new Fault(kind, part, trId, times, share, ms, code, status, rtCd, msg1, body, afterTaken, incurable);
    }

    public Fault onTrId(String id) {
        return new Fault(kind, path, id, times, share, ms, code, status, rtCd, msg1, body, afterTaken, incurable);
    }

    public Fault times(int next) {
        return new Fault(kind, path, trId, next, share, ms, code, status, rtCd, msg1, body, afterTaken, incurable);
    }

    /** This share of the matching calls, without end. */
    public Fault share(double chance) {
        return new Fault(kind, path, trId, null, chance, ms, code, status, rtCd, msg1, body, afterTaken, incurable);
    }

    public Fault ms(long millis) {
        return new Fault(kind, path, trId, times, share, millis, code, status, rtCd, msg1, body, afterTaken,
                incurable);
    }

    public Fault status(int httpStatus) {
        return new Fault(kind, path, trId, times, share, ms, code, httpStatus, rtCd, msg1, body, afterTaken,
                incurable);
    }

    public Fault rtCd(String value) {
        return new Fault(kind, path, trId, times, share, ms, code, status, value, msg1, body, afterTaken, incurable);
    }

    public Fault msg1(String text) {
        return new Fault(kind, path, trId, times, share, ms, code, status, rtCd, text, body, afterTaken, incurable);
    }

    public Fault body(String text) {
        return new Fault(kind, path, trId, times, share, ms, code, status, rtCd, msg1, text, afterTaken, incurable);
    }

    /** The call is taken as usual and then answered wrongly, or late. */
    public Fault taken() {
        return new Fault(kind, path, trId, times, share, ms, code, status, rtCd, msg1, body, true, incurable);
    }

    boolean takesTheCall() {
        return afterTaken || switch (kind) {
            case RESET_AFTER, REPLY_LOST, SLOW_BODY, CLOSE_MID_REPLY, CLOSE_AFTER -> true;
            default -> false;
        };
    }

    boolean matches(String callPath, String callTrId) {
        return (path == null || callPath.contains(path)) && (trId == null || trId.equals(callTrId));
    }
}
