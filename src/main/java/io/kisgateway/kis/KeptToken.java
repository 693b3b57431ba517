package io.kisgateway.kis;

import io.kisgateway.runtime.Stages;
import io.kisgateway.runtime.Store;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The token's place in a store, where it lies sealed. The store may be away: then nothing is kept, and it is said once. For one thread. */
final class KeptToken {

    private static final Logger LOG = LoggerFactory.getLogger(KeptToken.class);

    private final Store store;
    private final String name;
    private final TokenCipher cipher;
    private final InstantSource clock;
    private boolean away;

    KeptToken(Store store, String name, TokenCipher cipher, InstantSource clock) {
        this.store = store;
        this.name = name;
        this.cipher = cipher;
        this.clock = clock;
    }

    boolean isAway() {
        return away;
    }

    /** @return what is kept, or null */
    Token read() {
        String sealed = tried(store.read(name), Optional.<String>empty()).orElse(null);
        if (sealed == null) {
            return null;
        }
        Token token = cipher.open(sealed).orElse(null);
        if (token == null) {
            LOG.warn("The kept token cannot be opened (damaged, or kept with another app secret); it is ignored");
        }
        return token;
    }

    void write(Token token) {
        Duration left = Duration.between(clock.instant(), token.expiresAt());
        if (left.toMillis() > 0) {
            tried(store.write(name, cipher.seal(token), left), null);
        }
    }

    /** @return how long nobody may ask for a token; zero if the asker now may, also while the store is away */
    Duration claim(Duration hold) {
        return tried(store.claim(name, hold), Duration.ZERO);
    }

    void unclaim() {
        tried(store.unclaim(name), null);
    }

    private <T> T tried(CompletionStage<T> use, T otherwise) {
        try {
            T result = use.toCompletableFuture().join();
            if (away) {
                LOG.info("The access token's store answers again");
                away = false;
            }
            return result;
        } catch (CompletionException e) {
            if (!away) {
                LOG.warn("The access token's store does not answer; the token is held in memory only: {}", Stages.reason(e));
                away = true;
            }
            return otherwise;
        }
    }
}
