package io.kisgateway.simulator;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Replies for operations nobody plays: well-formed, of no meaning, and saying so. What looks like an order is kept. */
public final class Stubs {

    private static final String SAYS_SO = "시뮬레이터의 견본 응답입니다 (simulator stub)";

    private final Envelope envelope;
    private final Mode mode;
    private final InstantSource clock;
    private final OrderBook book;
    private final int most;
    private final Deque<Taken> taken = new ArrayDeque<>();

    Stubs(Envelope envelope, OrderBook book, SimulatorOptions options) {
        this.envelope = envelope;
        this.mode = options.mode();
        this.clock = options.clock();
        this.book = book;
        this.most = options.maxOrders();
    }

    /** A request that KIS would have taken for an order; {@code number} is what it was answered with. */
    public record Taken(String trId, String path, String number) {}

    Reply answer(KisCall call, String path, boolean post) {
        return post ? order(call, path) : query(call);
    }

    private Reply query(KisCall call) {
        Fields outputs = new Fields(8);
        for (String area : List.of("100", "200")) {
            if (call.params().containsKey("CTX_AREA_FK" + area)) {
                outputs.with("ctx_area_fk" + area, Texts.padded("", Integer.parseInt(area)))
                        .with("ctx_area_nk" + area, Texts.padded("", Integer.parseInt(area)));
            }
        }
        List<Fields> rows = List.of(new Fields(2).with("stub", "Y").with("tr_id", call.trId()));
        return stub(call, mode == Mode.REAL ? "MCA00000" : "20310000",
                outputs.with("output", rows).with("output1", rows).with("output2", rows));
    }

    private Reply order(KisCall call, String path) {
        Instant now = clock.instant();
        String number = book.nextNumber();
        remember(new Taken(call.trId(), path, number));
        Fields output = new Fields(8).with("stub", "Y");
        if (path.contains("order-resv")) {
            output.with("OVRS_RSVN_ODNO", number).with("ODNO", number).with("RSVN_ORD_RCIT_DT",
                    Texts.date(Texts.seoulDate(now)));
        } else if (path.contains("overseas-futureoption")) {
            output.with("ORD_DT", Texts.date(Texts.seoulDate(now))).with("ODNO", number.substring(2));
        } else {
            output.with("KRX_FWDG_ORD_ORGNO", Trading.organization(mode)).with("ODNO", number)
                    .with("ORD_TMD", Texts.time(now));
        }
        return stub(call, mode == Mode.REAL ? "APBK0013" : "40600000", new Fields(4).with("output", output));
    }

    private Reply stub(KisCall call, String code, Fields outputs) {
        return envelope.success(call.trId(), code, "", SAYS_SO, outputs);
    }

    private synchronized void remember(Taken order) {
        taken.addLast(order);
        if (taken.size() > most) {
            taken.removeFirst();
        }
    }

    /** What was answered like an order, oldest first. */
    public synchronized List<Taken> taken() {
        return List.copyOf(taken);
    }

    synchronized void reset() {
        taken.clear();
    }
}
