package io.kisgateway.order;

import java.time.LocalDate;
import java.util.concurrent.CompletionStage;

/** What each client's orders of a day are worth together, won; kept over restarts, and for all instances where they share Redis. */
interface DayValues {

    /**
     * Adds an order's value if the sum stays within a bound, in one step.
     *
     * @return whether it does; fails if that cannot be found out, and then nothing may be sent
     */
    CompletionStage<Boolean> take(String client, LocalDate day, long value, long most);

    /** Takes the value of an order back that was not placed. @return done, whether it could be or not: then it goes on to count */
    CompletionStage<?> giveBack(String client, LocalDate day, long value);
}
