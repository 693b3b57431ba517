package io.kisgateway.simulator;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code /_sim/faults}. */
record FaultAdmin(Simulator simulator, JsonMapper json) {

    ObjectNode list() {
        ObjectNode result = json.createObjectNode();
        ArrayNode list = result.putArray("faults");
        for (Faults.Active active : simulator.faults().list()) {
            Fault fault = active.fault();
            ObjectNode one = list.addObject().put("id", active.id()).put("kind", fault.kind().wireName())
                    .put("path", fault.path()).put("tr_id", fault.trId()).put("share", fault.share())
                    .put("ms", fault.ms()).put("code", fault.code()).put("after_taken", fault.takesTheCall())
                    .put("field", fault.spot().field()).put("value", fault.spot().value())
                    .put("left", active.left()).put("hits", active.hits());
            one.properties().removeIf(member -> member.getValue().isNull());
        }
        return result;
    }

    ObjectNode add(ObjectNode body) {
        Members members = new Members(body);
        String kindName = members.text("kind");
        Fault.Kind kind = null;
        for (Fault.Kind one : Fault.Kind.values()) {
            if (one.wireName().equals(kindName)) {
                kind = one;
            }
        }
        if (kind == null) {
            throw new IllegalArgumentException("kind: must be one of those GET /_sim lists");
        }
        Fault fault = new Fault(kind, members.text("path"), members.text("tr_id"), members.integer("times"),
                members.fraction("share"), members.number("ms", 0), members.text("code"), members.integer("status"),
                members.text("rt_cd"), members.text("msg1"), members.text("body"), members.flag("after_taken"),
                members.flag("incurable"),
                new Fault.Spot(members.text("field"), members.text("value"), rows(members.text("rows"))));
        members.nothingElse();
        return json.createObjectNode().put("id", simulator.faults().add(fault));
    }

    private static Fault.Rows rows(String name) {
        return switch (name == null ? "all" : name) {
            case "all" -> Fault.Rows.ALL;
            case "first" -> Fault.Rows.FIRST;
            case "last" -> Fault.Rows.LAST;
            default -> throw new IllegalArgumentException("rows: must be all, first or last");
        };
    }
}
