package io.kisgateway.ops;

import io.kisgateway.call.OrderFate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** The orders that this instance sent, by what their callers were told. */
final class SentOrders {

    private final LongAdder placed = new LongAdder();
    private final LongAdder notPlaced = new LongAdder();
    private final LongAdder unknown = new LongAdder();

    void add(FinishedCall call) {
        if (call.orderFate() == OrderFate.PLACED) {
            placed.increment();
        } else if (call.orderFate() == OrderFate.NOT_PLACED && call.code() != null) {
            // Without a problem it was the replay of an earlier order's reply.
            notPlaced.increment();
        } else if (call.orderFate() == OrderFate.UNKNOWN) {
            unknown.increment();
        }
    }

    Map<String, Long> byState() {
        Map<String, Long> states = new LinkedHashMap<>();
        states.put("placed", placed.sum());
        states.put("not_placed", notPlaced.sum());
        states.put("unknown", unknown.sum());
        return states;
    }
}
