package io.kisgateway.throttle;

/** The reservation in memory. */
class ReservationsTest extends ReservationSuite {

    @Override
    int histories() {
        return 60;
    }

    @Override
    Desk desk(LimiterRules rules) {
        Reservations book = new Reservations(rules);
        return new Desk() {
            @Override
            public Reservations.Booking ask(long now, Ask ask) {
                return book.ask(now, ask);
            }

            @Override
            public void giveBack(long now, Slot slot) {
                book.giveBack(slot);
            }

            @Override
            public void slowDown(long now, boolean ledger) {
                book.slowDown(now, ledger);
            }
        };
    }
}
