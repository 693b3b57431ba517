package io.kisgateway.kis;

import java.time.Duration;
import java.util.Optional;

/** Where the token outlives the process, and where instances agree who asks for one. Calls take a bounded time. */
interface TokenStore extends AutoCloseable {

    /** No store answers. */
    final class Unavailable extends Exception {

        private static final long serialVersionUID = 1L;

        Unavailable(Throwable cause) {
            super(cause);
        }
    }

    /** The token kept, if it can be read; whether it is still good is not looked at. */
    Optional<Token> read() throws Unavailable;

    void write(Token token) throws Unavailable;

    /**
     * Takes the right to ask KIS for a token, which nobody else then has for a while.
     *
     * @return zero if it was taken; otherwise how long to wait for the next chance
     */
    Duration claim(Duration during) throws Unavailable;

    /** Gives the right back: KIS was not asked after all. */
    void unclaim() throws Unavailable;

    @Override
    default void close() {
        // Most have nothing to close.
    }

    /** Keeps nothing. */
    TokenStore NONE = new TokenStore() {

        @Override
        public Optional<Token> read() {
            return Optional.empty();
        }

        @Override
        public void write(Token token) {
            // Nothing outlives the process.
        }

        @Override
        public Duration claim(Duration during) {
            return Duration.ZERO;
        }

        @Override
        public void unclaim() {
            // Nothing was claimed.
        }
    };
}
