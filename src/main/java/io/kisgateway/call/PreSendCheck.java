package io.kisgateway.call;

import java.util.concurrent.CompletionStage;

/** Carried by a call that somebody may stop until its last moment: asked when its connection is there and nothing of it has left. */
@FunctionalInterface
public interface PreSendCheck {

    /** @return done within seconds if it may leave still, else failed with the caller's answer */
    CompletionStage<?> renew();
}
