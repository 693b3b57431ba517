package io.kisgateway.realtime;

import java.util.Set;
import java.util.concurrent.CompletionStage;

/** A listener's registrations. */
public interface Subscription extends AutoCloseable {

    /** Completed in the listener's turn, before the first record; never fails. Nothing stays registered that KIS has refused. */
    CompletionStage<RegistrationAnswer> add(Registration registration);

    CompletionStage<RegistrationAnswer> remove(Registration registration);

    /** Those that KIS has accepted. */
    Set<Registration> registrations();

    /** The listener is told nothing until {@link #resume}; too much waiting for it ends the subscription. */
    void pause();

    void resume();

    /** The listener is told nothing more, and what nobody else wants is unregistered. */
    @Override
    void close();
}
