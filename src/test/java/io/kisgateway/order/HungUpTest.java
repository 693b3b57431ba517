package io.kisgateway.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kisgateway.order.OrderRig.One;
import io.kisgateway.simulator.Fault;
import io.kisgateway.simulator.Fault.Kind;
import io.kisgateway.testing.Http.Reply;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Callers without a key who hang up, and order again at once. */
@Execution(ExecutionMode.CONCURRENT)
class HungUpTest {

    /** @param orders after so many at KIS */
    private static void hangUp(OrderRig rig, int orders, One one, String body) throws IOException {
        try (Socket gone = new Socket("127.0.0.1", one.gateway().port())) {
            gone.getOutputStream().write(("POST /api/trading/buy HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "X-Client-Id: c\r\nContent-Length: " + body.length() + "\r\n\r\n" + body).getBytes(StandardCharsets.UTF_8));
            await().until(() -> rig.taken().size() >= orders);
        }
    }

    /** Found by the fault campaign: its end was not noticed, so that the second request was taken for an order that was meant as well. */
    @Test
    void whoHangsUpAsSoonAsTheRequestIsSentHasOneOrderWhenItComesAgain() throws Exception {
        try (OrderRig rig = OrderRig.inFiles(); One one = rig.gateway()) {
            rig.simulator().faults().add(Fault.of(Kind.LATENCY).ms(1500).taken().onPath("order-cash").share(1));
            for (int i = 1; i <= 6; i++) {
                String body = OrderRig.order("005930", i, 0);
                hangUp(rig, 0, one, body);
                Reply again = one.http().post(OrderRig.BUY, body, "X-Client-Id", "c");

                assertThat(rig.taken()).hasSize(i);
                assertThat(again.at("/order_no").asText()).as(again.text()).isEqualTo(rig.taken().get(i - 1).orderNo());
            }
        }
    }

    /** Found by the fault campaign: the gateway took the key without hearing so, and the next repeat, elsewhere, was an order of its own. */
    @Test
    void whoComesAgainWhileItsGatewayHearsNothingOfRedisAndThenElsewhereHasOneOrder() throws Exception {
        try (OrderRig rig = OrderRig.inRedis();
                RedisLink link = RedisLink.to(URI.create(rig.redis().url()).getPort());
                One one = rig.gateway("REDIS_URL", "redis://127.0.0.1:" + link.port());
                One other = rig.gateway()) {
            rig.simulator().faults().add(Fault.of(Kind.LATENCY).ms(1500).taken().onPath("order-cash").share(1));
            String body = OrderRig.order("005930", 3, 0);
            hangUp(rig, 1, one, body);
            await().until(() -> one.http().get("/api/trading/orders").at("/data/0/state").asText().equals("placed"));
            link.deafen();
            assertThat(one.http().post(OrderRig.BUY, body, "X-Client-Id", "c").code()).isEqualTo("JOURNAL_UNAVAILABLE");

            Reply again = other.http().post(OrderRig.BUY, body, "X-Client-Id", "c");
            assertThat(again.at("/order_no").asText()).as(again.text()).isEqualTo(rig.taken().get(0).orderNo());
            assertThat(rig.taken()).hasSize(1);
        }
    }
}
