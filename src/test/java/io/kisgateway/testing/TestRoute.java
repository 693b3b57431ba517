package io.kisgateway.testing;

/** The text of a route file with one endpoint. */
public final class TestRoute {

    private TestRoute() {}

    /** @param reply the last step's {@code to}, which makes the reply, in YAML */
    public static String of(String id, String path, String reply) {
        return """
                - route:
                    id: %s
                    description: Net buying by kind of investor
                    from:
                      uri: platform-http:%s
                      parameters: {httpMethodRestrict: POST}
                      steps:
                        - to: {uri: "request:query", parameters: {stock_code: "stock code, required"}}
                        - process: {ref: throttle}
                        - to:
                            uri: kis:get:/uapi/domestic-stock/v1/quotations/inquire-investor
                            parameters: {trId: FHKST01010900, FID_COND_MRKT_DIV_CODE: J, FID_INPUT_ISCD: "${variable.stock_code}"}
                        - to: %s
                """.formatted(id, path, reply);
    }

    /**
     * An endpoint that buys.
     *
     * @param sent  what it sends to KIS, in YAML: members between braces
     * @param reply as of {@link #of}
     */
    public static String order(String id, String path, String sent, String reply) {
        return """
                - route:
                    id: %s
                    description: Buys
                    from:
                      uri: platform-http:%s
                      parameters: {httpMethodRestrict: POST}
                      steps:
                        - to:
                            uri: request:order
                            parameters: {stock_code: "stock code, required", quantity: "integer 1..999999, required",
                              price: "integer 0..999999999, default 0"}
                        - to: order:buy
                        - process: {ref: throttle}
                        - to:
                            uri: kis:order:/uapi/domestic-stock/v1/trading/order-cash
                            parameters: {trId: TTTC0012U, ORD_UNPR: "${variable.price}", ORD_DVSN: "${variable.ord_dvsn}", %s}
                        - to: %s
                """.formatted(id, path, sent, reply);
    }
}
