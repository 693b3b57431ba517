package io.kisgateway.ops;

import io.kisgateway.call.Client;
import io.kisgateway.call.OrderFate;
import io.kisgateway.call.Problem;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** One line for every order, refusal and operator's action: who, what, from where, and what came of it. */
final class AuditLog {

    private static final Logger LOG = LoggerFactory.getLogger("io.kisgateway.audit");
    private static final int MOST_OF_A_TEXT = 200;
    private static final Set<String> REFUSALS = Set.of("UNAUTHENTICATED", "FORBIDDEN", "MISDIRECTED_REQUEST");

    private AuditLog() {}

    /** Writes a line if the call was an order or was refused. */
    static void finished(FinishedCall call) {
        boolean refused = call.code() != null && REFUSALS.contains(call.code());
        if (call.orderFate() == OrderFate.NO_ORDER && !refused) {
            return;
        }
        String what = call.endpoint().equals("none") ? call.path() : call.endpoint();
        String outcome = refused ? "refused" : call.orderFate().name().toLowerCase(Locale.ROOT);
        LoggingEventBuilder line = line(refused ? "refusal" : "order", call.client(), call.caller().address(), what, outcome)
                .addKeyValue("request_id", call.requestId())
                .addKeyValue("status", call.status());
        if (call.code() != null) {
            line = line.addKeyValue("problem", call.code());
        }
        if (call.order() != null) {
            line = line.addKeyValue("order", call.order());
        }
        line.log("{} by {} at {}: {}{} {}{}, request {}", refused ? "Refusal" : "Order", name(call.client()), call.caller().address(),
                cut(what),
                call.order() == null ? "" : " " + call.order(), outcome, call.code() == null ? "" : " " + call.code(), call.requestId());
    }

    /** @param client null if it is not known who asked */
    static void refused(Client client, String address, String what, Problem problem) {
        String name = client == null ? null : client.name();
        line("refusal", name, address, what, "refused").addKeyValue("problem", problem.code().name())
                .log("Refusal by {} at {}: {} refused {}", name(name), address, cut(what), problem.code());
    }

    /** @param client null where anybody may */
    static void action(Client client, String address, String what, String outcome) {
        String name = client == null ? null : client.name();
        line("action", name, address, what, outcome).log("Operator {} at {}: {} {}", name(name), address, cut(what), outcome);
    }

    private static LoggingEventBuilder line(String kind, String client, String address, String what, String outcome) {
        LoggingEventBuilder line = kind.equals("action") ? LOG.atWarn() : LOG.atInfo();
        return line.addKeyValue("audit", kind).addKeyValue("client", name(client)).addKeyValue("address", address)
                .addKeyValue("what", cut(what))
                .addKeyValue("outcome", outcome);
    }

    private static String name(String client) {
        return client == null ? "nobody known" : client;
    }

    private static String cut(String text) {
        return text.length() <= MOST_OF_A_TEXT ? text : text.substring(0, MOST_OF_A_TEXT) + "…";
    }
}
