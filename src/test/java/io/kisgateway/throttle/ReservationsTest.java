package io.kisgateway.throttle;

/** The reservation in memory. */
class ReservationsTest extends ReservationSuite {

    @Override
    int histories() {
        return 60;
    }

    @Override
    Model model(LimiterRules rules) {
        Reservations memory = new Reservations(rules);
        return new Model() {
            @Override
            public Reservations.Booking ask(long now, Ask ask) {
                return memory.ask(now, ask);
            }

            @Override
            public void giveBack(long now, Slot slot) {
                memory.giveBack(slot);
            }

            @Override
            public void slowDown(long now) {
                memory.slowDown(now);
            }
        };
    }
}
