package io.kisgateway.realtime;

import java.util.concurrent.CompletionStage;

/** The way to the session with KIS, which may be another instance's. Holds nobody up, and goes by the order in which it is called. */
interface Session {

    /** Answered when KIS has; never fails. What was accepted is registered again after each loss, until {@link #unwant}. */
    CompletionStage<RegistrationAnswer> want(Registration registration);

    void unwant(Registration registration);
}
