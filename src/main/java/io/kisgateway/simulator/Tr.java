package io.kisgateway.simulator;

import java.util.List;

/** The transactions offered: where they are, under which ids, and the parameters they insist on (facts section 3). */
enum Tr {
    INQUIRE_PRICE("GET", "/quotations/inquire-price", List.of("FHKST01010100"), List.of("FHKST01010100"),
            List.of("FID_COND_MRKT_DIV_CODE", "FID_INPUT_ISCD")),
    INQUIRE_INDEX_PRICE("GET", "/quotations/inquire-index-price", List.of("FHPUP02100000"), List.of(),
            List.of("FID_COND_MRKT_DIV_CODE", "FID_INPUT_ISCD")),
    INQUIRE_DAILY_PRICE("GET", "/quotations/inquire-daily-price", List.of("FHKST01010400"), List.of("FHKST01010400"),
            List.of("FID_COND_MRKT_DIV_CODE", "FID_INPUT_ISCD", "FID_PERIOD_DIV_CODE", "FID_ORG_ADJ_PRC")),
    ITEM_CHART("GET", "/quotations/inquire-daily-itemchartprice", List.of("FHKST03010100"), List.of("FHKST03010100"),
            List.of("FID_COND_MRKT_DIV_CODE", "FID_INPUT_ISCD", "FID_INPUT_DATE_1", "FID_INPUT_DATE_2",
                    "FID_PERIOD_DIV_CODE", "FID_ORG_ADJ_PRC")),
    INDEX_CHART("GET", "/quotations/inquire-daily-indexchartprice", List.of("FHKUP03500100"), List.of("FHKUP03500100"),
            List.of("FID_COND_MRKT_DIV_CODE", "FID_INPUT_ISCD", "FID_INPUT_DATE_1", "FID_INPUT_DATE_2",
                    "FID_PERIOD_DIV_CODE")),
    MINUTE_CHART("GET", "/quotations/inquire-time-itemchartprice", List.of("FHKST03010200"), List.of("FHKST03010200"),
            List.of("FID_ETC_CLS_CODE", "FID_COND_MRKT_DIV_CODE", "FID_INPUT_ISCD", "FID_INPUT_HOUR_1",
                    "FID_PW_DATA_INCU_YN")),
    INQUIRE_INVESTOR("GET", "/quotations/inquire-investor", List.of("FHKST01010900"), List.of("FHKST01010900"),
            List.of("FID_COND_MRKT_DIV_CODE", "FID_INPUT_ISCD")),
    CHK_HOLIDAY("GET", "/quotations/chk-holiday", List.of("CTCA0903R"), List.of(),
            List.of("BASS_DT", "CTX_AREA_NK", "CTX_AREA_FK")),
    BUY("POST", "/trading/order-cash", List.of("TTTC0012U", "TTTC0802U"), List.of("VTTC0012U", "VTTC0802U"),
            OrderKeys.NEEDED),
    SELL("POST", "/trading/order-cash", List.of("TTTC0011U", "TTTC0801U"), List.of("VTTC0011U", "VTTC0801U"),
            OrderKeys.NEEDED),
    AMEND_CANCEL("POST", "/trading/order-rvsecncl", List.of("TTTC0013U", "TTTC0803U"),
            List.of("VTTC0013U", "VTTC0803U"),
            List.of("CANO", "ACNT_PRDT_CD", "KRX_FWDG_ORD_ORGNO", "ORGN_ODNO", "ORD_DVSN", "RVSE_CNCL_DVSN_CD",
                    "ORD_QTY", "ORD_UNPR", "QTY_ALL_ORD_YN")),
    AMENDABLE("GET", "/trading/inquire-psbl-rvsecncl", List.of("TTTC0084R", "TTTC8036R"), List.of(),
            List.of("CANO", "ACNT_PRDT_CD", "CTX_AREA_FK100", "CTX_AREA_NK100", "INQR_DVSN_1", "INQR_DVSN_2")),
    BALANCE("GET", "/trading/inquire-balance", List.of("TTTC8434R"), List.of("VTTC8434R"),
            List.of("CANO", "ACNT_PRDT_CD", "AFHR_FLPR_YN", "OFL_YN", "INQR_DVSN", "UNPR_DVSN",
                    "FUND_STTL_ICLD_YN", "FNCG_AMT_AUTO_RDPT_YN", "PRCS_DVSN", "CTX_AREA_FK100", "CTX_AREA_NK100")),
    BUYABLE("GET", "/trading/inquire-psbl-order", List.of("TTTC8908R"), List.of("VTTC8908R"),
            List.of("CANO", "ACNT_PRDT_CD", "PDNO", "ORD_UNPR", "ORD_DVSN", "CMA_EVLU_AMT_ICLD_YN",
                    "OVRS_ICLD_YN")),
    SELLABLE("GET", "/trading/inquire-psbl-sell", List.of("TTTC8408R"), List.of(),
            List.of("CANO", "ACNT_PRDT_CD", "PDNO")),
    DAILY_ORDERS("GET", "/trading/inquire-daily-ccld", List.of("TTTC0081R", "TTTC8001R", "CTSC9215R", "CTSC9115R"),
            List.of("VTTC0081R", "VTTC8001R", "VTSC9215R", "VTSC9115R"),
            List.of("CANO", "ACNT_PRDT_CD", "INQR_STRT_DT", "INQR_END_DT", "SLL_BUY_DVSN_CD", "PDNO", "CCLD_DVSN",
                    "INQR_DVSN", "INQR_DVSN_3", "ORD_GNO_BRNO", "ODNO", "INQR_DVSN_1", "CTX_AREA_FK100",
                    "CTX_AREA_NK100", "EXCG_ID_DVSN_CD"));

    static final String BASE = "/uapi/domestic-stock/v1";

    /** Enum constants cannot refer to the enum's own constants declared below them. */
    private static final class OrderKeys {
        static final List<String> NEEDED = List.of("CANO", "ACNT_PRDT_CD", "PDNO", "ORD_DVSN", "ORD_QTY", "ORD_UNPR");
    }

    private final String method;
    private final String path;
    private final List<String> realIds;
    private final List<String> virtualIds;
    private final List<String> needed;

    Tr(String method, String path, List<String> realIds, List<String> virtualIds, List<String> needed) {
        this.method = method;
        this.path = BASE + path;
        this.realIds = realIds;
        this.virtualIds = virtualIds;
        this.needed = needed;
    }

    String method() {
        return method;
    }

    String path() {
        return path;
    }

    List<String> ids(Mode mode) {
        return mode == Mode.REAL ? realIds : virtualIds;
    }

    List<String> needed() {
        return needed;
    }

    boolean order() {
        return method.equals("POST");
    }

    boolean ledger() {
        return path.contains("/trading/");
    }
}
