package io.kisgateway.simulator;

import java.util.Optional;

/** What is known of an issue beside its price: search-info and search-stock-info. */
final class IssueInfo {

    /** 300 is the product type of domestic stocks, ETFs and ETNs. */
    private static final String DOMESTIC = "300";

    private final Quoting quoting;
    private final Mode mode;

    IssueInfo(Quoting quoting, Mode mode) {
        this.quoting = quoting;
        this.mode = mode;
    }

    /** An issue of another type is unknown here, which is how clients find out where a code belongs. */
    private Optional<Issue> asked(KisCall call) {
        return call.get("PRDT_TYPE_CD").equals(DOMESTIC)
                ? quoting.market().stock(call.get("PDNO")) : Optional.empty();
    }

    Reply product(KisCall call) {
        return asked(call).map(issue -> quoting.done(call, new Fields().with("output", new Fields()
                .with("pdno", "00000A" + issue.code())
                .with("prdt_type_cd", DOMESTIC)
                .with("prdt_name", issue.name())
                .with("prdt_name120", issue.name())
                .with("prdt_abrv_name", issue.name())
                .with("prdt_eng_name", "Issue " + issue.code())
                .with("prdt_eng_name120", "Issue " + issue.code())
                .with("prdt_eng_abrv_name", issue.code())
                .with("std_pdno", standardCode(issue))
                .with("shtn_pdno", issue.code())
                .with("prdt_risk_grad_cd", "02")
                .with("prdt_clsf_cd", classCode(issue))
                .with("prdt_clsf_name", className(issue))
                .with("wrap_asst_type_cd", "06")
                .with("ivst_prdt_type_cd", "0628")
                .with("ivst_prdt_type_cd_name", className(issue))
                .same("", "prdt_sale_stat_cd", "sale_strt_dt", "sale_end_dt")
                .with("frst_erlm_dt", "19980105")))).orElseGet(() -> unknown(call));
    }

    Reply stock(KisCall call) {
        return asked(call).map(issue -> quoting.done(call, new Fields().with("output", stockFields(issue))))
                .orElseGet(() -> unknown(call));
    }

    private Fields stockFields(Issue issue) {
        Market.Quote quote = quoting.quote(issue);
        boolean kospi = issue.market().startsWith("KOSPI");
        return new Fields()
                .with("pdno", "00000A" + issue.code())
                .with("prdt_type_cd", DOMESTIC)
                .with("mket_id_cd", kospi ? "STK" : "KSQ")
                .with("scty_grp_id_cd", switch (issue.kind()) {
                    case ETF -> "EF";
                    case ETN -> "EN";
                    default -> "ST";
                })
                .with("excg_dvsn_cd", kospi ? "02" : "03")
                .with("setl_mmdd", "12")
                .with("lstg_stqt", issue.shares())
                .with("cpta", issue.shares() * issue.faceValue())
                .with("papr", issue.faceValue())
                .with("kospi200_item_yn", issue.market().equals("KOSPI200"))
                .with("scts_mket_lstg_dt", kospi ? "19900103" : "")
                .with("kosdaq_mket_lstg_dt", kospi ? "" : "20000104")
                .with("etf_dvsn_cd", issue.kind() == Issue.Kind.ETF ? "1" : "0")
                .with("stck_kind_cd", issue.kind() == Issue.Kind.STOCK ? "101" : "000")
                .with("thco_sbst_pric", quote.price() / 100 * 76)
                .with("elec_scty_yn", "Y")
                .with("issu_istt_cd", "00" + issue.code().substring(0, Math.min(3, issue.code().length())))
                .same(issue.name(), "prdt_name", "prdt_name120", "prdt_abrv_name")
                .with("std_pdno", standardCode(issue))
                .same("Issue " + issue.code(), "prdt_eng_name", "prdt_eng_name120")
                .with("prdt_eng_abrv_name", issue.code())
                .with("cptt_trad_tr_psbl_yn", mode == Mode.REAL)
                .with("tr_stop_yn", quote.halted())
                .with("thdt_clpr", quote.price())
                .with("bfdy_clpr", quote.base())
                .same("0", "lstg_cptl_amt", "issu_pric", "etf_chas_erng_rt_dbnb")
                .same("", "scts_mket_lstg_abol_dt", "kosdaq_mket_lstg_abol_dt", "frbd_mket_lstg_dt", "reits_kind_cd",
                        "idx_bztp_lcls_cd", "idx_bztp_mcls_cd", "idx_bztp_scls_cd", "mfnd_opng_dt", "clpr_chng_dt")
                .same("N", "oilf_fund_yn", "crfd_item_yn", "nxt_tr_stop_yn", "admn_item_yn")
                .same(issue.sector(), "std_idst_clsf_cd_name", "idx_bztp_lcls_cd_name", "idx_bztp_mcls_cd_name", "idx_bztp_scls_cd_name");
    }

    private Reply unknown(KisCall call) {
        return quoting.envelope().failure(call.trId(), Refusal.UNKNOWN_ISSUE.code(mode));
    }

    private static String standardCode(Issue issue) {
        return "KR7" + issue.code() + (issue.code().length() == 6 ? "003" : "03");
    }

    private static String classCode(Issue issue) {
        return issue.kind() == Issue.Kind.STOCK ? "301100" : "301400";
    }

    private static String className(Issue issue) {
        return switch (issue.kind()) {
            case ETF -> "ETF";
            case ETN -> "ETN";
            default -> "주권";
        };
    }
}
