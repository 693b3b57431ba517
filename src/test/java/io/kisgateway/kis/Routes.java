package io.kisgateway.kis;

/** Endpoints as an integration engineer writes them. */
final class Routes {

    static final String PRICE = """
            - route:
                id: price
                from:
                  uri: direct:price
                  steps:
                    - to:
                        uri: kis:get:/uapi/domestic-stock/v1/quotations/inquire-price
                        parameters:
                          trId: FHKST01010100
                          FID_COND_MRKT_DIV_CODE: J
                          FID_INPUT_ISCD: ${variable.stock_code}
                          unknownWhenZero: output.stck_prpr
            """;

    static final String BUY = """
            - route:
                id: buy
                from:
                  uri: direct:buy
                  steps:
                    - to:
                        uri: kis:post:/uapi/domestic-stock/v1/trading/order-cash
                        parameters:
                          trId: TTTC0012U
                          trIdMock: VTTC0012U
                          ledger: true
                          order: true
                          PDNO: ${variable.stock_code}
                          ORD_DVSN: "01"
                          ORD_QTY: ${variable.quantity}
                          ORD_UNPR: "0"
                          EXCG_ID_DVSN_CD: KRX
                          SLL_TYPE: ""
                          CNDT_PRIC: ""
            """;

    static final String BALANCE = """
            - route:
                id: balance
                from:
                  uri: direct:balance
                  steps:
                    - to:
                        uri: kis:get:/uapi/domestic-stock/v1/trading/inquire-balance
                        parameters:
                          trId: TTTC8434R
                          trIdMock: VTTC8434R
                          ledger: true
                          pages: ctx
                          AFHR_FLPR_YN: N
                          OFL_YN: ""
                          INQR_DVSN: "02"
                          UNPR_DVSN: "01"
                          FUND_STTL_ICLD_YN: N
                          FNCG_AMT_AUTO_RDPT_YN: N
                          PRCS_DVSN: "00"
                          CTX_AREA_FK100: ""
                          CTX_AREA_NK100: ""
            """;

    static final String CHART = """
            - route:
                id: chart
                from:
                  uri: direct:chart
                  steps:
                    - to:
                        uri: kis:get:/uapi/domestic-stock/v1/quotations/inquire-daily-itemchartprice
                        parameters:
                          trId: FHKST03010100
                          pages: dates
                          rows: ${variable.rows}
                          FID_COND_MRKT_DIV_CODE: J
                          FID_INPUT_ISCD: ${variable.stock_code}
                          FID_PERIOD_DIV_CODE: D
                          FID_ORG_ADJ_PRC: "0"
            """;

    static final String INDEX_CHART = """
            - route:
                id: index-chart
                from:
                  uri: direct:index-chart
                  steps:
                    - to:
                        uri: kis:get:/uapi/domestic-stock/v1/quotations/inquire-daily-indexchartprice
                        parameters:
                          trId: FHKUP03500100
                          pages: dates
                          rows: ${variable.rows}
                          FID_COND_MRKT_DIV_CODE: U
                          FID_INPUT_ISCD: ${variable.stock_code}
                          FID_PERIOD_DIV_CODE: D
            """;

    static final String INDEX = """
            - route:
                id: index
                from:
                  uri: direct:index
                  steps:
                    - to:
                        uri: kis:get:/uapi/domestic-stock/v1/quotations/inquire-index-price
                        parameters:
                          trId: FHPUP02100000
                          trIdMock: none
                          FID_COND_MRKT_DIV_CODE: U
                          FID_INPUT_ISCD: ${variable.stock_code}
            """;

    static final String STOCK_NAME = """
            - route:
                id: stock-name
                from:
                  uri: direct:stock-name
                  steps:
                    - to:
                        uri: kis:get:/uapi/domestic-stock/v1/quotations/inquire-daily-itemchartprice
                        parameters:
                          trId: FHKST03010100
                          background: true
                          FID_COND_MRKT_DIV_CODE: J
                          FID_INPUT_ISCD: ${variable.stock_code}
                          FID_INPUT_DATE_1: today-7d
                          FID_INPUT_DATE_2: today
                          FID_PERIOD_DIV_CODE: D
                          FID_ORG_ADJ_PRC: "0"
            """;

    static final String ALL = PRICE + BUY + BALANCE + CHART + INDEX_CHART + INDEX + STOCK_NAME;

    private Routes() {
    }
}
