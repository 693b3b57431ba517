package io.kisgateway.kis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.call.OrderReceipt;
import io.kisgateway.runtime.KoreanTime;
import java.time.LocalTime;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads what KIS says of an order that it took: names in whatever case, in an object or an array of one, branch and time there
 * or not (facts 3.9, 3.10). Its number is all that is needed, wherever in the reply it stands.
 */
final class OrderReceipts {

    private static final String NUMBER = "ODNO";
    private static final String BRANCH = "KRX_FWDG_ORD_ORGNO";
    private static final String TIME = "ORD_TMD";
    /** What operations call an order that is not one of the day: reservations, those for other markets. */
    private static final List<String> OTHER_NUMBERS = List.of("RSVN_ORD_SEQ", "OVRS_RSVN_ODNO", NUMBER);
    private static final String DONE = "NRML_PRCS_YN";
    private static final int DIGITS = 10;

    private OrderReceipts() {}

    /** Of a reply that says that KIS took the order. */
    static OrderReceipt of(ObjectNode reply, boolean listed) {
        return (listed ? numbered(reply) : unnumbered(reply)).orElseThrow();
    }

    /** Empty if the reply does not say under which number KIS has the order, or says two. */
    static Optional<OrderReceipt> numbered(ObjectNode reply) {
        Set<Optional<String>> numbers = said(reply, NUMBER).stream().map(OrderReceipts::orderNumber).collect(Collectors.toSet());
        return only(numbers).flatMap(number -> number).map(number -> new OrderReceipt(number,
                only(said(reply, BRANCH)).orElse(null), only(said(reply, TIME)).map(OrderReceipts::time).orElse(null), null));
    }

    /** Whether a reply names an order, as a refusal does not. */
    static boolean nameAny(ObjectNode reply) {
        return OTHER_NUMBERS.stream().flatMap(name -> said(reply, name).stream()).anyMatch(text -> !text.matches("0*"));
    }

    /** For an operation whose orders have no number of the day. Empty if KIS says that it was not carried out as usual. */
    static Optional<OrderReceipt> unnumbered(ObjectNode reply) {
        if (said(reply, DONE).stream().anyMatch("N"::equalsIgnoreCase)) {
            return Optional.empty();
        }
        String note = OTHER_NUMBERS.stream().filter(name -> !said(reply, name).isEmpty()).findFirst()
                .map(name -> name + " " + String.join(", ", said(reply, name))).orElse(null);
        return Optional.of(new OrderReceipt(null, null, null, note));
    }

    /** Gives the reply one form, so that no mapping needs to know the others. */
    static void unify(ObjectNode reply, OrderReceipt receipt) {
        ObjectNode output = reply.putObject("output");
        output.put(BRANCH, receipt.organizationNo());
        output.put(NUMBER, receipt.orderNo());
        output.put(TIME, receipt.time());
    }

    /** All that stands under a name, whatever its case and wherever it is. */
    private static Set<String> said(ObjectNode reply, String name) {
        Set<String> said = new LinkedHashSet<>();
        collect(reply, name, false, said);
        said.remove("");
        return said;
    }

    private static void collect(JsonNode node, String name, boolean named, Set<String> said) {
        if (node.isValueNode()) {
            if (named && !node.isNull()) {
                said.add(node.asText().strip());
            }
        } else if (node.isArray()) {
            node.forEach(element -> collect(element, name, named, said));
        } else {
            node.properties().forEach(
                    member -> collect(member.getValue(), name, named || member.getKey().equalsIgnoreCase(name), said));
        }
    }

    private static <T> Optional<T> only(Set<T> said) {
        return said.size() == 1 ? said.stream().findFirst() : Optional.empty();
    }

    private static Optional<String> orderNumber(String text) {
        return text.matches("[0-9]{1,10}") && text.chars().anyMatch(digit -> digit != '0')
                ? Optional.of("0".repeat(DIGITS - text.length()) + text) : Optional.empty();
    }

    private static String time(String text) {
        try {
            return LocalTime.parse(text, KoreanTime.TIME).format(KoreanTime.TIME);
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
