package io.kisgateway.simulator;

import java.util.Optional;
import java.util.function.Function;

/** The {@code output} of inquire-price (facts 3.1). */
final class PriceOutput {

    static final long HUNDRED_MILLION = 100_000_000L;

    private PriceOutput() {}

    /** An unknown code is no error: every figure is zero (facts 3.1). */
    static Fields of(Optional<Market.Quote> quote, Function<Issue, Ranges> ranges) {
        return quote.map(known -> of(known, ranges.apply(known.issue()))).orElseGet(PriceOutput::zeros);
    }

    private static Fields of(Market.Quote quote, Ranges ranges) {
        Issue issue = quote.issue();
        Bar bar = quote.today();
        long price = quote.price();
        long before = ranges.before() == null ? 0 : ranges.before().volume();
        long pivot = (bar.high() + bar.low() + price) / 3;
        long capital = issue.shares() * issue.faceValue() / HUNDRED_MILLION;
        long foreign = issue.shares() / 100 * 31;
        Fields out = new Fields()
                .with("iscd_stat_cls_code", quote.halted() ? "58" : issue.marginRate() == 100 ? "57" : "55")
                .with("marg_rate", issue.marginRate() + ".00")
                .with("rprs_mrkt_kor_name", issue.market());
        if (!issue.sector().isEmpty()) {
            // Facts 3.1: absent for some codes.
            out.with("bstp_kor_isnm", issue.sector());
        }
        out.with("temp_stop_yn", quote.halted())
                .with("crdt_able_yn", issue.marginRate() < 100)
                .with("grmn_rate_cls_code", Integer.toString(issue.marginRate()))
                .with("elw_pblc_yn", issue.market().equals("KOSPI200"))
                .with("stck_prpr", price)
                .with("prdy_vrss", quote.change())
                .with("prdy_vrss_sign", quote.sign())
                .with("prdy_ctrt", Texts.percent(quote.change(), quote.base()))
                .with("acml_tr_pbmn", bar.value())
                .with("acml_vol", bar.volume())
                .with("prdy_vrss_vol_rate", Texts.percent(bar.volume(), before))
                .with("stck_oprc", bar.open())
                .with("stck_hgpr", bar.high())
                .with("stck_lwpr", bar.low())
                .with("stck_mxpr", quote.upperLimit())
                .with("stck_llam", quote.lowerLimit())
                .with("stck_sdpr", quote.base())
                .with("wghn_avrg_stck_prc", Texts.ratio(bar.value(), bar.volume(), 1, 2))
                .with("hts_frgn_ehrt", "31.00")
                .with("frgn_ntby_qty", bar.volume() / 40)
                .with("pgtr_ntby_qty", bar.volume() / 90)
                .with("pvt_scnd_dmrs_prc", pivot + bar.high() - bar.low())
                .with("pvt_frst_dmrs_prc", 2 * pivot - bar.low())
                .with("pvt_pont_val", pivot)
                .with("pvt_frst_dmsp_prc", 2 * pivot - bar.high())
                .with("pvt_scnd_dmsp_prc", pivot - bar.high() + bar.low())
                .with("dmrs_val", (pivot + bar.high()) / 2)
                .with("dmsp_val", (pivot + bar.low()) / 2)
                .with("cpfn", capital)
                .with("rstc_wdth_prc", quote.upperLimit() - quote.base())
                .with("stck_fcam", issue.faceValue())
                .with("stck_sspr", quote.base() / 100 * 76)
                .with("aspr_unit", issue.tick(price))
                .with("hts_deal_qty_unit_val", "1")
                .with("lstn_stcn", issue.shares())
                .with("hts_avls", issue.shares() * price / HUNDRED_MILLION)
                .with("per", Texts.ratio(price, issue.eps(), 1, 2))
                .with("pbr", Texts.ratio(price, issue.bps(), 1, 2))
                .with("stac_month", "12")
                .with("vol_tnrt", Texts.percent(bar.volume(), issue.shares()))
                .with("eps", Texts.ratio(issue.eps(), 1, 1, 2))
                .with("bps", Texts.ratio(issue.bps(), 1, 1, 2));
        range(out, Ranges.Range.with(ranges.days250(), bar), price, "d250_hgpr", "d250_hgpr_date", "d250_hgpr_vrss_prpr_rate",
                "d250_lwpr", "d250_lwpr_date", "d250_lwpr_vrss_prpr_rate");
        range(out, Ranges.Range.with(ranges.year(), bar), price, "stck_dryy_hgpr", "dryy_hgpr_date",
                "dryy_hgpr_vrss_prpr_rate", "stck_dryy_lwpr", "dryy_lwpr_date", "dryy_lwpr_vrss_prpr_rate");
        range(out, Ranges.Range.with(ranges.weeks52(), bar), price, "w52_hgpr", "w52_hgpr_date",
                "w52_hgpr_vrss_prpr_ctrt", "w52_lwpr", "w52_lwpr_date", "w52_lwpr_vrss_prpr_ctrt");
        return out
                .with("whol_loan_rmnd_rate", "0.12")
                .with("ssts_yn", "Y")
                .with("stck_shrn_iscd", issue.code())
                .with("fcam_cnnm", grouped(issue.faceValue()))
                .with("cpfn_cnnm", grouped(capital) + " 억")
                .with("apprch_rate", "")
                .with("frgn_hldn_qty", foreign)
                .with("last_ssts_cntg_qty", bar.volume() / 50)
                .with("mrkt_warn_cls_code", "00")
                .same("N", "oprc_rang_cont_yn", "clpr_rang_cont_yn", "vi_cls_code", "ovtm_vi_cls_code", "invt_caful_yn", "short_over_yn",
                        "sltr_yn", "mang_issu_cls_code");
    }

    private static void range(Fields out, Ranges.Range range, long price, String high, String highDate,
            String highRate, String low, String lowDate, String lowRate) {
        Bar highest = range.highest();
        Bar lowest = range.lowest();
        out.with(high, highest.high())
                .with(highDate, Texts.date(highest.date()))
                .with(highRate, Texts.percent(price - highest.high(), highest.high()))
                .with(low, lowest.low())
                .with(lowDate, Texts.date(lowest.date()))
                .with(lowRate, Texts.percent(price - lowest.low(), lowest.low()));
    }

    /** 12345678 as 12,345,678. */
    private static String grouped(long number) {
        StringBuilder text = new StringBuilder(Long.toString(number));
        for (int at = text.length() - 3; at > 0; at -= 3) {
            text.insert(at, ',');
        }
        return text.toString();
    }

    private static Fields zeros() {
        return new Fields().with("iscd_stat_cls_code", "00").with("rprs_mrkt_kor_name", "")
                .same("0", "stck_prpr", "prdy_vrss", "acml_tr_pbmn", "acml_vol", "stck_oprc", "stck_hgpr", "stck_lwpr", "stck_mxpr",
                        "stck_llam", "stck_sdpr", "aspr_unit", "lstn_stcn", "hts_avls")
                .same("0.00", "prdy_ctrt", "prdy_vrss_vol_rate", "per", "pbr", "eps", "bps", "vol_tnrt")
                .with("prdy_vrss_sign", "3").with("temp_stop_yn", "N").with("stck_shrn_iscd", "");
    }
}
