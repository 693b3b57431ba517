package io.kisgateway.simulator;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Index quotations (facts 3.2, 3.5). Values have two decimals, made from whole hundredths. */
final class IndexQuotations {

    private static final int CHART_ROWS = 50;

    private final Quoting quoting;

    IndexQuotations(Quoting quoting) {
        this.quoting = quoting;
    }

    private Reply quoted(KisCall call, Function<Issue, Reply> answer) {
        if (!call.get("FID_COND_MRKT_DIV_CODE").equals("U")) {
            return quoting.envelope().failure(call.trId(), "OPSQ2001");
        }
        return quoting.market().index(call.get("FID_INPUT_ISCD")).map(answer).orElseGet(() -> quoting.invalid(call, "INPUT_ISCD"));
    }

    Reply price(KisCall call) {
        return quoted(call, index -> quoting.done(call,
                new Fields().with("output", output(index))));
    }

    private Fields output(Issue index) {
        Instant now = quoting.clock().instant();
        Market.Quote quote = quoting.market().quote(index, now);
        Bar bar = quote.today();
        Ranges ranges = quoting.market().ranges(index, now);
        Ranges.Range year = Ranges.Range.with(ranges.year(), bar);
        Bar highest = year.highest();
        Bar lowest = year.lowest();
        Bar before = Optional.ofNullable(ranges.before()).orElse(bar);
        long issues = index.shares();
        long up = issues * (50 + Long.signum(quote.change()) * 15) / 100;
        long flat = issues * 7 / 100;
        Fields out = new Fields()
                .with("bstp_nmix_prpr", value(quote.price()))
                .with("bstp_nmix_prdy_vrss", value(quote.change()))
                .with("prdy_vrss_sign", quote.sign())
                .with("bstp_nmix_prdy_ctrt", Texts.percent(quote.change(), quote.base()))
                .with("acml_vol", bar.volume())
                .with("prdy_vol", before.volume())
                .with("acml_tr_pbmn", turnover(bar))
                .with("prdy_tr_pbmn", turnover(before));
        against(out, quote, bar.open(), "bstp_nmix_oprc", "prdy_nmix_vrss_nmix_oprc", "oprc_vrss_prpr_sign",
                "bstp_nmix_oprc_prdy_ctrt");
        against(out, quote, bar.high(), "bstp_nmix_hgpr", "prdy_nmix_vrss_nmix_hgpr", "hgpr_vrss_prpr_sign",
                "bstp_nmix_hgpr_prdy_ctrt");
        against(out, quote, bar.low(), "bstp_nmix_lwpr", "prdy_clpr_vrss_lwpr", "lwpr_vrss_prpr_sign",
                "prdy_clpr_vrss_lwpr_rate");
        return out
                .with("ascn_issu_cnt", up)
                .with("uplm_issu_cnt", "1")
                .with("stnr_issu_cnt", flat)
                .with("down_issu_cnt", issues - up - flat)
                .with("lslm_issu_cnt", "0")
                .with("dryy_bstp_nmix_hgpr", value(highest.high()))
                .with("dryy_hgpr_vrss_prpr_rate", Texts.percent(quote.price() - highest.high(), highest.high()))
                .with("dryy_bstp_nmix_hgpr_date", Texts.date(highest.date()))
                .with("dryy_bstp_nmix_lwpr", value(lowest.low()))
                .with("dryy_lwpr_vrss_prpr_rate", Texts.percent(quote.price() - lowest.low(), lowest.low()))
                .with("dryy_bstp_nmix_lwpr_date", Texts.date(lowest.date()))
                .with("total_askp_rsqn", bar.volume() / 9)
                .with("total_bidp_rsqn", bar.volume() / 10)
                .with("seln_rsqn_rate", "52.63")
                .with("shnu_rsqn_rate", "47.37")
                .with("ntby_rsqn", bar.volume() / 10 - bar.volume() / 9);
    }

    private static void against(Fields out, Market.Quote quote, long level, String name, String change, String sign,
            String rate) {
        long difference = level - quote.base();
        out.with(name, value(level))
                .with(change, value(difference))
                .with(sign, difference == 0 ? "3" : difference > 0 ? "2" : "5")
                .with(rate, Texts.percent(difference, quote.base()));
    }

    Reply chart(KisCall call) {
        Optional<Period> period = Period.of(call.get("FID_PERIOD_DIV_CODE"));
        Optional<LocalDate> from = Texts.parseDate(call.get("FID_INPUT_DATE_1"));
        Optional<LocalDate> to = Texts.parseDate(call.get("FID_INPUT_DATE_2"));
        if (period.isEmpty() || from.isEmpty() || to.isEmpty()) {
            String field = period.isEmpty() ? "PERIOD_DIV_CODE" : from.isEmpty() ? "INPUT_DATE_1" : "INPUT_DATE_2";
            return quoting.invalid(call, field);
        }
        return quoted(call, index -> quoting.done(call, new Fields()
                .with("output1", head(index))
                .with("output2", rows(index, from.get(), to.get(), period.get()))));
    }

    private Fields head(Issue index) {
        Instant now = quoting.clock().instant();
        Market.Quote quote = quoting.market().quote(index, now);
        Bar bar = quote.today();
        Bar before = Optional.ofNullable(quoting.market().ranges(index, now).before()).orElse(bar);
        return new Fields()
                .with("bstp_nmix_prdy_vrss", value(quote.change()))
                .with("prdy_vrss_sign", quote.sign())
                .with("bstp_nmix_prdy_ctrt", Texts.percent(quote.change(), quote.base()))
                .with("prdy_nmix", value(quote.base()))
                .with("acml_vol", bar.volume())
                .with("acml_tr_pbmn", turnover(bar))
                .with("hts_kor_isnm", index.name())
                .with("bstp_nmix_prpr", value(quote.price()))
                .with("bstp_cls_code", index.code())
                .with("prdy_vol", before.volume())
                .with("bstp_nmix_oprc", value(bar.open()))
                .with("bstp_nmix_hgpr", value(bar.high()))
                .with("bstp_nmix_lwpr", value(bar.low()))
                .with("futs_prdy_oprc", value(before.open()))
                .with("futs_prdy_hgpr", value(before.high()))
                .with("futs_prdy_lwpr", value(before.low()));
    }

    private List<Fields> rows(Issue index, LocalDate from, LocalDate to, Period period) {
        Instant now = quoting.clock().instant();
        LocalDate last = quoting.market().notAfterToday(to, now);
        List<Bar> daily = quoting.market().bars(index, period.lookBack(from, last, CHART_ROWS), last, now);
        List<Fields> rows = new ArrayList<>();
        for (Bar bar : Bar.newest(period.merge(daily), CHART_ROWS)) {
            if (bar.date().isBefore(from)) {
                break;
            }
            rows.add(new Fields()
                    .with("stck_bsop_date", Texts.date(bar.date()))
                    .with("bstp_nmix_prpr", value(bar.close()))
                    .with("bstp_nmix_oprc", value(bar.open()))
                    .with("bstp_nmix_hgpr", value(bar.high()))
                    .with("bstp_nmix_lwpr", value(bar.low()))
                    .with("acml_vol", bar.volume())
                    .with("acml_tr_pbmn", turnover(bar))
                    .with("mod_yn", "N"));
        }
        return rows;
    }

    /** Million won, for a market whose average share costs twenty thousand. */
    private static long turnover(Bar bar) {
        return bar.volume() * 20;
    }

    private static BigDecimal value(long hundredths) {
        return BigDecimal.valueOf(hundredths, 2);
    }
}
