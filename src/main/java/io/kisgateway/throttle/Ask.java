package io.kisgateway.throttle;

/**
 * One question to the limiter.
 *
 * @param endpoint      whose windows it counts in, or null for the account's budget alone
 * @param limits        of that endpoint; none when {@code endpoint} is null
 * @param patienceMillis how far ahead the slot may lie, 0 for now or never
 * @param rank          who goes first when the account's budget is short
 * @param account       whether it costs one of the account's budget
 * @param ledger        whether it costs one of the ledger's budget (orders and balance)
 * @param instead       a slot held that is given up in exchange, whatever the answer; or null
 */
public record Ask(String endpoint, RateLimits limits, long patienceMillis, Rank rank, boolean account, boolean ledger,
                  Slot instead) {

    /** The same question by one who holds a slot that is due or was missed, and so goes before others of its rank. */
    Ask instead(Slot slot, long patience) {
        return new Ask(endpoint, limits, patience, rank, account, ledger, slot);
    }
}
