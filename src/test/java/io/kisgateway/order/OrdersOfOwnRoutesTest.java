package io.kisgateway.order;

import static io.kisgateway.order.OrderRig.untilKnown;
import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.order.OrderRig.One;
import io.kisgateway.simulator.Fault;
import io.kisgateway.simulator.Fault.Kind;
import io.kisgateway.testing.Http.Reply;
import io.kisgateway.testing.TestRoute;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Orders of one's own routes: a reservation, which KIS does not list among the orders of the day; and one that is written wrong. */
class OrdersOfOwnRoutesTest {

    private static final String RESERVE = "/api/trading/reserve";
    private static final String BODY = "{\"stock_code\":\"005930\",\"quantity\":3,\"price\":80000}";

    @TempDir
    private Path routes;

    private One gateway(OrderRig rig) throws IOException {
        Files.writeString(routes.resolve("reserve.camel.yaml"), """
                - route:
                    id: trading-reserve
                    description: Reserves an order for the next day
                    from:
                      uri: platform-http:/api/trading/reserve
                      parameters: {httpMethodRestrict: POST}
                      steps:
                        - to:
                            uri: request:order
                            parameters: {stock_code: "stock code, required", quantity: "integer 1..999999, required",
                              price: "integer 1..999999999, required"}
                        - to: order:buy
                        - process: {ref: throttle}
                        - to:
                            uri: kis:order:/uapi/domestic-stock/v1/trading/order-resv
                            parameters:
                              trId: CTSC0008U
                              trIdMock: none
                              PDNO: ${variable.stock_code}
                              ORD_QTY: ${variable.quantity}
                              ORD_UNPR: ${variable.price}
                              SLL_BUY_DVSN_CD: "02"
                              ORD_DVSN_CD: ${variable.ord_dvsn}
                              ORD_OBJT_CBLC_DVSN_CD: "10"
                              LOAN_DT: ""
                              RSVN_ORD_END_DT: ""
                              LDNG_DT: ""
                        - to:
                            uri: reply:inline
                            parameters:
                              template: '{"data": {"reservation_no": text(.output.RSVN_ORD_SEQ)}}'
                """);
        return rig.gateway("ROUTES_DIR", routes.toString());
    }

    /** No check sees it: the route sends another quantity or stock than its request asks for. */
    @ParameterizedTest
    @CsvSource(delimiter = '|',
            value = {"${variable.stock_code} | 1", "000660 | ${variable.quantity}"})
    void whatARouteSendsIsWhatWasClaimedOrNothing(String code, String quantity) throws IOException {
        Files.writeString(routes.resolve("wrong.camel.yaml"), TestRoute.order("trading-wrong", "/api/trading/wrong",
                "PDNO: \"%s\", ORD_QTY: \"%s\"".formatted(code, quantity), "reply:mappings/order.jslt"));
        try (OrderRig rig = OrderRig.inFiles(); One one = rig.gateway("ROUTES_DIR", routes.toString())) {
            Reply reply = one.http().post("/api/trading/wrong", BODY, "Idempotency-Key", "w");

            assertThat(reply.status()).as(reply.text()).isEqualTo(500);
            assertThat(reply.at("/outcome").asText()).isEqualTo("not_placed");
            assertThat(rig.taken()).isEmpty();
            assertThat(one.http().post(OrderRig.BUY, BODY, "Idempotency-Key", "w").status()).as("the key is free").isEqualTo(200);
        }
    }

    @Test
    void aReservationIsKnownByItsOwnNumber() throws IOException {
        try (OrderRig rig = OrderRig.inFiles(); One one = gateway(rig)) {
            Reply reply = one.http().post(RESERVE, BODY, "Idempotency-Key", "r-1");
            Reply repeat = one.http().post(RESERVE, BODY, "Idempotency-Key", "r-1");
            Reply shown = one.http().get("/api/trading/orders/r-1");

            assertThat(reply.status()).as(reply.text()).isEqualTo(200);
            assertThat(reply.at("/data/reservation_no").asText()).isNotBlank();
            assertThat(repeat.text()).isEqualTo(reply.text());
            assertThat(shown.at("/data/state").asText()).isEqualTo("placed");
            assertThat(shown.at("/data/history").findValuesAsText("note"))
                    .contains("RSVN_ORD_SEQ " + reply.at("/data/reservation_no").asText());
            assertThat(rig.simulator().reservedOrders()).isEqualTo(1);
        }
    }

    @Test
    void oneInDoubtIsUnresolvedAtOnceAndNeverCalledNotPlaced() throws IOException {
        try (OrderRig rig = OrderRig.inFiles()) {
            try (One one = gateway(rig)) {
                rig.simulator().faults().add(Fault.of(Kind.RESET_AFTER).onPath("order-resv"));
                Reply lost = one.http().post(RESERVE, BODY, "Idempotency-Key", "r-2");
                Reply repeat = one.http().post(RESERVE, BODY, "Idempotency-Key", "r-2");

                assertThat(lost.status()).isEqualTo(504);
                assertThat(lost.at("/outcome").asText()).isEqualTo("unknown");
                assertThat(lost.at("/detail").asText()).contains("cannot look up", "broker's screen");
                assertThat(repeat.at("/outcome").asText()).isEqualTo("unknown");
                assertThat(one.http().get("/api/trading/orders/r-2").at("/data/state").asText()).isEqualTo("unresolved");
                int calls = rig.simulator().calls().on("inquire-daily-ccld").size();
                // What is listed is settled meanwhile.
                rig.simulator().faults().add(Fault.of(Kind.RESET_BEFORE).onPath("order-cash"));
                one.http().post(OrderRig.BUY, OrderRig.order("000660", 1, 0), "Idempotency-Key", "listed");
                assertThat(untilKnown(one.http(), OrderRig.BUY, OrderRig.order("000660", 1, 0), "listed").code())
                        .isEqualTo("ORDER_NOT_PLACED");
                assertThat(rig.simulator().calls().on("inquire-daily-ccld")).hasSizeGreaterThan(calls);
            }
            try (One again = gateway(rig)) {
                Reply repeat = again.http().post(RESERVE, BODY, "Idempotency-Key", "r-2");

                assertThat(repeat.at("/outcome").asText()).isEqualTo("unknown");
                assertThat(again.http().get("/api/trading/orders/r-2").at("/data/state").asText()).isEqualTo("unresolved");
            }
            assertThat(rig.simulator().reservedOrders()).isEqualTo(1);
        }
    }
}
