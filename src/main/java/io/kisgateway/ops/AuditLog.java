package io.kisgateway.ops;

import io.kisgateway.call.AuditEvent;
import io.kisgateway.call.AuditEvent.Kind;
import io.kisgateway.call.Client;
import io.kisgateway.call.OrderFate;
import io.kisgateway.call.Problem;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** One line for every order, refusal and operator's action: who, what, from where, and what came of it. */
final class AuditLog {

    private static final Logger LOG = LoggerFactory.getLogger("io.kisgateway.audit");
    private static final int MOST_OF_A_TEXT = 200;
    private static final Set<String> REFUSALS = Set.of("UNAUTHENTICATED", "FORBIDDEN", "MISDIRECTED_REQUEST");
    /** Of somebody who is not known: too many wrong keys. */
    private static final String SLOWED_DOWN = "RATE_LIMITED";
    /** An order with one of these has an entry of its own in the journal. */
    private static final Set<String> IN_JOURNAL = Set.of("KIS_REJECTED", "ORDER_NOT_PLACED");

    private final InstantSource clock;
    private final Consumer<AuditEvent> keeper;
    private final RefusalWindow window;
    /** A connection that stays is refused as often as it asks, so that the log gets no more of it than the keeper. */
    private final RefusalWindow logged;
    private final boolean restricted;

    /**
     * @param restricted whether only clients may call
     * @param keeper     keeps refusals and actions longer than a log does; does not block, and gets no more of a flood than its number
     */
    AuditLog(InstantSource clock, boolean restricted, Consumer<AuditEvent> keeper) {
        this.restricted = restricted;
        this.clock = clock;
        this.keeper = keeper;
        this.window = new RefusalWindow(clock, keeper);
        this.logged = new RefusalWindow(clock, this::log);
    }

    /** Passes on what was counted of refusals; once a minute, and at the end. */
    void endOfMinute() {
        window.end();
        logged.end();
    }

    /** Writes a line if the call was an order or was refused. */
    void finished(FinishedCall call) {
        boolean refused = call.code() != null
                && (REFUSALS.contains(call.code()) || restricted && call.client() == null && call.code().equals(SLOWED_DOWN));
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
        if (refused) {
            window.add(Kind.REFUSAL, call.client(), call.caller().address(), cut(what), call.code());
        } else if (call.orderFate() == OrderFate.NOT_PLACED && call.code() != null && !IN_JOURNAL.contains(call.code())) {
            window.add(Kind.ORDER, call.client(), call.caller().address(), cut(call.order() == null ? what : what + " " + call.order()),
                    outcome + " " + call.code());
        }
        line.log("{} by {} at {}: {}{} {}{}, request {}", refused ? "Refusal" : "Order", name(call.client()), call.caller().address(),
                cut(what),
                call.order() == null ? "" : " " + call.order(), outcome, call.code() == null ? "" : " " + call.code(), call.requestId());
    }

    /** @param client null if it is not known who asked */
    void refused(Client client, String address, String what, Problem problem) {
        logged.add(Kind.REFUSAL, client == null ? null : client.name(), address, cut(what), problem.code().name());
    }

    private void log(AuditEvent refusal) {
        keeper.accept(refusal);
        String times = refusal.times() == 1 ? "" : " " + refusal.times() + " times";
        line("refusal", refusal.client(), refusal.address(), refusal.what(), "refused").addKeyValue("problem", refusal.outcome())
                .log("Refusal by {} at {}: {} refused {}{}", name(refusal.client()), refusal.address(), refusal.what(), refusal.outcome(),
                        times);
    }

    /** @param client null where anybody may */
    void action(Client client, String address, String what, String outcome) {
        String name = client == null ? null : client.name();
        keeper.accept(new AuditEvent(clock.instant(), Kind.ACTION, name, address, cut(what), outcome, 1));
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
