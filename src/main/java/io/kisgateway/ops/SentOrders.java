package io.kisgateway.ops;

import io.kisgateway.call.OrderFate;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/** Orders as this instance saw them go, where no journal tells more: what is unknown stays so until the restart. */
public final class SentOrders implements OrdersView {

    private static final int SHOWN = 100;

    private final LongAdder placed = new LongAdder();
    private final LongAdder notPlaced = new LongAdder();
    private final LongAdder unknown = new LongAdder();
    private final Deque<Unresolved> last = new ArrayDeque<>();

    @Override
    public void finished(FinishedCall call, Instant at) {
        if (call.orderFate() == OrderFate.PLACED) {
            placed.increment();
        } else if (call.orderFate() == OrderFate.NOT_PLACED && call.code() != null) {
            // Without a problem it was the replay of an earlier order's reply.
            notPlaced.increment();
        } else if (call.orderFate() == OrderFate.UNKNOWN) {
            unknown.increment();
            synchronized (last) {
                if (last.size() == SHOWN) {
                    last.removeFirst();
                }
                last.addLast(new Unresolved(call.requestId(), at, side(call.endpoint()), call.stockCode(), call.code()));
            }
        }
    }

    private static String side(String endpoint) {
        return endpoint.endsWith("buy") ? "buy" : endpoint.endsWith("sell") ? "sell" : endpoint;
    }

    @Override
    public Map<String, Long> byState() {
        Map<String, Long> states = new LinkedHashMap<>();
        states.put("placed", placed.sum());
        states.put("not_placed", notPlaced.sum());
        states.put("unknown", unknown.sum());
        return states;
    }

    @Override
    public List<Unresolved> unresolved() {
        synchronized (last) {
            return List.copyOf(last);
        }
    }

    @Override
    public long unresolvedCount() {
        return unknown.sum();
    }

    @Override
    public Optional<Boolean> halted() {
        return Optional.empty();
    }
}
