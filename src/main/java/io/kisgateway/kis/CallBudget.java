package io.kisgateway.kis;

import io.kisgateway.call.SendSlot;
import io.kisgateway.call.Urgency;
import java.util.concurrent.CompletionStage;

/** The account's budget of calls to KIS, for what is no route: the token costs one too. */
@FunctionalInterface
public interface CallBudget {

    /** Completes when the call may go, with its slot or null for at any time; or fails if it may not in time. */
    CompletionStage<SendSlot> spend(Urgency urgency);
}
