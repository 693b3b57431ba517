package io.kisgateway.throttle;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What is to be done in the shared reservations. */
sealed interface Operation {

    /**
     * Writes it into a call of the script.
     *
     * @param lost whether Redis has forgotten everything since it was heard
     */
    void into(RedisReservations.Batch batch, RedisSnapshot heard, boolean lost, long nowNanos);

    record Question(Ask ask, long askedNanos, CompletableFuture<Decision> answer) implements Operation {
        @Override
        public void into(RedisReservations.Batch batch, RedisSnapshot heard, boolean lost, long nowNanos) {
            long waited = (nowNanos - askedNanos) / 1_000_000;
            boolean unknown = ask.instead() != null && !heard.knows(ask.instead(), lost);
            batch.ask(unknown ? ask.without() : ask, Math.max(0, ask.patienceMillis() - waited));
        }
    }

    record Return(Slot slot) implements Operation {
        @Override
        public void into(RedisReservations.Batch batch, RedisSnapshot heard, boolean lost, long nowNanos) {
            if (heard.knows(slot, lost)) {
                batch.giveBack(slot);
            }
        }
    }

    /**
     * Tells Redis what was granted without it.
     *
     * @param redisNow when it answered again, by its own clock
     * @param lost     whether it has forgotten everything
     */
    record Rejoin(LocalShareLimiter local, long redisNow, boolean lost) implements Operation {
        @Override
        public void into(RedisReservations.Batch batch, RedisSnapshot heard, boolean forgot, long nowNanos) {
            local.tell(batch, lost, redisNow);
        }

        /** Null if there is none. */
        static Rejoin among(List<Operation> operations) {
            for (Operation operation : operations) {
                if (operation instanceof Rejoin rejoin) {
                    return rejoin;
                }
            }
            return null;
        }
    }

    record Slower() implements Operation {
        @Override
        public void into(RedisReservations.Batch batch, RedisSnapshot heard, boolean lost, long nowNanos) {
            batch.slowDown();
        }
    }
}
