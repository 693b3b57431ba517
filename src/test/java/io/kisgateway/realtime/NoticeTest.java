package io.kisgateway.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.simulator.Fault;
import io.kisgateway.simulator.Fault.Kind;
import io.kisgateway.simulator.Order;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.TestClock;
import org.junit.jupiter.api.Test;

/** A notice of KIS has an order in doubt looked up at once. */
class NoticeTest {

    /** The clock stands still, so that no further lookup has its turn. */
    @Test
    void anOrderInDoubtIsSettledByTheNoticeOfItsStock() {
        try (RealtimeRig rig = RealtimeRig.at(TestClock.morning(), "KIS_HTS_ID", "trader", "KIS_READ_TIMEOUT_MS", "3000")) {
            Http http = new Http("http://127.0.0.1:" + rig.gateway().port());
            RealtimeRig.eventually(() -> assertThat(rig.registered()).hasSize(1));
            rig.kis.faults().add(Fault.of(Kind.RESET_AFTER).onPath("order-cash"));
            rig.kis.faults().add(Fault.of(Kind.LIST_LAG).onPath("inquire-daily-ccld").ms(600_000).share(1));
            Http.Reply reply = http.post("/api/trading/buy", "{\"stock_code\":\"005930\",\"quantity\":1}", "Idempotency-Key", "doubt",
                    "Prefer", "wait=0");
            assertThat(reply.status()).as(reply.text()).isGreaterThanOrEqualTo(400);
            RealtimeRig.eventually(() -> assertThat(lookups(rig)).isPositive());
            assertThat(state(http)).isEqualTo("unknown");
            long before = lookups(rig);
            rig.kis.faults().clear();
            // A notice of another order for the stock: it says no more than that the time has come to look.
            rig.kis.elsewhere().place(Order.Side.BUY, "005930", 7, 0, "KRX");
            RealtimeRig.eventually(() -> assertThat(state(http)).isEqualTo("placed"));
            assertThat(lookups(rig)).isGreaterThan(before);
        }
    }

    private static long lookups(RealtimeRig rig) {
        return rig.kis.calls().list().stream().filter(call -> call.path().endsWith("inquire-daily-ccld")).count();
    }

    private static String state(Http http) {
        Http.Reply orders = http.get("/api/trading/orders");
        return orders.at("/data/0/state").asText(orders.text());
    }
}
