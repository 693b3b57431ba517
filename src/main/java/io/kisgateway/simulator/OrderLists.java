package io.kisgateway.simulator;

import io.kisgateway.runtime.KoreanTime;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** What the account ledger answers about orders: those of a stretch of days, and those that can be amended (facts 3.13). */
final class OrderLists {

    private final OrderBook book;
    private final Envelope envelope;
    private final LedgerReplies replies;
    private final Mode mode;
    private final InstantSource clock;

    OrderLists(OrderBook book, Envelope envelope, SimulatorOptions options) {
        this.book = book;
        this.envelope = envelope;
        this.replies = new LedgerReplies(envelope, options.mode());
        this.mode = options.mode();
        this.clock = options.clock();
    }

    Reply dailyOrders(KisCall call) {
        Optional<LocalDate> from = Texts.parseDate(call.get("INQR_STRT_DT"));
        Optional<LocalDate> to = Texts.parseDate(call.get("INQR_END_DT"));
        if (from.isEmpty() || to.isEmpty() || from.get().isAfter(to.get())) {
            return envelope.invalid(call, from.isEmpty() ? "INQR_STRT_DT" : "INQR_END_DT");
        }
        // Facts 3.0: the C…9215R ids look at what is older than three months, the others at what is not.
        LocalDate divide = KoreanTime.date(clock.instant()).minusMonths(3);
        boolean old = call.trId().startsWith("CTSC") || call.trId().startsWith("VTSC");
        List<Order.Entry> found = new ArrayList<>(book.listed(from.get(), to.get(),
                call.circumstances().lag()).stream()
                .filter(entry -> entry.date().isBefore(divide) == old)
                .filter(entry -> matches(entry, call))
                .toList());
        if (!call.get("INQR_DVSN").equals("01")) {
            Collections.reverse(found);
        }
        Page<Order.Entry> page = Page.of(found, entry -> Texts.date(entry.date()) + entry.orderNo, call,
                "CTX_AREA_NK100", mode == Mode.REAL ? 100 : 15);
        List<Fields> rows = page.items().stream().map(this::orderRow).toList();
        String context = String.join("^", call.get("CANO"), call.get("ACNT_PRDT_CD"), call.get("INQR_STRT_DT"),
                call.get("INQR_END_DT"), call.get("SLL_BUY_DVSN_CD"), call.get("PDNO"), call.get("CCLD_DVSN"), "");
        return replies.answer(call, page, LedgerReplies.outputs(page, context, "output1", rows).with("output2", orderTotals(found)));
    }

    private static boolean matches(Order.Entry entry, KisCall call) {
        boolean side = switch (call.get("SLL_BUY_DVSN_CD")) {
            case "01" -> !entry.buy();
            case "02" -> entry.buy();
            default -> true;
        };
        boolean filled = switch (call.get("CCLD_DVSN")) {
            case "01" -> entry.filled > 0;
            case "02" -> entry.remaining() > 0;
            default -> true;
        };
        String exchange = call.get("EXCG_ID_DVSN_CD");
        return side && filled
                && (call.get("PDNO").isEmpty() || call.get("PDNO").equals(entry.ticket.issue().code()))
                && (call.get("ODNO").isEmpty() || call.get("ODNO").equals(entry.orderNo))
                && (exchange.isEmpty() || exchange.equals("ALL") || exchange.equals(entry.ticket.exchange()));
    }

    private Fields orderRow(Order.Entry entry) {
        boolean cancellation = entry.kind == Order.Kind.CANCEL;
        return row(entry)
                .with("ord_dt", Texts.date(entry.date()))
                .with("sll_buy_dvsn_cd_name", sideName(entry))
                .with("avg_prvs", Texts.ratio(entry.amount, entry.filled, 1, 0))
                .with("cncl_yn", cancellation || entry.state == Order.State.CANCELLED)
                .with("ordr_empno", "OpnAPI")
                .with("cncl_cfrm_qty", entry.cancelled)
                .with("rmn_qty", entry.remaining())
                .with("rjct_qty", entry.rejected)
                .with("ccld_cndt_name", "없음")
                .with("prdt_type_cd", "300")
                .same("", "loan_dt", "inqr_ip_addr", "cpbc_ordp_ord_rcit_dvsn_cd", "cpbc_ordp_infm_mthd_dvsn_cd", "infm_tmd",
                        "ctac_tlno", "cpbc_ordp_mtrl_dvsn_cd", "ord_orgno", "rsvn_ord_end_dt", "stpm_efct_occr_dtmd");
    }

    /** What both lists say of an order. */
    private Fields row(Order.Entry entry) {
        Order.Ticket ticket = entry.ticket;
        return new Fields()
                .with("ord_gno_brno", Trading.organization(mode))
                .with("odno", entry.orderNo)
                .with("orgn_odno", entry.originalOrderNo)
                .with("ord_dvsn_name", ticket.type().title())
                .with("sll_buy_dvsn_cd", entry.buy() ? "02" : "01")
                .with("pdno", ticket.issue().code())
                .with("prdt_name", ticket.issue().name())
                .with("ord_qty", ticket.quantity())
                .with("ord_unpr", ticket.price())
                .with("ord_tmd", Texts.time(entry.time))
                .with("tot_ccld_qty", entry.filled)
                .with("tot_ccld_amt", entry.amount)
                .with("ord_dvsn_cd", ticket.type().code())
                .with("excg_dvsn_cd", ticket.exchange().equals("NXT") ? "03" : "02")
                .with("excg_id_dvsn_cd", ticket.exchange())
                .with("stpm_cndt_pric", "0");
    }

    private static String sideName(Order.Entry entry) {
        String side = entry.buy() ? "매수" : "매도";
        return switch (entry.kind) {
            case NEW -> "현금" + side;
            case AMEND -> side + "정정";
            case CANCEL -> side + "취소";
        };
    }

    private static Fields orderTotals(List<Order.Entry> orders) {
        long ordered = 0;
        long filled = 0;
        long amount = 0;
        for (Order.Entry entry : orders) {
            ordered += entry.ticket.quantity();
            filled += entry.filled;
            amount += entry.amount;
        }
        return new Fields()
                .with("tot_ord_qty", ordered)
                .with("tot_ccld_qty", filled)
                .with("tot_ccld_amt", amount)
                .with("prsm_tlex_smtl", "0")
                .with("pchs_avg_pric", Texts.ratio(amount, filled, 1, 4));
    }

    Reply amendable(KisCall call) {
        List<Order.Entry> open = new ArrayList<>(book.openOrders());
        // INQR_DVSN_2: 0 all, 1 sell, 2 buy.
        open.removeIf(entry -> call.get("INQR_DVSN_2").equals("1") && entry.buy());
        open.removeIf(entry -> call.get("INQR_DVSN_2").equals("2") && !entry.buy());
        Collections.reverse(open);
        Page<Order.Entry> page = Page.of(open, entry -> entry.orderNo, call, "CTX_AREA_NK100", 50);
        List<Fields> rows = page.items().stream().map(this::amendableRow).toList();
        String context = String.join("^", call.get("CANO"), call.get("ACNT_PRDT_CD"), "");
        return replies.answer(call, page, LedgerReplies.outputs(page, context, "output", rows));
    }

    private Fields amendableRow(Order.Entry entry) {
        return row(entry)
                .with("rvse_cncl_dvsn_name", entry.kind == Order.Kind.AMEND ? "정정" : "")
                .with("psbl_qty", entry.remaining())
                .with("mgco_aptm_odno", "")
                .with("excg_id_dvsn_name", entry.ticket.exchange())
                .with("stpm_efct_occr_yn", "N");
    }
}
