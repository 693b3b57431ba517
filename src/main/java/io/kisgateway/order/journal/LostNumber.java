package io.kisgateway.order.journal;

/** What becomes of an order whose number, found by a lookup, KIS then confirmed for another order. */
final class LostNumber {

    private LostNumber() {}

    /** Whether an order has nothing but a lookup's word for the number that another was confirmed under. */
    static boolean loses(OrderEntry loser, OrderEntry winner) {
        return loser.state() == OrderState.PLACED && !loser.placement().confirmed()
                && loser.placement().orderNo().equals(winner.placement().orderNo());
    }

    static OrderEntry of(OrderEntry loser, OrderEntry winner) {
        return loser.numberLost("KIS confirmed number " + winner.placement().orderNo() + " for another order", winner.changedAt());
    }
}
