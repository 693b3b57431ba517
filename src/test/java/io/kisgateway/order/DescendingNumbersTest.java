package io.kisgateway.order;

import static io.kisgateway.order.OrderRig.BUY;
import static io.kisgateway.order.OrderRig.order;
import static io.kisgateway.order.OrderRig.untilKnown;
import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.order.OrderRig.One;
import io.kisgateway.simulator.Fault;
import io.kisgateway.simulator.Fault.Kind;
import io.kisgateway.testing.Http.Reply;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nobody promises that KIS's order numbers ascend: if they do not, nothing is doubled, lost or left open. */
class DescendingNumbersTest {

    private static final String BODY = order("005930", 3, 0);

    private OrderRig rig;
    private One one;

    @BeforeEach
    void start() {
        rig = OrderRig.inFilesWithDescendingNumbers();
        one = rig.gateway();
    }

    @AfterEach
    void stop() {
        one.close();
        rig.close();
    }

    @Test
    void everyOrderIsAccountedFor() {
        List<String> numbers = new ArrayList<>();
        Map<String, Boolean> taken = new LinkedHashMap<>();
        for (int i = 0; i < 4; i++) {
            numbers.add(one.http().post(BUY, BODY).at("/order_no").asText());
            boolean lost = i % 2 == 0;
            rig.simulator().faults().add(Fault.of(lost ? Kind.RESET_AFTER : Kind.RESET_BEFORE).onPath("order-cash"));
            taken.put("key-" + i, lost);
            assertThat(one.http().post(BUY, BODY, "Idempotency-Key", "key-" + i).status()).isEqualTo(504);
        }
        assertThat(numbers).isSortedAccordingTo(Comparator.reverseOrder());

        List<String> found = new ArrayList<>();
        taken.forEach((key, placed) -> {
            Reply reply = untilKnown(one.http(), BUY, BODY, key);
            if (reply.status() == 200) {
                found.add(reply.at("/order_no").asText());
            } else {
                assertThat(reply.code()).isEqualTo("ORDER_NOT_PLACED");
            }
        });
        assertThat(found).as("as many as KIS has, each of them once").doesNotHaveDuplicates().hasSize(2)
                .doesNotContainAnyElementsOf(numbers);
        assertThat(rig.taken()).hasSize(6).extracting(order -> order.orderNo()).containsAll(found).containsAll(numbers);
    }
}
