package io.kisgateway.order;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.order.journal.Placement;
import io.kisgateway.order.journal.Times;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;

/**
 * One row of inquire-daily-ccld (facts 3.13).
 *
 * @param original     the order that it changes or cancels; empty for an order
 * @param cancellation whether it cancels
 * @param at           KIS's time of it, whole seconds; null if it does not tell, which happens (facts 7, 10)
 */
record KisOrder(String orderNo, String original, boolean cancellation, String organizationNo, boolean buy, String code,
        boolean market, long quantity, long price, Instant at, long filled, BigDecimal averagePrice, long amount,
        long remaining, long cancelled) {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HHmmss");

    /** @throws Problem if the row does not say what it must */
    static KisOrder of(JsonNode row) {
        try {
            String original = text(row, "orgn_odno");
            String name = text(row, "sll_buy_dvsn_cd_name");
            boolean changes = !original.isEmpty() && Long.parseLong(original) != 0;
            String time = text(row, "ord_tmd");
            Instant at = time.isEmpty() ? null : LocalDateTime.of(LocalDate.parse(text(row, "ord_dt"), DateTimeFormatter.BASIC_ISO_DATE),
                    LocalTime.parse(time, TIME)).toInstant(Times.KST);
            return new KisOrder(padded(text(row, "odno")), changes ? padded(original) : "",
                    changes && (name.contains("취소") || text(row, "cncl_yn").equalsIgnoreCase("Y")), text(row, "ord_gno_brno"),
                    text(row, "sll_buy_dvsn_cd").equals("02"), text(row, "pdno"), text(row, "ord_dvsn_cd").equals("01"),
                    whole(row, "ord_qty"), whole(row, "ord_unpr"), at, whole(row, "tot_ccld_qty"), decimal(row, "avg_prvs"),
                    whole(row, "tot_ccld_amt"), whole(row, "rmn_qty"), whole(row, row.has("cncl_cfrm_qty") ? "cncl_cfrm_qty" : "cnc_cfrm_qty"));
        } catch (DateTimeParseException | NumberFormatException | ArithmeticException e) {
            throw Problem.of(ProblemCode.KIS_UNREADABLE, "KIS listed an order in a form that cannot be read").causedBy(e);
        }
    }

    private static String text(JsonNode row, String name) {
        return row.path(name).asText("").strip();
    }

    /** Ten digits, as in the reply to an order. */
    private static String padded(String number) {
        Long.parseLong(number);
        return number.length() >= 10 ? number : "0".repeat(10 - number.length()) + number;
    }

    private static long whole(JsonNode row, String name) {
        return decimal(row, name).longValueExact();
    }

    private static BigDecimal decimal(JsonNode row, String name) {
        String text = text(row, name);
        return text.isEmpty() ? BigDecimal.ZERO : new BigDecimal(text);
    }

    Placement placement() {
        return new Placement(orderNo, organizationNo.isEmpty() ? null : organizationNo,
                at == null ? null : DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(at.atOffset(Times.KST)), false);
    }

    /** What has been traded of it, for callers. */
    ObjectNode fills() {
        BigDecimal average = averagePrice.stripTrailingZeros();
        ObjectNode fills = JsonNodeFactory.instance.objectNode().put("quantity", filled);
        fills.put("average_price", filled == 0 ? null : average.scale() < 0 ? average.setScale(0) : average);
        return fills.put("amount", amount).put("remaining_quantity", remaining).put("cancelled_quantity", cancelled);
    }
}
