package io.kisgateway.simulator;

import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What the account ledger answers: balance, orders of the day, what can be bought, sold, amended (facts 3.11-3.13). */
final class Ledger {

    private final Market market;
    private final OrderBook book;
    private final Envelope envelope;
    private final Mode mode;
    private final InstantSource clock;

    Ledger(Market market, OrderBook book, Envelope envelope, SimulatorOptions options) {
        this.market = market;
        this.book = book;
        this.envelope = envelope;
        this.mode = options.mode();
        this.clock = options.clock();
    }

    Reply balance(KisCall call) {
        return book.read(account -> balance(call, account));
    }

    private Reply balance(KisCall call, Account account) {
        List<Account.Position> positions = List.copyOf(account.positions());
        Page<Account.Position> page = Page.of(positions, position -> position.code, call, mode == Mode.REAL ? 50 : 20);
        List<Fields> rows = page.items().stream().map(this::balanceRow).toList();
        String context = String.join("^", call.get("CANO"), call.get("ACNT_PRDT_CD"), call.get("AFHR_FLPR_YN"),
                call.get("UNPR_DVSN"), call.get("FUND_STTL_ICLD_YN"), "");
        return answer(call, page, outputs(page, context, "output1", rows)
                .with("output2", List.of(balanceSummary(account, positions))));
    }

    private Fields balanceRow(Account.Position position) {
        Issue issue = market.stock(position.code).orElseThrow();
        Market.Quote quote = market.quote(issue, clock.instant());
        long price = quote.price();
        long value = price * position.quantity;
        long profit = value - position.cost;
        return new Fields(26)
                .with("pdno", position.code)
                .with("prdt_name", issue.name())
                .with("trad_dvsn_name", "현금")
                .with("bfdy_buy_qty", position.boughtYesterday)
                .with("bfdy_sll_qty", position.soldYesterday)
                .with("thdt_buyqty", position.boughtToday)
                .with("thdt_sll_qty", position.soldToday)
                .with("hldg_qty", position.quantity)
                .with("ord_psbl_qty", book.sellable(position.code))
                .with("pchs_avg_pric", position.averagePrice())
                .with("pchs_amt", position.cost)
                .with("prpr", price)
                .with("evlu_amt", value)
                .with("evlu_pfls_amt", profit)
                .with("evlu_pfls_rt", Texts.percent(profit, position.cost))
                .with("evlu_erng_rt", "0.00000000")
                .with("loan_dt", "")
                .with("loan_amt", "0")
                .with("stln_slng_chgs", "0")
                .with("expd_dt", "")
                .with("fltt_rt", Texts.ratio(quote.change(), quote.base(), 100, 8))
                .with("bfdy_cprs_icdc", quote.change())
                .with("item_mgna_rt_name", issue.marginRate() + "%")
                .with("grta_rt_name", issue.marginRate() == 100 ? "" : "서울")
                .with("sbst_pric", price / 100 * 76)
                .with("stck_loan_unpr", "0.0000");
    }

    private Fields balanceSummary(Account account, List<Account.Position> positions) {
        long value = 0;
        long cost = 0;
        for (Account.Position position : positions) {
            Issue issue = market.stock(position.code).orElseThrow();
            value += market.quote(issue, clock.instant()).price() * position.quantity;
            cost += position.cost;
        }
        long total = account.depositSettled() + value;
        return new Fields(24)
                .with("dnca_tot_amt", account.deposit())
                .with("nxdy_excc_amt", account.depositNextDay())
                .with("prvs_rcdl_excc_amt", account.depositSettled())
                .with("cma_evlu_amt", "0")
                .with("bfdy_buy_amt", account.boughtYesterday())
                .with("thdt_buy_amt", account.boughtToday())
                .with("nxdy_auto_rdpt_amt", "0")
                .with("bfdy_sll_amt", account.soldYesterday())
                .with("thdt_sll_amt", account.soldToday())
                .with("d2_auto_rdpt_amt", "0")
                .with("bfdy_tlex_amt", "0")
                .with("thdt_tlex_amt", "0")
                .with("tot_loan_amt", "0")
                .with("scts_evlu_amt", value)
                .with("tot_evlu_amt", total)
                .with("nass_amt", total)
                .with("fncg_gld_auto_rdpt_yn", "")
                .with("pchs_amt_smtl_amt", cost)
                .with("evlu_amt_smtl_amt", value)
                .with("evlu_pfls_smtl_amt", value - cost)
                .with("tot_stln_slng_chgs", "0")
                .with("bfdy_tot_asst_evlu_amt", total)
                .with("asst_icdc_amt", "0")
                .with("asst_icdc_erng_rt", "0.00000000");
    }

    Reply dailyOrders(KisCall call) {
        Optional<LocalDate> from = Texts.parseDate(call.get("INQR_STRT_DT"));
        Optional<LocalDate> to = Texts.parseDate(call.get("INQR_END_DT"));
        if (from.isEmpty() || to.isEmpty() || from.get().isAfter(to.get())) {
            return envelope.failure(call.trId(), "OPSQ2001",
                    "ERROR : INPUT INVALID_CHECK_" + (from.isEmpty() ? "INQR_STRT_DT" : "INQR_END_DT"));
        }
        // Facts 3.0: the C…9215R ids look at what is older than three months, the others at what is not.
        LocalDate divide = Texts.seoulDate(clock.instant()).minusMonths(3);
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
                mode == Mode.REAL ? 100 : 15);
        List<Fields> rows = page.items().stream().map(this::orderRow).toList();
        String context = String.join("^", call.get("CANO"), call.get("ACNT_PRDT_CD"), call.get("INQR_STRT_DT"),
                call.get("INQR_END_DT"), call.get("SLL_BUY_DVSN_CD"), call.get("PDNO"), call.get("CCLD_DVSN"), "");
        return answer(call, page, outputs(page, context, "output1", rows).with("output2", orderTotals(found)));
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
        Order.Ticket ticket = entry.ticket;
        boolean cancellation = entry.kind == Order.Kind.CANCEL;
        return new Fields(36)
                .with("ord_dt", Texts.date(entry.date()))
                .with("ord_gno_brno", Trading.organization(mode))
                .with("odno", entry.orderNo)
                .with("orgn_odno", entry.originalOrderNo)
                .with("ord_dvsn_name", ticket.type().title())
                .with("sll_buy_dvsn_cd", entry.buy() ? "02" : "01")
                .with("sll_buy_dvsn_cd_name", sideName(entry))
                .with("pdno", ticket.issue().code())
                .with("prdt_name", ticket.issue().name())
                .with("ord_qty", ticket.quantity())
                .with("ord_unpr", ticket.price())
                .with("ord_tmd", Texts.time(entry.time))
                .with("tot_ccld_qty", entry.filled)
                .with("avg_prvs", Texts.ratio(entry.amount, entry.filled, 1, 0))
                .with("cncl_yn", cancellation || entry.state == Order.State.CANCELLED)
                .with("tot_ccld_amt", entry.amount)
                .with("loan_dt", "")
                .with("ordr_empno", "OpnAPI")
                .with("ord_dvsn_cd", ticket.type().code())
                .with("cncl_cfrm_qty", entry.cancelled)
                .with("rmn_qty", entry.remaining())
                .with("rjct_qty", entry.rejected)
                .with("ccld_cndt_name", "없음")
                .with("inqr_ip_addr", "")
                .with("cpbc_ordp_ord_rcit_dvsn_cd", "")
                .with("cpbc_ordp_infm_mthd_dvsn_cd", "")
                .with("infm_tmd", "")
                .with("ctac_tlno", "")
                .with("prdt_type_cd", "300")
                .with("excg_dvsn_cd", ticket.exchange().equals("NXT") ? "03" : "02")
                .with("cpbc_ordp_mtrl_dvsn_cd", "")
                .with("ord_orgno", "")
                .with("rsvn_ord_end_dt", "")
                .with("excg_id_dvsn_cd", ticket.exchange())
                .with("stpm_cndt_pric", "0")
                .with("stpm_efct_occr_dtmd", "");
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
        return new Fields(5)
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
        Page<Order.Entry> page = Page.of(open, entry -> entry.orderNo, call, 50);
        List<Fields> rows = page.items().stream().map(this::amendableRow).toList();
        String context = String.join("^", call.get("CANO"), call.get("ACNT_PRDT_CD"), "");
        return answer(call, page, outputs(page, context, "output", rows));
    }

    private Fields amendableRow(Order.Entry entry) {
        Order.Ticket ticket = entry.ticket;
        return new Fields(21)
                .with("ord_gno_brno", Trading.organization(mode))
                .with("odno", entry.orderNo)
                .with("orgn_odno", entry.originalOrderNo)
                .with("ord_dvsn_name", ticket.type().title())
                .with("pdno", ticket.issue().code())
                .with("prdt_name", ticket.issue().name())
                .with("rvse_cncl_dvsn_name", entry.kind == Order.Kind.AMEND ? "정정" : "")
                .with("ord_qty", ticket.quantity())
                .with("ord_unpr", ticket.price())
                .with("ord_tmd", Texts.time(entry.time))
                .with("tot_ccld_qty", entry.filled)
                .with("tot_ccld_amt", entry.amount)
                .with("psbl_qty", entry.remaining())
                .with("sll_buy_dvsn_cd", entry.buy() ? "02" : "01")
                .with("ord_dvsn_cd", ticket.type().code())
                .with("mgco_aptm_odno", "")
                .with("excg_dvsn_cd", ticket.exchange().equals("NXT") ? "03" : "02")
                .with("excg_id_dvsn_cd", ticket.exchange())
                .with("excg_id_dvsn_name", ticket.exchange())
                .with("stpm_cndt_pric", "0")
                .with("stpm_efct_occr_yn", "N");
    }

    Reply buyable(KisCall call) {
        Optional<OrderType> type = OrderType.of(call.get("ORD_DVSN"), mode);
        String asked = call.get("ORD_UNPR");
        if (type.isEmpty() || !asked.matches("[0-9]{0,9}")) {
            return envelope.failure(call.trId(), "OPSQ2001",
                    "ERROR : INPUT INVALID_CHECK_" + (type.isEmpty() ? "ORD_DVSN" : "ORD_UNPR"));
        }
        String code = call.get("PDNO");
        Optional<Issue> issue = market.stock(code);
        if (issue.isEmpty() && !code.isEmpty()) {
            return envelope.failure(call.trId(), Refusal.UNKNOWN_ISSUE.code(mode));
        }
        // Facts 3.12: without issue or price the amounts alone are answered.
        long price = issue.isEmpty() || asked.isEmpty() && type.get().priced() ? 0
                : type.get().priced() ? Long.parseLong(asked)
                : market.quote(issue.get(), clock.instant()).upperLimit();
        long cash = book.orderableCash();
        long quantity = price == 0 ? 0 : cash / price;
        return envelope.success(call.trId(), done(), "", new Fields(4).with("output", new Fields(12)
                .with("ord_psbl_cash", cash)
                .with("ord_psbl_sbst", "0")
                .with("ruse_psbl_amt", "0")
                .with("fund_rpch_chgs", "0")
                .with("psbl_qty_calc_unpr", price)
                .with("nrcvb_buy_amt", cash)
                .with("nrcvb_buy_qty", quantity)
                .with("max_buy_amt", cash)
                .with("max_buy_qty", quantity)
                .with("cma_evlu_amt", "0")
                .with("ovrs_re_use_amt_wcrc", "0")
                .with("ord_psbl_frcr_amt_wcrc", "0")));
    }

    Reply sellable(KisCall call) {
        Optional<Issue> issue = market.stock(call.get("PDNO"));
        if (issue.isEmpty()) {
            return envelope.failure(call.trId(), Refusal.UNKNOWN_ISSUE.code(mode));
        }
        return book.read(account -> {
            Account.Position position = Optional.ofNullable(account.position(issue.get().code()))
                    .orElseGet(() -> new Account.Position(issue.get().code(), 0, 0));
            return envelope.success(call.trId(), done(), "",
                    new Fields(4).with("output", sellableOutput(issue.get(), position)));
        });
    }

    private Fields sellableOutput(Issue issue, Account.Position position) {
        Instant now = clock.instant();
        long price = market.quote(issue, now).price();
        long value = price * position.quantity;
        return new Fields(13)
                .with("pdno", issue.code())
                .with("prdt_name", issue.name())
                .with("buy_qty", position.boughtToday)
                .with("sll_qty", position.soldToday)
                .with("cblc_qty", position.quantity)
                .with("nsvg_qty", "0")
                .with("ord_psbl_qty", book.sellable(issue.code()))
                .with("pchs_avg_pric", position.averagePrice())
                .with("pchs_amt", position.cost)
                .with("now_pric", price)
                .with("evlu_amt", value)
                .with("evlu_pfls_amt", value - position.cost)
                .with("evlu_pfls_rt", Texts.percent(value - position.cost, position.cost));
    }

    private String done() {
        return mode == Mode.REAL ? "KIOK0510" : "20310000";
    }

    private static Fields outputs(Page<?> page, String context, String rowsName, List<Fields> rows) {
        return new Fields(8)
                .with("ctx_area_fk100", Texts.padded(context, 100))
                .with("ctx_area_nk100", Texts.padded(page.nextKey(), 100))
                .with(rowsName, rows);
    }

    private Reply answer(KisCall call, Page<?> page, Fields outputs) {
        String code = page.more() ? "KIOK0500" : page.items().isEmpty() ? nothing() : done();
        return envelope.success(call.trId(), code, page.trCont(call.nextPage()), outputs);
    }

    private String nothing() {
        return mode == Mode.REAL ? "KIOK0560" : "70070000";
    }

    /** A slice of a list. The key that leads on is that of the slice's last item. */
    record Page<T>(List<T> items, boolean more, String nextKey) {

        static <T> Page<T> of(List<T> all, Function<T, String> key, KisCall call, int size) {
            int from = 0;
            String after = call.get("CTX_AREA_NK100");
            if (call.nextPage() && !after.isEmpty()) {
                while (from < all.size() && !key.apply(all.get(from)).equals(after)) {
                    from++;
                }
                from = Math.min(from + 1, all.size());
            }
            int to = Math.min(from + size, all.size());
            List<T> items = all.subList(from, to);
            boolean more = to < all.size();
            return new Page<>(items, more, more ? key.apply(items.get(items.size() - 1)) : "");
        }

        /** Facts 1.3: F and M have more to come, D and E are the end. */
        String trCont(boolean continued) {
            if (more) {
                return continued ? "M" : "F";
            }
            return continued ? "E" : "D";
        }
    }
}
