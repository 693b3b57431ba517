package io.kisgateway.simulator;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * A fault to come over matching calls: the next {@code times}, or every matching call with a chance of
 * {@code share}, or both. Null means: not asked for. A kind that edits replies gives {@code field} the {@code value} (null: takes it
 * away), in all rows of a list or in {@code rows}.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Fault(Kind kind, String path, String trId, Integer times, Double share, long ms, String code,
        Integer status, String rtCd, String msg1, String body, boolean afterTaken, boolean incurable,
        String field, String value, Rows rows) {

    /** Which of a kind's many places: at most one fault of each, but for {@code EDIT}, meets a call. */
    enum Sort {
        LATENCY, LISTING, DEAD_TOKEN, REJECTION, EDIT, REPLY
    }

    public enum Kind {
        /** Works on the call {@code ms} later; with after_taken works at once and answers later. */
        LATENCY(Sort.LATENCY),
        BLANK500(Sort.REPLY), EMPTY500(Sort.REPLY), BLANK200(Sort.REPLY), EMPTY200(Sort.REPLY), CODE(Sort.REPLY),
        GARBAGE(Sort.REPLY), HTML502(Sort.REPLY),
        /** Connection reset before, or after, KIS took the call. */
        RESET_BEFORE(Sort.REPLY), RESET_AFTER(Sort.REPLY),
        /** Taken, never answered; closed after {@code ms}, if given. */
        REPLY_LOST(Sort.REPLY),
        /** Headers at once, the body in drops over {@code ms}. */
        SLOW_BODY(Sort.REPLY),
        /** The header line by line over {@code ms}, or {@code 100 Continue} each {@code ms}/20; the body at its end. */
        HEADER_DRIP(Sort.REPLY), CONTINUE_DRIP(Sort.REPLY),
        /** Taken; the connection ends within the header, or within the body. */
        CLOSE_MID_HEADER(Sort.REPLY), CLOSE_MID_REPLY(Sort.REPLY),
        /** A whole reply, then the connection closes unannounced: what makes pooled connections stale. */
        CLOSE_AFTER(Sort.REPLY),
        /** Orders taken by the call show in inquire-daily-ccld only {@code ms} later. */
        LATE_LISTING(Sort.LISTING),
        /** The call's list lacks what is younger than {@code ms}. */
        LIST_LAG(Sort.LISTING),
        /** Every token dies just before the call is looked at. */
        DEAD_TOKEN(Sort.DEAD_TOKEN),
        /** The order is taken, answered with its number, and then refused by the exchange. */
        REJECTED_LATER(Sort.REJECTION),
        /** ord_tmd of the rows, or ORD_TMD of an order's reply, is {@code ms} ahead (or behind, if negative). */
        LIST_CLOCK(Sort.EDIT), REPLY_CLOCK(Sort.EDIT),
        /** rt_cd 0 and the list null, not there at all, or "". */
        LIST_NULL(Sort.EDIT), LIST_MISSING(Sort.EDIT), LIST_BLANK(Sort.EDIT),
        /** The list lacks its first, last or all rows and says that it is whole. */
        LIST_PARTIAL(Sort.EDIT),
        /** tr_cont M with a blank key; a key without tr_cont. */
        PAGE_WITHOUT_KEY(Sort.EDIT), PAGE_WITHOUT_MARK(Sort.EDIT),
        /** {@code field} of the rows is {@code value}, or gone without one. */
        ROW_FIELD(Sort.EDIT),
        /** One row more, the first's copy under another number, with such a field. */
        ODD_ROW(Sort.EDIT),
        /** {@code field} of an order's reply is {@code value}, or gone without one. */
        REPLY_FIELD(Sort.EDIT),
        /** An order's reply with names in lower case, in an array, with a number without its leading zeros. */
        REPLY_LOWER_CASE(Sort.EDIT), REPLY_ARRAY(Sort.EDIT), REPLY_UNPADDED(Sort.EDIT);

        private final Sort sort;

        Kind(Sort sort) {
            this.sort = sort;
        }

        Sort sort() {
            return sort;
        }

        @JsonValue
        String wireName() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        private boolean signed() {
            return this == LIST_CLOCK || this == REPLY_CLOCK;
        }

        private boolean lasts() {
            return signed() || switch (this) {
                case LATENCY, LATE_LISTING, LIST_LAG, SLOW_BODY, HEADER_DRIP, CONTINUE_DRIP -> true;
                default -> false;
            };
        }

        private boolean atAField() {
            return this == ROW_FIELD || this == ODD_ROW || this == REPLY_FIELD;
        }
    }

    public enum Rows { ALL, FIRST, LAST }

    private static final long MOST_MS = 600_000;

    /** A list or reply may be as far from the clock as half a day. */
    private static final long MOST_OFFSET_MS = 43_200_000;

    public Fault {
        require(kind != null, "kind: is missing");
        require(times == null || times >= 1 && times <= 1_000_000, "times: must be 1 to 1000000");
        require(share == null || share > 0 && share <= 1, "share: must be over 0 and at most 1");
        require(kind.signed() ? Math.abs(ms) <= MOST_OFFSET_MS : ms >= 0 && ms <= MOST_MS,
                kind.signed() ? "ms: must be at most " + MOST_OFFSET_MS + " either way" : "ms: must be 0 to " + MOST_MS);
        require(kind != Kind.CODE || code != null && code.matches("[A-Z0-9]{1,16}"),
                "code: a message code such as EGW00201 is needed");
        require(status == null || status >= 200 && status <= 599, "status: must be 200 to 599");
        require(!kind.lasts() || ms != 0, "ms: is missing");
        rows = rows == null ? Rows.ALL : rows;
        require(!kind.atAField() || field != null, "field: is missing");
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
        return new Fault(kind, null, null, null, null, kind.lasts() ? 1_000 : 0, null, null, null, null, null, false,
                false, kind.atAField() ? "" : null, null, null);
    }

    public static Fault code(String code) {
        return new Fault(Kind.CODE, null, null, null, null, 0, code, null, null, null, null, false, false, null, null, null);
    }

    /** Rows of a list, or an order's reply, with {@code value} in {@code field}; a null value takes the field away. */
    public static Fault field(Kind kind, String field, String value) {
        return new Fault(kind, null, null, null, null, 0, null, null, null, null, null, false, false,
                field, value, null);
    }

    /** Calls whose path contains this. */
    public Fault onPath(String part) {
        return new Fault(kind, part, trId, times, share, ms, code, status, rtCd, msg1, body, afterTaken, incurable,
                field, value, rows);
    }

    public Fault onTrId(String id) {
        return new Fault(kind, path, id, times, share, ms, code, status, rtCd, msg1, body, afterTaken, incurable,
                field, value, rows);
    }

    public Fault times(int next) {
        return new Fault(kind, path, trId, next, share, ms, code, status, rtCd, msg1, body, afterTaken, incurable,
                field, value, rows);
    }

    /** This share of the matching calls, without end; 1 is all of them. */
    public Fault share(double chance) {
        return new Fault(kind, path, trId, null, chance, ms, code, status, rtCd, msg1, body, afterTaken, incurable,
                field, value, rows);
    }

    public Fault ms(long millis) {
        return new Fault(kind, path, trId, times, share, millis, code, status, rtCd, msg1, body, afterTaken,
                incurable, field, value, rows);
    }

    public Fault status(int httpStatus) {
        return new Fault(kind, path, trId, times, share, ms, code, httpStatus, rtCd, msg1, body, afterTaken,
                incurable, field, value, rows);
    }

    public Fault rtCd(String value) {
        return new Fault(kind, path, trId, times, share, ms, code, status, value, msg1, body, afterTaken, incurable,
                field, value, rows);
    }

    public Fault msg1(String text) {
        return new Fault(kind, path, trId, times, share, ms, code, status, rtCd, text, body, afterTaken, incurable,
                field, value, rows);
    }

    public Fault body(String text) {
        return new Fault(kind, path, trId, times, share, ms, code, status, rtCd, msg1, text, afterTaken, incurable,
                field, value, rows);
    }

    /** Which rows of a list the fault meets, where it does not meet all. */
    public Fault rows(Rows which) {
        return new Fault(kind, path, trId, times, share, ms, code, status, rtCd, msg1, body, afterTaken, incurable,
                field, value, which);
    }

    /** The call is taken as usual and then answered wrongly, or late. */
    public Fault taken() {
        return new Fault(kind, path, trId, times, share, ms, code, status, rtCd, msg1, body, true, incurable, field, value, rows);
    }

    boolean takesTheCall() {
        return afterTaken || switch (kind) {
            case RESET_AFTER, REPLY_LOST, SLOW_BODY, HEADER_DRIP, CONTINUE_DRIP, CLOSE_MID_HEADER, CLOSE_MID_REPLY,
                    CLOSE_AFTER -> true;
            default -> kind.sort() != Sort.REPLY && kind.sort() != Sort.LATENCY;
        };
    }

    boolean matches(String callPath, String callTrId) {
        return (path == null || callPath.contains(path)) && (trId == null || trId.equals(callTrId));
    }
}
