package io.kisgateway.order;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How orders are handled.
 *
 * @param scope       names account and mode without giving the account away
 * @param dataFolder  where the journal is when there is no Redis
 * @param keyRequired whether every order needs an Idempotency-Key
 * @param patience    of callers that wait for another request's outcome
 * @param halted      whether trading is halted from the start
 * @param maxQuantity of one order
 * @param maxValue    of one order, won
 * @param callTimeout how long a call to KIS can last at most, repeats included
 * @param grace       see {@link Reconciler.Rules}
 * @param unresolved  see {@link Reconciler.Rules}
 */
public record OrderSettings(String scope, Path dataFolder, boolean keyRequired, Patience patience, boolean halted,
        long maxQuantity, long maxValue, Duration callTimeout, Duration grace, Duration unresolved) {
}
