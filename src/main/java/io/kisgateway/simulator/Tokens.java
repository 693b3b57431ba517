package io.kisgateway.simulator;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/** Access tokens by facts 2.1. An issue within the first minute is refused; up to six hours hand back the same token. */
public final class Tokens {

    static final Duration LIFETIME = Duration.ofHours(24);
    private static final Duration SAME_FOR = Duration.ofHours(6);
    private static final int REMEMBERED = 16;

    private final String appKey;
    private final Duration interval;
    private final InstantSource clock;
    private final Random random;
    private final Deque<Token> tokens = new ArrayDeque<>();
    private long issued;
    private long requests;
    private long refused;

    Tokens(SimulatorOptions options) {
        this.appKey = options.credentials().appKey();
        this.interval = options.tokenInterval();
        this.clock = options.clock();
        this.random = new Random(options.seed() ^ clock.millis());
    }

    private static final class Token {

        final String value;
        final Instant issuedAt;
        Instant expiresAt;
        boolean dead;
        boolean replaceable;

        Token(String value, Instant issuedAt, Instant expiresAt) {
            this.value = value;
            this.issuedAt = issuedAt;
            this.expiresAt = expiresAt;
        }
    }

    record Issue(String value, Instant expiresAt, long secondsLeft) {}

    enum Standing { VALID, UNKNOWN, EXPIRED }

    /** Empty within the first minute. */
    synchronized Optional<Issue> issue() {
        requests++;
        Instant now = clock.instant();
        Token last = tokens.peekLast();
        if (last != null && now.isBefore(last.issuedAt.plus(interval))) {
            refused++;
            return Optional.empty();
        }
        if (last != null && !last.replaceable && now.isBefore(last.issuedAt.plus(SAME_FOR))) {
            return granted(last, now);
        }
        Token fresh = new Token(jwt(now), now, now.plus(LIFETIME));
        tokens.addLast(fresh);
        if (tokens.size() > REMEMBERED) {
            tokens.removeFirst();
        }
        issued++;
        return granted(fresh, now);
    }

    private static Optional<Issue> granted(Token token, Instant now) {
        return Optional.of(new Issue(token.value, token.expiresAt,
                Math.max(0, token.expiresAt.getEpochSecond() - now.getEpochSecond())));
    }

    synchronized Standing standing(String value) {
        for (Token token : tokens) {
            if (token.value.equals(value)) {
                if (token.dead) {
                    return Standing.UNKNOWN;
                }
                return clock.instant().isBefore(token.expiresAt) ? Standing.VALID : Standing.EXPIRED;
            }
        }
        return Standing.UNKNOWN;
    }

    synchronized boolean revoke(String value) {
        for (Token token : tokens) {
            if (token.value.equals(value)) {
                token.dead = true;
                token.replaceable = true;
                return true;
            }
        }
        return false;
    }

    /** From now on every token issued so far is answered with EGW00123; the next issue is a fresh one. */
    public synchronized void expire() {
        Instant now = clock.instant();
        for (Token token : tokens) {
            token.replaceable = true;
            if (token.expiresAt.isAfter(now)) {
                token.expiresAt = now;
            }
        }
    }

    /** From now on every token issued so far is answered with EGW00121; the next issue is a fresh one. */
    public synchronized void kill() {
        kill(false);
    }

    /** With {@code incurable}, issues within six hours keep handing back the dead token, as KIS does (facts 2.1). */
    public synchronized void kill(boolean incurable) {
        for (Token token : tokens) {
            token.dead = true;
            token.replaceable = !incurable;
        }
    }

    /** Tokens really issued, the same one handed back not counted. */
    public synchronized long issued() {
        return issued;
    }

    /** Requests to tokenP that got as far as the rules. */
    public synchronized long requests() {
        return requests;
    }

    /** Requests refused with EGW00133. */
    public synchronized long refused() {
        return refused;
    }

    synchronized void reset() {
        tokens.clear();
        issued = 0;
        requests = 0;
        refused = 0;
    }

    private String jwt(Instant now) {
        String header = "{\"typ\":\"JWT\",\"alg\":\"HS512\"}";
        String payload = "{\"sub\":\"token\",\"aud\":\"" + uuid() + "\",\"iss\":\"unogw\",\"exp\":"
                + now.plus(LIFETIME).getEpochSecond() + ",\"iat\":" + now.getEpochSecond() + ",\"jti\":\""
                + new String(JsonStringEncoder.getInstance().quoteAsString(appKey)) + "\"}";
        byte[] signature = new byte[64];
        random.nextBytes(signature);
        return base64(header.getBytes(StandardCharsets.UTF_8)) + "."
                + base64(payload.getBytes(StandardCharsets.UTF_8)) + "." + base64(signature);
    }

    private UUID uuid() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
