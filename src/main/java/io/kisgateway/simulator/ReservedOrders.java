package io.kisgateway.simulator;

import io.kisgateway.runtime.KoreanTime;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** 주식예약주문: orders of a later day. They are kept, shown, changed and cancelled; none is ever sent. */
final class ReservedOrders {

    private static final int PAGE = 20;

    private final Market market;
    private final Envelope envelope;
    private final InstantSource clock;
    private final Mode mode;
    private final int most;
    private final TreeMap<Long, Reserved> orders = new TreeMap<>();
    private long last = 10_000;

    ReservedOrders(Market market, Envelope envelope, SimulatorOptions options) {
        this.market = market;
        this.envelope = envelope;
        this.clock = options.clock();
        this.mode = options.mode();
        this.most = options.maxOrders();
    }

    private record Reserved(long number, Instant at, Instant cancelledAt, Issue issue, String side, String type,
            long quantity, long price) {}

    synchronized Reply reserve(KisCall call) {
        Optional<Reply> complaint = complaint(call);
        if (complaint.isPresent()) {
            return complaint.get();
        }
        Reserved order = reserved(call, ++last);
        orders.put(order.number(), order);
        if (orders.size() > most) {
            orders.pollFirstEntry();
        }
        return done(call, new Fields().with("RSVN_ORD_SEQ", order.number()));
    }

    synchronized Reply change(KisCall call) {
        Reserved order = call.get("RSVN_ORD_SEQ").matches("[0-9]{1,15}")
                ? orders.get(Long.parseLong(call.get("RSVN_ORD_SEQ"))) : null;
        if (order == null) {
            return envelope.failure(call.trId(), Refusal.NO_SUCH_ORDER.code(mode));
        }
        if (order.cancelledAt() != null) {
            return envelope.failure(call.trId(), Refusal.NOTHING_LEFT.code(mode));
        }
        boolean cancels = call.trId().equals("CTSC0009U");
        Optional<Reply> complaint = cancels ? Optional.empty() : complaint(call);
        if (complaint.isPresent()) {
            return complaint.get();
        }
        orders.put(order.number(), cancels ? new Reserved(order.number(), order.at(), clock.instant(), order.issue(),
                order.side(), order.type(), order.quantity(), order.price()) : reserved(call, order.number()));
        return done(call, new Fields().with("nrml_prcs_yn", "Y"));
    }

    private Reserved reserved(KisCall call, long number) {
        return new Reserved(number, clock.instant(), null, market.stock(call.get("PDNO")).orElseThrow(),
                call.get("SLL_BUY_DVSN_CD"), call.get("ORD_DVSN_CD"), Long.parseLong(call.get("ORD_QTY")),
                Long.parseLong(call.get("ORD_UNPR")));
    }

    private Optional<Reply> complaint(KisCall call) {
        for (String name : List.of("ORD_QTY", "ORD_UNPR")) {
            if (!call.get(name).matches("[0-9]{1,9}")) {
                return Optional.of(envelope.invalid(call, name));
            }
        }
        return market.stock(call.get("PDNO")).isPresent() ? Optional.empty()
                : Optional.of(envelope.failure(call.trId(), Refusal.UNKNOWN_ISSUE.code(mode)));
    }

    private Reply done(KisCall call, Fields output) {
        return envelope.success(call.trId(), "APBK0013", "", new Fields().with("output", output));
    }

    synchronized Reply list(KisCall call) {
        Optional<LocalDate> from = Texts.parseDate(call.get("RSVN_ORD_ORD_DT"));
        Optional<LocalDate> to = Texts.parseDate(call.get("RSVN_ORD_END_DT"));
        if (from.isEmpty() || to.isEmpty()) {
            return envelope.invalid(call, from.isEmpty() ? "RSVN_ORD_ORD_DT" : "RSVN_ORD_END_DT");
        }
        List<Reserved> found = new ArrayList<>();
        for (Reserved order : orders.descendingMap().values()) {
            LocalDate day = KoreanTime.date(order.at());
            boolean asked = !day.isBefore(from.get()) && !day.isAfter(to.get())
                    && (call.get("PDNO").isEmpty() || call.get("PDNO").equals(order.issue().code()))
                    && (call.get("CNCL_YN").equals("Y") || order.cancelledAt() == null);
            if (asked) {
                found.add(order);
            }
        }
        Page<Reserved> page = Page.of(found, order -> Long.toString(order.number()), call, "CTX_AREA_NK200", PAGE);
        String code = page.more() ? "KIOK0500" : found.isEmpty() ? "KIOK0560" : "KIOK0510";
        return envelope.success(call.trId(), code, page.trCont(call.nextPage()), new Fields()
                .with("ctx_area_fk200", Texts.padded(call.get("CANO") + "^" + call.get("ACNT_PRDT_CD") + "^", 200))
                .with("ctx_area_nk200", Texts.padded(page.nextKey(), 200))
                .with("output", page.items().stream().map(ReservedOrders::row).toList()));
    }

    private static Fields row(Reserved order) {
        Instant cancelled = order.cancelledAt();
        return new Fields()
                .with("rsvn_ord_seq", order.number())
                .with("rsvn_ord_ord_dt", Texts.date(TradingDays.next(KoreanTime.date(order.at()))))
                .with("rsvn_ord_rcit_dt", Texts.date(KoreanTime.date(order.at())))
                .with("pdno", order.issue().code())
                .with("ord_dvsn_cd", order.type())
                .with("ord_rsvn_qty", order.quantity())
                .with("cncl_ord_dt", cancelled == null ? "" : Texts.date(KoreanTime.date(cancelled)))
                .with("rsvn_ord_rcit_tmd", Texts.time(order.at()))
                .with("kor_item_shtn_name", order.issue().name())
                .with("sll_buy_dvsn_cd", order.side())
                .with("ord_rsvn_unpr", order.price())
                .with("cncl_rcit_tmd", cancelled == null ? "" : Texts.time(cancelled))
                .with("prcs_rslt", cancelled == null ? "미처리" : "취소")
                .with("ord_dvsn_name", OrderType.of(order.type(), Mode.REAL).map(OrderType::title).orElse(""))
                .with("tmnl_mdia_kind_cd", "31")
                .same("0", "tot_ccld_qty", "tot_ccld_amt")
                .same("", "ord_tmd", "ctac_tlno", "rjct_rson2", "odno", "loan_dt", "rsvn_end_dt");
    }

    synchronized int size() {
        return (int) orders.values().stream().filter(order -> order.cancelledAt() == null).count();
    }

    synchronized void reset() {
        orders.clear();
    }
}
