package io.kisgateway.realtime;

import java.util.concurrent.CompletionStage;

/** The way to the session with KIS, which may be another instance's. */
interface Session {

    /** Answered when KIS has; never fails. What was accepted is registered again after each loss, until {@link #unwant}. */
    CompletionStage<RegistrationAnswer> want(Registration registration);

    void unwant(Registration registration);
}
