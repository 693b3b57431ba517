package io.kisgateway.kis;

import io.kisgateway.runtime.Stages;
import io.kisgateway.runtime.Store;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An operator's last word on the circuit breaker: open until it is reset, or reset. It is a word about KIS, hence holds for all
 * instances, and outlives them; what an instance has found out by itself, by which the breaker trips, stays its own.
 */
final class BreakerSwitch {

    private static final Logger LOG = LoggerFactory.getLogger(BreakerSwitch.class);
    private static final String FORCED = "forced-open";
    private static final String RESET = "reset";
    private static final Duration KEPT_FOR = Duration.ofDays(366);

    private final KisBreaker breaker;
    private final Store store;
    private final boolean shared;
    private final String name;
    private final InstantSource clock;
    /** The last word that this instance has followed; null before the first look. */
    private String followed;
    /** What was said here and the store has not got yet. */
    private String pending;
    private volatile boolean away;

    /** @param shared whether other instances have the store too */
    BreakerSwitch(KisBreaker breaker, Store store, boolean shared, String name, InstantSource clock) {
        this.breaker = breaker;
        this.store = store;
        this.shared = shared;
        this.name = name;
        this.clock = clock;
    }

    /** @throws IllegalStateException if the other instances could not be told yet; this one is open all the same */
    void forceOpen() {
        breaker.forceOpenHere();
        say(FORCED);
    }

    /** @throws IllegalStateException if the other instances could not be told yet; this one is reset, unless it was forced open */
    void reset() {
        boolean forced = breaker.isForcedOpen();
        if (!forced) {
            breaker.resetHere();
        }
        try {
            say(RESET);
        } catch (IllegalStateException e) {
            if (!forced || withdraws()) {
                throw e;
            }
        }
        breaker.resetHere();
    }

    /** @return whether what was said was still to be told */
    private synchronized boolean withdraws() {
        boolean untold = pending != null;
        pending = null;
        return untold;
    }

    /** Whether what forces it open is known to all instances, or can be. */
    synchronized boolean isForcedForAll() {
        return shared && pending == null && followed != null && followed.startsWith(FORCED);
    }

    private void say(String word) {
        String text = word + " " + clock.instant() + " " + UUID.randomUUID();
        synchronized (this) {
            pending = text;
        }
        try {
            tell(text).toCompletableFuture().join();
        } catch (CompletionException e) {
            throw new IllegalStateException("the other instances cannot be told", e.getCause());
        }
    }

    private CompletionStage<?> tell(String text) {
        return store.write(name, text, KEPT_FOR).thenRun(() -> {
            synchronized (this) {
                // What was withdrawn meanwhile and got there all the same is followed like anybody else's word.
                if (text.equals(pending)) {
                    followed = text;
                    pending = null;
                }
            }
        });
    }

    /** Tells what could not be told, or does what was said elsewhere. Completes always. */
    CompletionStage<?> refresh() {
        String untold;
        synchronized (this) {
            untold = pending;
        }
        CompletionStage<?> done = untold != null ? tell(untold) : store.read(name).thenCompose(this::follow);
        return done.handle((told, failure) -> {
            if (failure != null && !away) {
                LOG.warn("What operators say of the breaker cannot be looked up ({}); trying on",
                        Stages.reason(failure));
            }
            away = failure != null;
            return null;
        });
    }

    private CompletionStage<?> follow(Optional<String> word) {
        String said = word.orElse("");
        String before;
        synchronized (this) {
            before = followed == null ? "" : followed;
            if (pending != null || said.equals(followed)) {
                return CompletableFuture.completedStage(null);
            }
            if (said.isEmpty() && before.startsWith(FORCED)) {
                // A store that has lost it has not taken it back; an operator may by now.
                return store.restore(name, before, KEPT_FOR);
            }
            followed = said;
        }
        if (said.startsWith(FORCED)) {
            LOG.warn("An operator has forced the circuit breaker open on all instances");
            breaker.forceOpenHere();
        } else if (said.startsWith(RESET) && !before.isEmpty()) {
            LOG.info("An operator has reset the circuit breaker on all instances");
            breaker.resetHere();
        }
        return CompletableFuture.completedStage(null);
    }
}
