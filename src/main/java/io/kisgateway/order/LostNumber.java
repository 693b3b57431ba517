package io.kisgateway.order;

/** What becomes of an order whose number, found by a lookup, KIS then confirmed for another order. */
final class LostNumber {

    private LostNumber() { }

    static OrderEntry of(OrderEntry loser, OrderEntry winner) {
        return loser.unknown("KIS confirmed number " + winner.placement().orderNo() + " for another order", loser.quietSince(),
                winner.changedAt());
    }
}
