package io.kisgateway.kis;

import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A token's store that may be away: then nothing is kept, and it is said once. Used by one thread. */
final class KeptToken implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KeptToken.class);

    private final TokenStore store;
    private boolean away;

    KeptToken(TokenStore store) {
        this.store = store;
    }

    boolean isAway() {
        return away;
    }

    /** @return what is kept, or null */
    Token read() {
        return tried(store::read, Optional.<Token>empty()).orElse(null);
    }

    void write(Token token) {
        tried(() -> {
            store.write(token);
            return null;
        }, null);
    }

    /** @return how long nobody may ask for a token; zero if the asker now may, also while the store is away */
    Duration claim(Duration hold) {
        return tried(() -> store.claim(hold), Duration.ZERO);
    }

    void unclaim() {
        tried(() -> {
            store.unclaim();
            return null;
        }, null);
    }

    /** One use of the store. */
    private interface Use<T> {
        T of() throws TokenStore.Unavailable;
    }

    private <T> T tried(Use<T> use, T otherwise) {
        try {
            T result = use.of();
            if (away) {
                LOG.info("The access token's store answers again");
                away = false;
            }
            return result;
        } catch (TokenStore.Unavailable e) {
            if (!away) {
                LOG.warn("The access token's store does not answer; the token is held in memory only: {}", String.valueOf(e.getCause()));
                away = true;
            }
            return otherwise;
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
