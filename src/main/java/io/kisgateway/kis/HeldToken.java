package io.kisgateway.kis;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** The token in memory, and what is known of whether KIS takes it. */
final class HeldToken {

    private static final Duration RENEW_BEFORE = Duration.ofMinutes(10);
    /** Asked again within this time of its issue, KIS hands out the same token, dead or alive (facts 2.1). */
    private static final Duration SAME_TOKEN = Duration.ofHours(6);

    private final Clock clock;
    private volatile Token token;
    private volatile Token refused;
    private volatile Instant deadUntil = Instant.MIN;

    HeldToken(Clock clock) {
        this.clock = clock;
    }

    Token token() {
        return token;
    }

    void hold(Token other) {
        token = other;
    }

    void refuse(Token dead) {
        refused = dead;
    }

    boolean isRefused(Token other) {
        return other != null && other.sameAs(refused);
    }

    boolean isUsable(Token now) {
        if (now == null || !clock.instant().isBefore(now.expiresAt())) {
            return false;
        }
        // A token that KIS calls dead and yet hands out again is all there is; it may come back to life.
        return !now.sameAs(refused) || clock.instant().isBefore(deadUntil);
    }

    boolean isDue(Token other) {
        return !clock.instant().isBefore(other.expiresAt().minus(RENEW_BEFORE));
    }

    /** Whether it serves, and will for a while. */
    boolean isGood(Token other) {
        return other != null && !other.sameAs(refused) && !isDue(other);
    }

    /** Whether another than the refused one can be had of KIS. */
    boolean canBeReplaced() {
        return clock.instant().isAfter(deadUntil);
    }

    /** A token that still works, though it is due, or null. */
    Token spare(Token found) {
        Token now = token;
        if (found != null && !found.sameAs(refused) && (now == null || now.sameAs(refused) || found.expiresAt().isAfter(now.expiresAt()))) {
            now = found;
        }
        return now != null && !now.sameAs(refused) && clock.instant().isBefore(now.expiresAt()) ? now : null;
    }

    /** What KIS has just handed out, with the time at which it did so first. @return until when it is dead, or null if it is not */
    Instant deadUntil(Token issued) {
        if (!issued.sameAs(refused)) {
            return null;
        }
        Instant least = clock.instant().plus(RENEW_BEFORE);
        Instant sameUntil = issued.issuedAt().plus(SAME_TOKEN);
        deadUntil = sameUntil.isAfter(least) ? sameUntil : least;
        return deadUntil;
    }

    /** The same token as known before, if it is one, with its first time. */
    Token withFirstTime(Token issued) {
        Token known = issued.sameAs(refused) ? refused : issued.sameAs(token) ? token : null;
        return known == null ? issued : new Token(issued.value(), known.issuedAt(), issued.expiresAt());
    }
}
