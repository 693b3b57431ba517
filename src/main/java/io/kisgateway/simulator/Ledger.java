package io.kisgateway.simulator;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** What the account ledger answers about cash and positions: balance, what can be bought and sold (facts 3.11, 3.12). */
final class Ledger {

    private final Market market;
    private final OrderBook book;
    private final Envelope envelope;
    private final LedgerReplies replies;
    private final Mode mode;
    private final InstantSource clock;

    Ledger(Market market, OrderBook book, Envelope envelope, SimulatorOptions options) {
        this.market = market;
        this.book = book;
        this.envelope = envelope;
        this.replies = new LedgerReplies(envelope, options.mode());
        this.mode = options.mode();
        this.clock = options.clock();
    }

    Reply balance(KisCall call) {
        return book.read(account -> balance(call, account));
    }

    private Reply balance(KisCall call, Account account) {
        List<Account.Position> positions = List.copyOf(account.positions());
        Page<Account.Position> page = Page.of(positions, position -> position.code, call, "CTX_AREA_NK100",
                mode == Mode.REAL ? 50 : 20);
        List<Fields> rows = page.items().stream().map(this::balanceRow).toList();
        String context = String.join("^", call.get("CANO"), call.get("ACNT_PRDT_CD"), call.get("AFHR_FLPR_YN"),
                call.get("UNPR_DVSN"), call.get("FUND_STTL_ICLD_YN"), "");
        return replies.answer(call, page, LedgerReplies.outputs(page, context, "output1", rows)
                .with("output2", List.of(balanceSummary(account, positions))));
    }

    private Fields balanceRow(Account.Position position) {
        Issue issue = market.stock(position.code).orElseThrow();
        Market.Quote quote = market.quote(issue, clock.instant());
        long price = quote.price();
        long value = price * position.quantity;
        long profit = value - position.cost;
        return new Fields()
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
                .with("fltt_rt", Texts.ratio(quote.change(), quote.base(), 100, 8))
                .with("bfdy_cprs_icdc", quote.change())
                .with("item_mgna_rt_name", issue.marginRate() + "%")
                .with("grta_rt_name", issue.marginRate() == 100 ? "" : "서울")
                .with("sbst_pric", price / 100 * 76)
                .same("", "loan_dt", "expd_dt")
                .same("0", "loan_amt", "stln_slng_chgs")
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
        return new Fields()
                .with("dnca_tot_amt", account.deposit())
                .with("nxdy_excc_amt", account.depositNextDay())
                .with("prvs_rcdl_excc_amt", account.depositSettled())
                .with("bfdy_buy_amt", account.boughtYesterday())
                .with("thdt_buy_amt", account.boughtToday())
                .with("bfdy_sll_amt", account.soldYesterday())
                .with("thdt_sll_amt", account.soldToday())
                .with("scts_evlu_amt", value)
                .with("tot_evlu_amt", total)
                .with("nass_amt", total)
                .with("fncg_gld_auto_rdpt_yn", "")
                .with("pchs_amt_smtl_amt", cost)
                .with("evlu_amt_smtl_amt", value)
                .with("evlu_pfls_smtl_amt", value - cost)
                .with("bfdy_tot_asst_evlu_amt", total)
                .same("0", "cma_evlu_amt", "nxdy_auto_rdpt_amt", "d2_auto_rdpt_amt", "bfdy_tlex_amt", "thdt_tlex_amt",
                        "tot_loan_amt", "tot_stln_slng_chgs", "asst_icdc_amt")
                .with("asst_icdc_erng_rt", "0.00000000");
    }

    Reply buyable(KisCall call) {
        Optional<OrderType> type = OrderType.of(call.get("ORD_DVSN"), mode);
        String asked = call.get("ORD_UNPR");
        if (type.isEmpty() || !asked.matches("[0-9]{0,9}")) {
            return envelope.invalid(call, type.isEmpty() ? "ORD_DVSN" : "ORD_UNPR");
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
        return envelope.success(call.trId(), replies.done(), "", new Fields().with("output", new Fields()
                .with("ord_psbl_cash", cash)
                .with("psbl_qty_calc_unpr", price)
                .with("nrcvb_buy_amt", cash)
                .with("nrcvb_buy_qty", quantity)
                .with("max_buy_amt", cash)
                .with("max_buy_qty", quantity)
                .same("0", "ord_psbl_sbst", "ruse_psbl_amt", "fund_rpch_chgs", "cma_evlu_amt", "ovrs_re_use_amt_wcrc",
                        "ord_psbl_frcr_amt_wcrc")));
    }

    Reply sellable(KisCall call) {
        Optional<Issue> issue = market.stock(call.get("PDNO"));
        if (issue.isEmpty()) {
            return envelope.failure(call.trId(), Refusal.UNKNOWN_ISSUE.code(mode));
        }
        return book.read(account -> {
            Account.Position position = Optional.ofNullable(account.position(issue.get().code()))
                    .orElseGet(() -> new Account.Position(issue.get().code(), 0, 0));
            return envelope.success(call.trId(), replies.done(), "",
                    new Fields().with("output", sellableOutput(issue.get(), position)));
        });
    }

    private Fields sellableOutput(Issue issue, Account.Position position) {
        Instant now = clock.instant();
        long price = market.quote(issue, now).price();
        long value = price * position.quantity;
        return new Fields()
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
}
