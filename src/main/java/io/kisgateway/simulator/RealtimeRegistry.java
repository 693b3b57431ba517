package io.kisgateway.simulator;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who may register what: the approval, the one session of the app key, 41 registrations. Event loop only. */
final class RealtimeRegistry {

    static final int MOST_REGISTRATIONS = 41;

    private final SimulatorOptions options;
    private final Envelope codes;
    private final Approvals approvals;
    private final Faults faults;
    private final Calls calls;
    private final Map<String, RealtimeTr> offered;
    private RealtimeSession holder;
    private boolean lastComeWins;
    private long takenUntilNanos = System.nanoTime();

    RealtimeRegistry(SimulatorOptions options, Envelope codes, Approvals approvals, Faults faults, Calls calls) {
        this.options = options;
        this.codes = codes;
        this.approvals = approvals;
        this.faults = faults;
        this.calls = calls;
        this.offered = RealtimeTr.offered(options.mode(), options.stubs());
    }

    enum After { STAY, CLOSE, CUT }

    /** What comes of a registration: a reply, perhaps later, and perhaps the end of the connection. */
    record Outcome(Optional<String> reply, long waitMillis, After after) {}

    Envelope codes() {
        return codes;
    }

    Calls calls() {
        return calls;
    }

    long approvalsIssued() {
        return approvals.issued();
    }

    /** The connection that has the app key's session, or null. */
    RealtimeSession holder() {
        return holder;
    }

    List<String> registered() {
        return holder == null ? List.of()
                : holder.registrations().stream().map(registration -> registration.tr().id() + " " + registration.key()).toList();
    }

    Optional<RealtimeSession.Registration> registration(String trId, String key) {
        return holder == null ? Optional.empty() : holder.registrations().stream()
                .filter(registration -> registration.tr().id().equals(trId) && registration.key().equals(key)).findFirst();
    }

    void left(RealtimeSession session) {
        if (holder == session) {
            holder = null;
        }
    }

    /** The session ends, and none is to be had until then. */
    void takenOver(long untilNanos) {
        takenUntilNanos = untilNanos;
        evict();
    }

    /** Whether a second session ends the first; else it is refused. */
    void lastComeWins(boolean wins) {
        lastComeWins = wins;
    }

    private void evict() {
        if (holder != null) {
            RealtimeSession former = holder;
            holder = null;
            former.send(RealtimeMessage.refusal(codes.code("OPSP8996")), 0);
            former.close(1000);
        }
    }

    /** A registration is a call like any: it is remembered, and faults for its TR id meet it. */
    Outcome register(RealtimeSession session, RealtimeMessage.Request asked) {
        Calls.Arrival call = calls.arrive(options.clock().instant(), "WS", session.socket().path(), asked.trId(),
                asked.trType() + " " + asked.trKey(), List.of());
        Faults.Plan plan = faults.next(call.path(), call.trId());
        Fault latency = plan.of(Fault.Sort.LATENCY);
        long wait = latency == null ? 0 : latency.ms();
        Fault fault = plan.of(Fault.Sort.REPLY);
        String code = fault == null || fault.takesTheCall() ? take(session, asked) : "";
        if (fault != null) {
            return spoiled(asked, fault, wait);
        }
        calls.answered(call, 200, code);
        if (code.equals("OPSP8996")) {
            return new Outcome(Optional.of(RealtimeMessage.refusal(codes.code(code))), wait, After.CLOSE);
        }
        return new Outcome(Optional.of(reply(session, asked, code)), wait, After.STAY);
    }

    private Outcome spoiled(RealtimeMessage.Request asked, Fault fault, long wait) {
        return switch (fault.kind()) {
            case CODE -> new Outcome(Optional.of(RealtimeMessage.reply(asked.trId(), asked.trKey(), false,
                    codes.code(fault.code()), null)), wait, After.STAY);
            case REPLY_LOST -> new Outcome(Optional.empty(), wait, After.STAY);
            case RESET_BEFORE, RESET_AFTER, CLOSE_AFTER, CLOSE_MID_REPLY, CLOSE_MID_HEADER ->
                    new Outcome(Optional.empty(), wait, After.CUT);
            default -> new Outcome(Optional.of("{\"header\":{\"tr_id\":\"" + asked.trId()), wait, After.STAY);
        };
    }

    private String reply(RealtimeSession session, RealtimeMessage.Request asked, String code) {
        RealtimeTr tr = offered.get(asked.trId());
        // Facts 11.1: the pair comes with every TR, and it is one and the same for a connection.
        boolean told = List.of("OPSP0000", "OPSP0001", "OPSP0002").contains(code);
        return RealtimeMessage.reply(asked.trId(), asked.trKey(), tr != null && tr.encrypted(), codes.code(code),
                told ? session.cipher() : null);
    }

    private String take(RealtimeSession session, RealtimeMessage.Request asked) {
        if (!approvals.good(asked.approvalKey())) {
            return "OPSP0011";
        }
        if (holder != session && lastComeWins) {
            evict();
        }
        if (holder != null && holder != session || System.nanoTime() - takenUntilNanos < 0) {
            return "OPSP8996";
        }
        RealtimeTr tr = offered.get(asked.trId());
        if (tr == null) {
            return "OPSP8991";
        }
        holder = session;
        RealtimeSession.Registration registration = new RealtimeSession.Registration(tr, asked.trKey());
        if (asked.trType().equals("2")) {
            return session.registrations().remove(registration) ? "OPSP0001" : "OPSP0003";
        }
        if (session.registrations().contains(registration)) {
            return "OPSP0002";
        }
        if (session.registrations().size() == MOST_REGISTRATIONS) {
            return "OPSP0008";
        }
        session.registrations().add(registration);
        return "OPSP0000";
    }
}
