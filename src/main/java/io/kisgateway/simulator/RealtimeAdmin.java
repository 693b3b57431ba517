package io.kisgateway.simulator;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code /_sim/realtime…}: how the WebSocket stands, and what is done to it. */
record RealtimeAdmin(Simulator simulator, JsonMapper json) {

    /** Null if there is no such operation. */
    ObjectNode work(String operation, ObjectNode body) {
        Realtime realtime = simulator.realtime();
        Members members = new Members(body);
        Runnable work = switch (operation) {
            case "GET /_sim/realtime" -> () -> {};
            case "POST /_sim/realtime" -> set(realtime, body, members);
            case "POST /_sim/realtime/push" -> push(realtime, members);
            case "POST /_sim/realtime/garbage" -> realtime::garbage;
            case "POST /_sim/realtime/ping" -> realtime::pingNow;
            case "POST /_sim/realtime/close" -> {
                long code = members.number("code", 0);
                yield () -> realtime.close((int) Math.min(code, Integer.MAX_VALUE));
            }
            case "POST /_sim/realtime/takeover" -> {
                long millis = members.number("ms", 0);
                yield () -> realtime.takeOver(millis);
            }
            case "POST /_sim/approvals/kill" -> simulator.approvals()::kill;
            default -> null;
        };
        if (work == null) {
            return null;
        }
        members.nothingElse();
        work.run();
        return status(realtime.status());
    }

    private static Runnable set(Realtime realtime, ObjectNode body, Members members) {
        Integer perSecond = members.integer("records_per_second");
        long perFrame = members.number("records_per_frame", 0);
        boolean silent = members.flag("silent");
        boolean lastComeWins = members.flag("last_come_wins");
        long delay = members.number("delay_ms", 0);
        return () -> {
            if (body.has("records_per_second")) {
                realtime.rate(perSecond);
            }
            if (body.has("records_per_frame")) {
                realtime.frames((int) Math.min(perFrame, Integer.MAX_VALUE));
            }
            if (body.has("silent")) {
                realtime.silence(silent);
            }
            if (body.has("last_come_wins")) {
                realtime.lastComeWins(lastComeWins);
            }
            if (body.has("delay_ms")) {
                realtime.delay(delay);
            }
        };
    }

    private static Runnable push(Realtime realtime, Members members) {
        String text = members.text("text");
        if (text != null) {
            return () -> realtime.pushText(text);
        }
        String trId = members.neededText("tr_id");
        String key = members.neededText("tr_key");
        long records = members.number("records", 1);
        return () -> {
            if (!realtime.push(trId, key, (int) Math.min(records, Integer.MAX_VALUE))) {
                throw new IllegalArgumentException("tr_id: nobody is registered for " + trId + " " + key);
            }
        };
    }

    private ObjectNode status(Realtime.Status status) {
        ObjectNode node = json.createObjectNode().put("connections", status.connections()).put("sent", status.sent())
                .put("records_per_second", status.recordsPerSecond()).put("records_per_frame", status.recordsPerFrame())
                .put("silent", status.silent()).put("delay_ms", status.delayMillis())
                .put("approvals_issued", simulator.approvals().issued());
        ArrayNode registered = node.putArray("registered");
        status.registered().forEach(registered::add);
        return node;
    }
}
