package io.kisgateway.order;

import io.kisgateway.order.OrderRig.One;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/** Rigs with a gateway each for tests that run side by side, each of which has one to itself; the next test gets it as it is. */
final class OrderRigs implements AutoCloseable {

    private static final List<String> CODES = List.of("000270", "005490", "051910", "006400", "012330", "028260", "068270", "105560",
            "055550", "066570", "017670", "030200", "015760", "034020", "012450", "042660", "009150", "003550", "247540", "086520",
            "196170", "293490", "041510", "0001A0", "069500", "Q500001", "373220", "207940", "005380", "000660", "005930", "035420");

    private final Supplier<OrderRig> start;
    private final Queue<Place> all = new ConcurrentLinkedQueue<>();
    private final Queue<Place> free = new ConcurrentLinkedQueue<>();

    OrderRigs(Supplier<OrderRig> start) {
        this.start = start;
    }

    /** A rig and its gateway. */
    final class Place implements AutoCloseable {

        private final OrderRig rig = start.get();
        private final Deque<String> untouched = new ArrayDeque<>(CODES);
        private One gateway = rig.gateway();

        OrderRig rig() {
            return rig;
        }

        One gateway() {
            return gateway;
        }

        /** The gateway goes down, and another begins with what it has left. */
        One restart() {
            gateway.close();
            gateway = rig.gateway();
            return gateway;
        }

        /** A stock that no other test has ordered here. */
        String untouchedCode() {
            return untouched.pop();
        }

        /** Gives it back. */
        @Override
        public void close() {
            rig.simulator().faults().clear();
            free.add(this);
        }
    }

    Place take() {
        Place place = free.poll();
        if (place == null) {
            place = new Place();
            all.add(place);
        }
        return place;
    }

    @Override
    public void close() {
        all.forEach(place -> {
            place.gateway.close();
            place.rig.close();
        });
    }
}
