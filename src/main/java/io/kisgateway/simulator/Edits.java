package io.kisgateway.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** Successful replies as they should not be: lists that are none or not whole, odd rows, orders' replies in odd forms. */
final class Edits {

    private static final JsonMapper JSON = new JsonMapper();
    private static final DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern("uuuuMMddHHmmss");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HHmmss");

    private Edits() {}

    /** A reply that is a failure, or lacks what a fault edits, leaves as it is. */
    static Reply apply(List<Fault> faults, Reply reply) {
        if (faults.isEmpty() || reply.status() != 200) {
            return reply;
        }
        try {
            if (!(JSON.readTree(reply.body()) instanceof ObjectNode body) || !"0".equals(body.path("rt_cd").asText())) {
                return reply;
            }
            String mark = reply.trCont();
            for (Fault fault : faults) {
                mark = edit(fault, body, mark);
            }
            return new Reply(reply.status(), reply.contentType(), JSON.writeValueAsBytes(body), reply.trId(), mark,
                    reply.msgCd());
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        } catch (IOException e) {
            return reply;
        }
    }

    /** The reply's tr_cont after the edit. */
    private static String edit(Fault fault, ObjectNode body, String mark) {
        String list = body.has("output1") ? "output1" : "output";
        switch (fault.kind()) {
            case LIST_CLOCK -> rows(body, list, fault, row -> shiftRow(row, fault.ms()));
            case REPLY_CLOCK -> order(body, output -> shift(output, "ORD_TMD", fault.ms()));
            case LIST_NULL -> body.putNull(list);
            case LIST_MISSING -> body.remove(list);
            case LIST_BLANK -> body.put(list, "");
            case LIST_PARTIAL -> {
                shorten(body, list, fault.rows());
                key(body, "");
                return mark.isEmpty() ? mark : "D";
            }
            case PAGE_WITHOUT_KEY -> {
                key(body, "");
                return "M";
            }
            case PAGE_WITHOUT_MARK -> {
                key(body, "20990101^0000000000");
                return "";
            }
            case ROW_FIELD -> rows(body, list, fault, row -> set(row, fault));
            case ODD_ROW -> addOddRow(body, list, fault);
            case REPLY_FIELD -> order(body, output -> set(output, fault));
            case REPLY_LOWER_CASE -> order(body, Edits::lowerCase);
            case REPLY_ARRAY -> order(body, output -> body.putArray("output").add(output));
            case REPLY_UNPADDED -> order(body, output -> output.put("ODNO", output.path("ODNO").asText().replaceFirst("^0+(?=.)", "")));
            default -> throw new IllegalStateException("edits nothing: " + fault.kind());
        }
        return mark;
    }

    private static void rows(ObjectNode body, String list, Fault fault, Consumer<ObjectNode> edit) {
        if (!(body.get(list) instanceof ArrayNode rows) || rows.isEmpty()) {
            return;
        }
        switch (fault.rows()) {
            case ALL -> rows.forEach(row -> edit.accept((ObjectNode) row));
            case FIRST -> edit.accept((ObjectNode) rows.get(0));
            case LAST -> edit.accept((ObjectNode) rows.get(rows.size() - 1));
        }
    }

    private static void shorten(ObjectNode body, String list, Fault.Rows which) {
        if (!(body.get(list) instanceof ArrayNode rows) || rows.isEmpty()) {
            return;
        }
        switch (which) {
            case ALL -> rows.removeAll();
            case FIRST -> rows.remove(0);
            case LAST -> rows.remove(rows.size() - 1);
        }
    }

    /** An order's reply: the object with ODNO in it. */
    private static void order(ObjectNode body, Consumer<ObjectNode> edit) {
        if (body.get("output") instanceof ObjectNode output && output.has("ODNO")) {
            edit.accept(output);
        }
    }

    private static void set(ObjectNode node, Fault fault) {
        if (fault.value() == null) {
            node.remove(fault.field());
        } else {
            node.put(fault.field(), fault.value());
        }
    }

    private static void addOddRow(ObjectNode body, String list, Fault fault) {
        if (body.get(list) instanceof ArrayNode rows && !rows.isEmpty()) {
            ObjectNode odd = rows.get(0).deepCopy();
            odd.put("odno", "0000000009").put("orgn_odno", "");
            set(odd, fault);
            rows.insert(0, odd);
        }
    }

    private static void key(ObjectNode body, String key) {
        for (String name : List.of("ctx_area_nk100", "ctx_area_nk200", "ctx_area_nk")) {
            if (body.has(name)) {
                body.put(name, Texts.padded(key, body.path(name).asText().length()));
            }
        }
    }

    private static void shiftRow(ObjectNode row, long ms) {
        JsonNode date = row.get("ord_dt");
        JsonNode time = row.get("ord_tmd");
        if (date != null && time != null && (date.asText() + time.asText()).matches("[0-9]{14}")) {
            LocalDateTime moved = LocalDateTime.parse(date.asText() + time.asText(), MOMENT).plus(Duration.ofMillis(ms));
            row.put("ord_dt", Texts.date(moved.toLocalDate())).put("ord_tmd", TIME.format(moved));
        }
    }

    private static void shift(ObjectNode node, String field, long ms) {
        if (node.path(field).asText().matches("[0-9]{6}")) {
            node.put(field, TIME.format(LocalTime.parse(node.path(field).asText(), TIME)
                    .plus(Duration.ofMillis(ms))));
        }
    }

    private static void lowerCase(ObjectNode output) {
        List<Map.Entry<String, JsonNode>> members = new ArrayList<>(output.properties());
        output.removeAll();
        members.forEach(member -> output.set(member.getKey().toLowerCase(Locale.ROOT), member.getValue()));
    }
}
