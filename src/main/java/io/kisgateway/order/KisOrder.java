package io.kisgateway.order;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.order.journal.OrderType;
import io.kisgateway.order.journal.Placement;
import io.kisgateway.runtime.KoreanTime;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * One row of inquire-daily-ccld (facts 3.13).
 *
 * @param original     the order that it changes or cancels; empty for an order
 * @param cancellation whether it cancels
 * @param exchange     {@code KRX}, {@code NXT}, {@code SOR} or whatever else KIS says
 * @param type         KIS's code of its kind; empty if it does not tell
 * @param quantity     more than 0; of a change or a cancellation 0 if KIS does not tell
 * @param price        {@link #UNTOLD}, like all numbers after it, if KIS does not tell
 * @param at           KIS's time of it, whole seconds; null if it does not tell
 * @param averagePrice null if KIS does not tell
 */
record KisOrder(String orderNo, String original, boolean cancellation, String organizationNo, String exchange, boolean buy, String code,
        String name, String type, long quantity, long price, Instant at, long filled, BigDecimal averagePrice, long amount,
        long remaining, long cancelled, long rejected) {

    /** What KIS does not say is not nothing. */
    static final long UNTOLD = -1;

    private static final int DIGITS = 10;
    /** Java would take hours for millions of digits, and gigabytes for a large exponent. */
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,18}(?:\\.[0-9]{0,12})?");
    private static final String BUYS = "02";
    private static final String SELLS = "01";

    /** @throws Problem if the row does not say what it must: whose order it is could not be told */
    static KisOrder of(JsonNode row) {
        try {
            String original = text(row, "orgn_odno");
            String name = text(row, "sll_buy_dvsn_cd_name");
            String side = text(row, "sll_buy_dvsn_cd");
            // No order changes itself.
            boolean changes = !original.isEmpty() && Long.parseLong(original) != 0 && !padded(original).equals(padded(text(row, "odno")));
            long quantity = whole(row, "ord_qty");
            String code = text(row, "pdno");
            if (!side.equals(BUYS) && !side.equals(SELLS) || code.isEmpty() || text(row, "ord_qty").isEmpty()
                    || quantity == 0 && !changes) {
                throw unreadable(null);
            }
            return new KisOrder(padded(text(row, "odno")), changes ? padded(original) : "",
                    changes && (name.contains("취소") || !name.contains("정정") && text(row, "cncl_yn").equalsIgnoreCase("Y")),
                    text(row, "ord_gno_brno"), exchange(row), side.equals(BUYS), code, text(row, "prdt_name"), text(row, "ord_dvsn_cd"),
                    quantity, told(row, "ord_unpr"), time(row), told(row, "tot_ccld_qty"),
                    text(row, "avg_prvs").isEmpty() ? null : decimal(row, "avg_prvs"), told(row, "tot_ccld_amt"), told(row, "rmn_qty"),
                    cancelled(row), told(row, "rjct_qty"));
        } catch (DateTimeException | NumberFormatException | ArithmeticException e) {
            throw unreadable(e);
        }
    }

    private static Problem unreadable(Exception cause) {
        return Problem.of(ProblemCode.KIS_UNREADABLE, "KIS listed an order in a form that cannot be read").causedBy(cause);
    }

    private static Instant time(JsonNode row) {
        LocalDate day = LocalDate.parse(text(row, "ord_dt"), DateTimeFormatter.BASIC_ISO_DATE);
        String time = text(row, "ord_tmd");
        return time.isEmpty() ? null : LocalDateTime.of(day, LocalTime.parse(time, KoreanTime.TIME)).toInstant(KoreanTime.KST);
    }

    /** Facts 3.13: two spellings of either name are about. */
    private static long cancelled(JsonNode row) {
        return told(row, text(row, "cncl_cfrm_qty").isEmpty() ? "cnc_cfrm_qty" : "cncl_cfrm_qty");
    }

    private static long told(JsonNode row, String name) {
        return text(row, name).isEmpty() ? UNTOLD : whole(row, name);
    }

    private static String exchange(JsonNode row) {
        String name = text(row, "excg_id_dvsn_cd");
        String found = name.isEmpty() ? text(row, "excg_id_dvsn_Cd") : name;
        return found.isEmpty() ? OrderType.Exchange.KRX.name() : found;
    }

    private static String text(JsonNode row, String name) {
        return row.path(name).asText("").strip();
    }

    /** Ten digits, as in the reply to an order. */
    private static String padded(String number) {
        if (!number.matches("[0-9]{1,10}") || Long.parseLong(number) == 0) {
            throw new NumberFormatException("no order number");
        }
        return "0".repeat(DIGITS - number.length()) + number;
    }

    /** 0 if it is blank. @throws RuntimeException a NumberFormatException or an ArithmeticException if it is no whole number from 0 on */
    static long whole(JsonNode row, String name) {
        long value = decimal(row, name).longValueExact();
        if (value < 0) {
            throw new NumberFormatException("less than nothing");
        }
        return value;
    }

    private static BigDecimal decimal(JsonNode row, String name) {
        String text = text(row, name);
        if (!text.isEmpty() && !NUMBER.matcher(text).matches()) {
            throw new NumberFormatException("no number of an order");
        }
        return text.isEmpty() ? BigDecimal.ZERO : new BigDecimal(text);
    }

    /** Whether another row of the same number tells of the same order. */
    boolean isOrder(KisOrder other) {
        return buy == other.buy && code.equals(other.code) && quantity == other.quantity && price == other.price
                && original.equals(other.original) && Objects.equals(at, other.at);
    }

    Placement placement() {
        return new Placement(orderNo, organizationNo.isEmpty() ? null : organizationNo, orderedAt(), false);
    }

    String orderedAt() {
        return at == null ? null : DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(at.atOffset(KoreanTime.KST));
    }

    /** {@code buy}, {@code sell}, {@code cancel} or {@code modify}, as the journal says it. */
    String side() {
        return cancellation ? "cancel" : !original.isEmpty() ? "modify" : buy ? "buy" : "sell";
    }

    /** Whether KIS says what has become of each share. */
    boolean isAccountedFor() {
        return filled != UNTOLD && remaining != UNTOLD && cancelled != UNTOLD && rejected != UNTOLD;
    }

    /** What has been traded of it, for callers. */
    ObjectNode fills() {
        BigDecimal average = filled == 0 || averagePrice == null ? null : averagePrice.stripTrailingZeros();
        ObjectNode fills = JsonNodeFactory.instance.objectNode().put("quantity", orNull(filled));
        fills.put("average_price", average != null && average.scale() < 0 ? average.setScale(0) : average);
        return fills.put("amount", orNull(amount)).put("remaining_quantity", orNull(remaining))
                .put("cancelled_quantity", orNull(cancelled)).put("rejected_quantity", orNull(rejected));
    }

    static Long orNull(long told) {
        return told == UNTOLD ? null : (Long) told;
    }
}
