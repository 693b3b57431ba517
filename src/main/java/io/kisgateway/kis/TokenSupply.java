package io.kisgateway.kis;

import io.kisgateway.call.Problem;
import io.kisgateway.kis.KisOutcome.Cause;
import io.kisgateway.kis.KisOutcome.Unavailable;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a token comes from: what is kept, what another instance has asked for, or KIS, once a minute at most. For one thread. */
final class TokenSupply {

    private static final Logger LOG = LoggerFactory.getLogger(TokenSupply.class);
    static final Duration BETWEEN_ASKS = Duration.ofMinutes(1);
    /** How often to look for a token that another instance has asked for: five seconds in all. */
    private static final int LOOKS = 100;
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private final Supplier<Token> issuer;
    private final KeptToken kept;
    private final HeldToken held;
    private final LongSupplier nanoTime;
    private final AtomicLong issues = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private boolean asked;
    private long askedAt;
    private Problem lastAsk;
    private long waitedUntil;

    TokenSupply(Supplier<Token> issuer, KeptToken kept, HeldToken held, LongSupplier nanoTime) {
        this.issuer = issuer;
        this.kept = kept;
        this.held = held;
        this.nanoTime = nanoTime;
        this.waitedUntil = nanoTime.getAsLong();
    }

    /** Tokens that KIS has handed out. */
    long issues() {
        return issues.get();
    }

    /** Times that KIS was asked and gave none. */
    long failures() {
        return failures.get();
    }

    Token kept() {
        return kept.read();
    }

    /**
     * @throws KisFailure if KIS was asked and gave none
     * @throws Problem    if KIS may not be asked now
     */
    Token obtain() {
        Token found = kept.read();
        if (held.isGood(found)) {
            return found;
        }
        Token spare = held.spare(found);
        Duration wait = own();
        boolean ownAsk = !wait.isZero();
        if (!ownAsk) {
            wait = kept.claim(BETWEEN_ASKS);
        }
        if (wait.isZero()) {
            return ask(spare);
        }
        if (spare != null) {
            return spare;
        }
        if (!ownAsk && nanoTime.getAsLong() - waitedUntil >= 0) {
            Token other = awaitOther();
            if (other != null) {
                return other;
            }
            waitedUntil = nanoTime.getAsLong() + wait.toNanos();
        }
        throw lastAsk != null && ownAsk ? lastAsk.retryAfter(wait) : Problems.noTokenYet(wait);
    }

    /** How long until this instance may ask again. */
    private Duration own() {
        if (!asked) {
            return Duration.ZERO;
        }
        Duration left = BETWEEN_ASKS.minusNanos(nanoTime.getAsLong() - askedAt);
        return left.isNegative() ? Duration.ZERO : left;
    }

    private Token ask(Token spare) {
        asked = true;
        askedAt = nanoTime.getAsLong();
        try {
            Token issued = adopt(issuer.get());
            issues.incrementAndGet();
            lastAsk = null;
            return issued;
        } catch (KisFailure e) {
            failures.incrementAndGet();
            boolean notSent = e.outcome() instanceof Unavailable unavailable && unavailable.cause() == Cause.NOT_SENT;
            if (notSent) {
                mayAskAgain();
            }
            KisFailure failure = notSent ? e : e.notBefore(BETWEEN_ASKS);
            lastAsk = Problems.of(failure, null);
            LOG.warn("KIS gave no access token: {}", e.getMessage());
            return orElse(spare, failure);
        } catch (Problem e) {
            mayAskAgain();
            return orElse(spare, e);
        }
    }

    /** KIS was not reached, so it does not count. */
    private void mayAskAgain() {
        asked = false;
        kept.unclaim();
    }

    private static Token orElse(Token spare, RuntimeException failure) {
        if (spare == null) {
            throw failure;
        }
        return spare;
    }

    private Token adopt(Token issued) {
        Token token = held.withFirstTime(issued);
        Instant deadUntil = held.deadUntil(token);
        if (deadUntil != null) {
            LOG.error("KIS handed out the same refused access token again; the next is asked for after {}", deadUntil);
        } else {
            LOG.info("KIS issued an access token that ends at {}", token.expiresAt());
        }
        kept.write(token);
        return token;
    }

    /** Another instance has just asked, or its asking has failed: look for a while, once a minute. */
    private Token awaitOther() {
        for (int i = 0; i < LOOKS && !kept.isAway() && !Thread.currentThread().isInterrupted(); i++) {
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
            Token found = kept.read();
            if (held.isGood(found)) {
                return found;
            }
        }
        return null;
    }
}
