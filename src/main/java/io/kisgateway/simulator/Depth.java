package io.kisgateway.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The order book and the last trades of a stock: inquire-asking-price-exp-ccn and inquire-ccnl. */
final class Depth {

    private static final int LEVELS = 10;
    private static final int TRADES = 30;

    private final Market market;
    private final Quoting quoting;
    private final Noise crowd;

    Depth(Quoting quoting, SimulatorOptions options) {
        this.market = quoting.market();
        this.quoting = quoting;
        this.crowd = new Noise(options.seed()).of(-2);
    }

    Reply askingPrice(KisCall call) {
        return quoting.quoted(call, issue -> quoting.done(call, new Fields()
                .with("output1", issue.map(known -> levels(quoting.quote(known))).orElseGet(() -> new Fields()))
                .with("output2", issue.map(known -> expected(quoting.quote(known))).orElseGet(() -> new Fields()))));
    }

    Fields levels(Market.Quote quote) {
        Issue issue = quote.issue();
        Instant now = quoting.clock().instant();
        Fields out = new Fields().with("aspr_acpt_hour", Texts.time(now));
        long[] asks = new long[LEVELS];
        long[] bids = new long[LEVELS];
        long ask = quote.price();
        long bid = quote.price();
        for (int i = 0; i < LEVELS; i++) {
            ask += issue.tick(ask);
            asks[i] = ask <= quote.upperLimit() ? ask : 0;
            bids[i] = bid >= quote.lowerLimit() ? bid : 0;
            bid -= issue.tick(Math.max(1, bid - 1));
        }
        for (int i = 0; i < LEVELS; i++) {
            out.with("askp" + (i + 1), asks[i]);
        }
        for (int i = 0; i < LEVELS; i++) {
            out.with("bidp" + (i + 1), bids[i]);
        }
        long askTotal = quantities(out, "askp_rsqn", asks, issue, now);
        long bidTotal = quantities(out, "bidp_rsqn", bids, issue, now);
        return out.with("total_askp_rsqn", askTotal)
                .with("total_bidp_rsqn", bidTotal)
                .with("ntby_aspr_rsqn", bidTotal - askTotal)
                .same("0", "total_askp_rsqn_icdc", "total_bidp_rsqn_icdc", "ovtm_total_askp_icdc", "ovtm_total_bidp_icdc",
                        "ovtm_total_askp_rsqn", "ovtm_total_bidp_rsqn")
                .with("new_mkop_cls_code", "00");
    }

    private long quantities(Fields out, String name, long[] prices, Issue issue, Instant now) {
        long total = 0;
        for (int i = 0; i < LEVELS; i++) {
            long usual = Math.max(1, issue.volume() / 2_000);
            long quantity = prices[i] == 0 ? 0 : usual + usual
                    * crowd.wave(now.getEpochSecond() + prices[i] + issue.code().hashCode(), 5, 800_000) / Noise.MILLION;
            out.with(name + (i + 1), quantity);
            total += quantity;
        }
        for (int i = 0; i < LEVELS; i++) {
            out.with(name + "_icdc" + (i + 1), "0");
        }
        return total;
    }

    static Fields expected(Market.Quote quote) {
        Bar today = quote.today();
        return new Fields()
                .with("antc_mkop_cls_code", "112")
                .with("stck_prpr", quote.price())
                .with("stck_oprc", today.open())
                .with("stck_hgpr", today.high())
                .with("stck_lwpr", today.low())
                .with("stck_sdpr", quote.base())
                .with("antc_cnpr", quote.price())
                .with("antc_cntg_vrss_sign", quote.sign())
                .with("antc_cntg_vrss", quote.change())
                .with("antc_cntg_prdy_ctrt", Texts.percent(quote.change(), quote.base()))
                .with("antc_vol", "0")
                .with("stck_shrn_iscd", quote.issue().code())
                .with("vi_cls_code", "N");
    }

    Reply trades(KisCall call) {
        return quoting.quoted(call, issue -> quoting.done(call, new Fields()
                .with("output", issue.map(this::tradeRows).orElse(List.of()))));
    }

    private List<Fields> tradeRows(Issue issue) {
        Market.Quote quote = quoting.quote(issue);
        Instant now = quoting.clock().instant();
        Session session = Session.at(now, market.marketHours());
        List<Fields> rows = new ArrayList<>();
        Instant at = now.isBefore(session.end()) ? now : session.end();
        for (; rows.size() < TRADES && !at.isBefore(session.start()); at = at.minus(Duration.ofSeconds(3))) {
            long price = rows.isEmpty() ? quote.price() : market.priceAt(issue, session, at);
            long change = price - quote.base();
            rows.add(new Fields()
                    .with("stck_cntg_hour", Texts.time(at))
                    .with("stck_prpr", price)
                    .with("prdy_vrss", change)
                    .with("prdy_vrss_sign", Market.sign(price, quote.base(), quote.upperLimit(), quote.lowerLimit()))
                    .with("cntg_vol", 1 + Math.abs(crowd.wave(at.getEpochSecond(), 1, 500)))
                    .with("tday_rltv", "100.00")
                    .with("prdy_ctrt", Texts.percent(change, quote.base())));
        }
        return rows;
    }
}
