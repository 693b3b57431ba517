package io.kisgateway.simulator;

import java.util.List;

/** The transactions played: where they are, under which ids, and the parameters they insist on (facts section 3). */
enum Tr {
    INQUIRE_PRICE("GET domestic-stock/v1/quotations/inquire-price", "FHKST01010100", "FHKST01010100",
            "FID_COND_MRKT_DIV_CODE FID_INPUT_ISCD"),
    ASKING_PRICE("GET domestic-stock/v1/quotations/inquire-asking-price-exp-ccn", "FHKST01010200", "FHKST01010200",
            "FID_COND_MRKT_DIV_CODE FID_INPUT_ISCD"),
    LAST_TRADES("GET domestic-stock/v1/quotations/inquire-ccnl", "FHKST01010300", "FHKST01010300",
            "FID_COND_MRKT_DIV_CODE FID_INPUT_ISCD"),
    INQUIRE_INDEX_PRICE("GET domestic-stock/v1/quotations/inquire-index-price", "FHPUP02100000", "",
            "FID_COND_MRKT_DIV_CODE FID_INPUT_ISCD"),
    INQUIRE_DAILY_PRICE("GET domestic-stock/v1/quotations/inquire-daily-price", "FHKST01010400", "FHKST01010400",
            "FID_COND_MRKT_DIV_CODE FID_INPUT_ISCD FID_PERIOD_DIV_CODE FID_ORG_ADJ_PRC"),
    ITEM_CHART("GET domestic-stock/v1/quotations/inquire-daily-itemchartprice", "FHKST03010100", "FHKST03010100",
            "FID_COND_MRKT_DIV_CODE FID_INPUT_ISCD FID_INPUT_DATE_1 FID_INPUT_DATE_2 FID_PERIOD_DIV_CODE "
                    + "FID_ORG_ADJ_PRC"),
    INDEX_CHART("GET domestic-stock/v1/quotations/inquire-daily-indexchartprice", "FHKUP03500100", "FHKUP03500100",
            "FID_COND_MRKT_DIV_CODE FID_INPUT_ISCD FID_INPUT_DATE_1 FID_INPUT_DATE_2 FID_PERIOD_DIV_CODE"),
    MINUTE_CHART("GET domestic-stock/v1/quotations/inquire-time-itemchartprice", "FHKST03010200", "FHKST03010200",
            "FID_ETC_CLS_CODE FID_COND_MRKT_DIV_CODE FID_INPUT_ISCD FID_INPUT_HOUR_1 FID_PW_DATA_INCU_YN"),
    DAY_MINUTE_CHART("GET domestic-stock/v1/quotations/inquire-time-dailychartprice", "FHKST03010230", "",
            "FID_COND_MRKT_DIV_CODE FID_INPUT_ISCD FID_INPUT_HOUR_1 FID_INPUT_DATE_1 FID_PW_DATA_INCU_YN"),
    INQUIRE_INVESTOR("GET domestic-stock/v1/quotations/inquire-investor", "FHKST01010900", "FHKST01010900",
            "FID_COND_MRKT_DIV_CODE FID_INPUT_ISCD"),
    CHK_HOLIDAY("GET domestic-stock/v1/quotations/chk-holiday", "CTCA0903R", "", "BASS_DT CTX_AREA_NK CTX_AREA_FK"),
    PRODUCT_INFO("GET domestic-stock/v1/quotations/search-info", "CTPF1604R", "", "PDNO PRDT_TYPE_CD"),
    STOCK_INFO("GET domestic-stock/v1/quotations/search-stock-info", "CTPF1002R", "", "PDNO PRDT_TYPE_CD"),
    BUY("POST domestic-stock/v1/trading/order-cash", "TTTC0012U TTTC0802U", "VTTC0012U VTTC0802U",
            "CANO ACNT_PRDT_CD PDNO ORD_DVSN ORD_QTY ORD_UNPR"),
    SELL("POST domestic-stock/v1/trading/order-cash", "TTTC0011U TTTC0801U", "VTTC0011U VTTC0801U",
            "CANO ACNT_PRDT_CD PDNO ORD_DVSN ORD_QTY ORD_UNPR"),
    AMEND_CANCEL("POST domestic-stock/v1/trading/order-rvsecncl", "TTTC0013U TTTC0803U", "VTTC0013U VTTC0803U",
            "CANO ACNT_PRDT_CD KRX_FWDG_ORD_ORGNO ORGN_ODNO ORD_DVSN RVSE_CNCL_DVSN_CD ORD_QTY ORD_UNPR "
                    + "QTY_ALL_ORD_YN"),
    RESERVE("POST domestic-stock/v1/trading/order-resv", "CTSC0008U", "",
            "CANO ACNT_PRDT_CD PDNO ORD_QTY ORD_UNPR SLL_BUY_DVSN_CD ORD_DVSN_CD ORD_OBJT_CBLC_DVSN_CD"),
    CHANGE_RESERVED("POST domestic-stock/v1/trading/order-resv-rvsecncl", "CTSC0009U CTSC0013U", "",
            "CANO ACNT_PRDT_CD RSVN_ORD_SEQ"),
    RESERVED("GET domestic-stock/v1/trading/order-resv-ccnl", "CTSC0004R", "",
            "RSVN_ORD_ORD_DT RSVN_ORD_END_DT TMNL_MDIA_KIND_CD CANO ACNT_PRDT_CD PRCS_DVSN_CD CNCL_YN RSVN_ORD_SEQ "
                    + "PDNO SLL_BUY_DVSN_CD CTX_AREA_FK200 CTX_AREA_NK200"),
    AMENDABLE("GET domestic-stock/v1/trading/inquire-psbl-rvsecncl", "TTTC0084R TTTC8036R", "",
            "CANO ACNT_PRDT_CD CTX_AREA_FK100 CTX_AREA_NK100 INQR_DVSN_1 INQR_DVSN_2"),
    BALANCE("GET domestic-stock/v1/trading/inquire-balance", "TTTC8434R", "VTTC8434R",
            "CANO ACNT_PRDT_CD AFHR_FLPR_YN OFL_YN INQR_DVSN UNPR_DVSN FUND_STTL_ICLD_YN FNCG_AMT_AUTO_RDPT_YN "
                    + "PRCS_DVSN CTX_AREA_FK100 CTX_AREA_NK100"),
    BUYABLE("GET domestic-stock/v1/trading/inquire-psbl-order", "TTTC8908R", "VTTC8908R",
            "CANO ACNT_PRDT_CD PDNO ORD_UNPR ORD_DVSN CMA_EVLU_AMT_ICLD_YN OVRS_ICLD_YN"),
    SELLABLE("GET domestic-stock/v1/trading/inquire-psbl-sell", "TTTC8408R", "", "CANO ACNT_PRDT_CD PDNO"),
    DAILY_ORDERS("GET domestic-stock/v1/trading/inquire-daily-ccld", "TTTC0081R TTTC8001R CTSC9215R CTSC9115R",
            "VTTC0081R VTTC8001R VTSC9215R VTSC9115R",
            "CANO ACNT_PRDT_CD INQR_STRT_DT INQR_END_DT SLL_BUY_DVSN_CD PDNO CCLD_DVSN INQR_DVSN INQR_DVSN_3 "
                    + "ORD_GNO_BRNO ODNO INQR_DVSN_1 CTX_AREA_FK100 CTX_AREA_NK100 EXCG_ID_DVSN_CD"),
    OVERSEAS_PRICE("GET overseas-price/v1/quotations/price", "HHDFS00000300", "HHDFS00000300", "AUTH EXCD SYMB"),
    OVERSEAS_BALANCE("GET overseas-stock/v1/trading/inquire-balance", "TTTS3012R", "VTTS3012R",
            "CANO ACNT_PRDT_CD OVRS_EXCG_CD TR_CRCY_CD CTX_AREA_FK200 CTX_AREA_NK200");

    private final Offer offer;

    Tr(String methodAndPath, String realIds, String virtualIds, String needed) {
        String[] parts = methodAndPath.split(" ");
        this.offer = new Offer(parts[0], Offer.BASE + parts[1], words(realIds), words(virtualIds), words(needed), this);
    }

    private static List<String> words(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(" "));
    }

    Offer offer() {
        return offer;
    }
}
