package io.kisgateway.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetBasedJWKSource;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.kisgateway.runtime.Recent;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Verifies identity tokens (OpenID Connect) of the issuers that an operator trusts: signature, issuer, audience and times. A token
 * that has been verified is remembered for a while, by its hash. Safe for all threads.
 */
final class IdentityTokens {

    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256);
    private static final int SLACK_SECONDS = 60;
    /** The end of the year 9999, in seconds. */
    private static final long LATEST = 253_402_300_799L;
    /** So long keys are not asked for again, and no token is believed without their word. */
    private static final Duration FRESH = Duration.ofMinutes(5);
    private static final int MOST_REMEMBERED = 1000;
    private static final long KEYS_WAIT_MILLIS = Duration.ofSeconds(5).toMillis();
    private static final long KEYS_PAUSE_MILLIS = Duration.ofSeconds(30).toMillis();
    private static final long KEYS_OUTAGE_MILLIS = Duration.ofHours(24).toMillis();

    private final Clock clock;
    private final Map<String, Issuer> issuers = new HashMap<>();
    private final Map<String, Verified> verified = Recent.map(MOST_REMEMBERED);

    private record Issuer(DefaultJWTProcessor<SecurityContext> processor, IssuerKeys keys) {}

    /** @param until when it must be looked at again */
    private record Verified(Identity identity, Instant until) {}

    /** A token that does not tell who its bearer is; the message is for the caller. */
    static final class Refused extends Exception {

        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message, null, false, false);
        }
    }

    /** Nobody could be asked for the keys that tokens are signed with; the message is for operators. */
    static final class Unavailable extends Exception {

        private static final long serialVersionUID = 1L;

        Unavailable(String message, Throwable cause) {
            super(message, cause, false, false);
        }
    }

    /**
     * @param keys     by issuer
     * @param audience that a token must be meant for, one of these
     */
    IdentityTokens(Map<String, IssuerKeys> keys, Collection<String> audience, Clock clock) {
        this.clock = clock;
        keys.forEach((issuer, source) -> issuers.put(issuer, new Issuer(processor(issuer, source, new HashSet<>(audience)), source)));
    }

    private DefaultJWTProcessor<SecurityContext> processor(String issuer, IssuerKeys keys, Set<String> audience) {
        // A token with an unknown key id makes it look for newer keys, but only so often; known keys outlive an outage.
        JWKSetSource<SecurityContext> kept = ((JWKSetBasedJWKSource<SecurityContext>) JWKSourceBuilder.create(keys)
                .cache(FRESH.toMillis(), KEYS_WAIT_MILLIS).rateLimited(KEYS_PAUSE_MILLIS).refreshAheadCache(false)
                .outageTolerant(KEYS_OUTAGE_MILLIS).build()).getJWKSetSource();
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, (wanted, context) -> find(kept, wanted)));
        DefaultJWTClaimsVerifier<SecurityContext> claims = new DefaultJWTClaimsVerifier<>(audience,
                new JWTClaimsSet.Builder().issuer(issuer).build(), Set.of("sub", "exp"), Set.of()) {
            @Override
            protected Date currentTime() {
                return Date.from(clock.instant());
            }
        };
        claims.setMaxClockSkew(SLACK_SECONDS);
        processor.setJWTClaimsSetVerifier(claims);
        return processor;
    }

    /** As the library finds them, but by our clock. */
    private List<JWK> find(JWKSetSource<SecurityContext> kept, JWKSelector wanted) throws KeySourceException {
        long now = clock.millis();
        JWKSet known = kept.getJWKSet(JWKSetCacheRefreshEvaluator.noRefresh(), now, null);
        List<JWK> found = wanted.select(known);
        return found.isEmpty()
                ? wanted.select(kept.getJWKSet(JWKSetCacheRefreshEvaluator.referenceComparison(known), now, null)) : found;
    }

    /** Whether this looks like a token at all, rather than like a key. */
    static boolean isToken(String credential) {
        return credential.startsWith("ey") && credential.indexOf('.') > 0;
    }

    /** What is known of a token that was verified a short while ago, or null. */
    Identity remembered(String token) {
        String hash = ApiKey.hash(token);
        synchronized (verified) {
            Verified known = verified.get(hash);
            if (known == null || !clock.instant().isBefore(known.until)) {
                verified.remove(hash);
                return null;
            }
            return known.identity;
        }
    }

    /** Blocks while keys are asked for, 5 seconds at most. */
    Identity verify(String token) throws Refused, Unavailable {
        Issuer issuer = issuer(token);
        try {
            JWTClaimsSet claims = issuer.processor.process(token, null);
            Identity identity = new Identity(claims.getIssuer(), new HashSet<>(claims.getAudience()), claims.getSubject(),
                    Boolean.TRUE.equals(claims.getClaim("email_verified")) ? claims.getStringClaim("email") : null,
                    claims.getExpirationTime().toInstant().plusSeconds(SLACK_SECONDS));
            remember(token, identity, issuer.keys.asked().plus(FRESH));
            return identity;
        } catch (RateLimitReachedException e) {
            if (issuer.keys.isDown()) {
                throw new Unavailable("its issuer could not be asked for its keys a moment ago", e);
            }
            // Newer keys were looked for a moment ago, and this one was not among them.
            throw new Refused("The token is signed with a key that its issuer does not have");
        } catch (KeySourceException e) {
            throw new Unavailable(String.valueOf(e.getMessage()), e);
        } catch (BadJOSEException e) {
            throw new Refused("The token is not valid: " + e.getMessage());
        } catch (ParseException | JOSEException e) {
            throw new Refused("The token cannot be read");
        }
    }

    private Issuer issuer(String token) throws Refused {
        try {
            JWT parsed = JWTParser.parse(token);
            JWTClaimsSet unverified = parsed.getJWTClaimsSet();
            Issuer issuer = unverified == null ? null : issuers.get(unverified.getIssuer());
            if (issuer != null && parsed instanceof SignedJWT signed) {
                requireTimes(signed.getPayload().toJSONObject());
            }
            if (issuer != null) {
                return issuer;
            }
        } catch (ParseException | RuntimeException e) {
            throw new Refused("The token cannot be read");
        }
        throw new Refused("The token is of an issuer that this gateway does not know");
    }

    /** The library makes milliseconds of them and looks no further: a large one would come round to the past. */
    private static void requireTimes(Map<String, Object> claims) throws Refused {
        for (String name : new String[] {"exp", "nbf", "iat"}) {
            if (claims.get(name) instanceof Number seconds && !(Math.abs(seconds.doubleValue()) <= LATEST)) {
                throw new Refused("The token's " + name + " is no time");
            }
        }
    }

    private void remember(String token, Identity identity, Instant until) {
        synchronized (verified) {
            verified.put(ApiKey.hash(token), new Verified(identity, identity.until().isBefore(until) ? identity.until() : until));
        }
    }
}
