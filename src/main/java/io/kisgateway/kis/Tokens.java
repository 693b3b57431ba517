package io.kisgateway.kis;

import io.kisgateway.call.Problem;
import io.kisgateway.kis.KisOutcome.Cause;
import io.kisgateway.kis.KisOutcome.Unavailable;
import io.kisgateway.redis.RedisConnection;
import io.kisgateway.runtime.Sha256;
import io.kisgateway.runtime.Threads;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The access token of one environment and app key. Held in memory, kept in a {@link TokenStore} over restarts and for
 * other instances, renewed in the background ten minutes before it ends, and asked for by one instance at a time and
 * never more than once a minute (facts 2.1).
 */
public final class Tokens implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Tokens.class);

    static final Duration RENEW_BEFORE = Duration.ofMinutes(10);
    static final Duration BETWEEN_ASKS = Duration.ofMinutes(1);
    /** Asked again within this time of its issue, KIS hands out the same token, dead or alive. */
    static final Duration SAME_TOKEN = Duration.ofHours(6);
    /** How often to look for a token that another instance has asked for: five seconds in all. */
    private static final int LOOKS = 100;
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
    private static final Duration BETWEEN_RENEWALS = Duration.ofSeconds(15);
    private static final Duration BETWEEN_DOUBTS = Duration.ofHours(1);
    private static final int NAME_BYTES = 8;

    private final Supplier<Token> issuer;
    private final KeptToken kept;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final ThreadPoolExecutor thread;

    private final Object lock = new Object();
    private volatile Token held;
    private volatile Token refused;
    private volatile Instant deadUntil = Instant.MIN;
    private CompletableFuture<Token> underWay;
    private long renewalAt;
    private Long doubtedAt;
    // Used by the one thread that obtains tokens.
    private boolean asked;
    private long askedAt;
    private Problem lastAsk;
    private long waitedUntil;
    private final AtomicLong issues = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong refusals = new AtomicLong();
    private volatile Instant lastRefusal;

    Tokens(Supplier<Token> issuer, TokenStore store, Clock clock, LongSupplier nanoTime) {
        this.issuer = issuer;
        this.kept = new KeptToken(store);
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.renewalAt = nanoTime.getAsLong();
        this.waitedUntil = renewalAt;
        this.thread = new ThreadPoolExecutor(0, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Threads.daemon("kis-token"));
    }

    /**
     * @param redis  shares the token among instances; or null
     * @param folder keeps the token where there is no Redis; or null to keep it in memory only
     * @param budget of the account: asking for a token costs one call
     */
    public static Tokens open(KisEnvironment environment, KisCredentials credentials, KisHttp http, CallBudget budget,
            RedisConnection redis, Path folder, Clock clock, LongSupplier nanoTime) {
        TokenIssuer issuer = new TokenIssuer(environment, credentials, http, budget, clock, nanoTime);
        String owner = environment.name().toLowerCase(Locale.ROOT) + "-" + Sha256.hex(credentials.appKey(), NAME_BYTES);
        TokenCipher cipher = new TokenCipher(credentials.appSecret(), owner);
        TokenStore store;
        if (redis != null) {
            store = new RedisTokenStore(redis, "token:" + owner, cipher, clock);
        } else if (folder != null) {
            store = new FileTokenStore(folder, "token-" + owner, cipher, clock);
        } else {
            store = TokenStore.NONE;
        }
        Tokens tokens = new Tokens(issuer::issue, store, clock, nanoTime);
        tokens.look();
        return tokens;
    }

    /** Finds a token that is kept before anybody needs it. */
    private void look() {
        thread.execute(() -> {
            Token found = kept.read();
            if (good(found)) {
                synchronized (lock) {
                    held = held == null ? found : held;
                }
            }
        });
    }

    /**
     * A token to use now. Waits only when there is none.
     *
     * @throws KisFailure if KIS was asked on behalf of this call and did not give one
     * @throws Problem    if KIS may not be asked now, or somebody else's asking failed
     */
    Token current(Duration wait) {
        try {
            return soon(wait).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }

    /** The same without a thread: done already if there is a token, else when it has come or failed to. */
    CompletableFuture<Token> soon(Duration wait) {
        Token token = held;
        if (usable(token)) {
            if (due(token)) {
                renew();
            }
            return CompletableFuture.completedFuture(token);
        }
        CompletableFuture<Token> result;
        boolean mine;
        synchronized (lock) {
            if (usable(held)) {
                return CompletableFuture.completedFuture(held);
            }
            mine = underWay == null;
            result = underWay();
        }
        return result.copy().orTimeout(Math.max(wait.toNanos(), 1), TimeUnit.NANOSECONDS)
                .exceptionally(failure -> {
                    throw failed(cause(failure), mine);
                });
    }

    /** Renews the token if it is due; to be called about once a minute, so that it never ends unnoticed. */
    public void tend() {
        Token token = held;
        if (usable(token) && due(token)) {
            renew();
        }
    }

    /**
     * KIS no longer takes this token.
     *
     * @param doubtful whether KIS has not said so in so many words: then another is worth asking for once an hour
     * @return whether another can be had, so that a repeat makes sense
     */
    boolean refuse(Token token, boolean doubtful) {
        synchronized (lock) {
            if (held != null && !held.sameAs(token)) {
                return true;
            }
            if (token.sameAs(refused)) {
                return clock.instant().isAfter(deadUntil);
            }
            long now = nanoTime.getAsLong();
            boolean early = clock.instant().isBefore(token.issuedAt().plus(BETWEEN_ASKS));
            if (doubtful && (early || doubtedAt != null && now - doubtedAt < BETWEEN_DOUBTS.toNanos())) {
                return false;
            }
            doubtedAt = doubtful ? (Long) now : doubtedAt;
            refused = token;
            refusals.incrementAndGet();
            lastRefusal = clock.instant();
            LOG.warn("KIS no longer takes the access token; asking for another");
            return true;
        }
    }

    /** What operators see of it. */
    public TokenState state() {
        Token token = held;
        return new TokenState(token == null ? null : token.issuedAt(), token == null ? null : token.expiresAt(),
                token != null && token.sameAs(refused), issues.get(), failures.get(), refusals.get(), lastRefusal);
    }

    private boolean usable(Token token) {
        if (token == null || !clock.instant().isBefore(token.expiresAt())) {
            return false;
        }
        // A token that KIS calls dead and yet hands out again is all there is; it may come back to life.
        return !token.sameAs(refused) || clock.instant().isBefore(deadUntil);
    }

    private boolean due(Token token) {
        return !clock.instant().isBefore(token.expiresAt().minus(RENEW_BEFORE));
    }

    private void renew() {
        synchronized (lock) {
            if (underWay == null && nanoTime.getAsLong() - renewalAt >= 0) {
                renewalAt = nanoTime.getAsLong() + BETWEEN_RENEWALS.toNanos();
                var unused = underWay().whenComplete((token, failure) -> {
                    if (failure != null) {
                        LOG.warn("The access token could not be renewed and will be tried again: {}",
                                cause(failure).getMessage());
                    }
                });
            }
        }
    }

    /** Call with the lock held. */
    private CompletableFuture<Token> underWay() {
        if (underWay == null) {
            CompletableFuture<Token> result = new CompletableFuture<>();
            underWay = result;
            thread.execute(() -> {
                Token token = null;
                RuntimeException failure = null;
                try {
                    token = obtain();
                } catch (RuntimeException e) {
                    failure = e;
                }
                synchronized (lock) {
                    if (token != null) {
                        held = token;
                    }
                    underWay = null;
                }
                if (failure == null) {
                    result.complete(token);
                } else {
                    result.completeExceptionally(failure);
                }
            });
        }
        return underWay;
    }

    private static RuntimeException failed(Throwable cause, boolean mine) {
        if (cause instanceof TimeoutException) {
            return Problems.noTokenInTime();
        }
        // One failure of KIS is one failure, however many calls waited for it.
        if (cause instanceof KisFailure failure && !mine) {
            return Problems.of(failure, null);
        }
        return cause instanceof RuntimeException runtime ? runtime : new IllegalStateException(cause);
    }

    private static Throwable cause(Throwable failure) {
        return failure.getCause() == null ? failure : failure.getCause();
    }

    private Token obtain() {
        Token found = kept.read();
        if (good(found)) {
            return found;
        }
        Token spare = spare(found);
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

    /** A token that still works, though it is due. */
    private Token spare(Token found) {
        Token token = held;
        if (found != null && !found.sameAs(refused) && (token == null || token.sameAs(refused)
                || found.expiresAt().isAfter(token.expiresAt()))) {
            token = found;
        }
        return token != null && !token.sameAs(refused) && clock.instant().isBefore(token.expiresAt()) ? token : null;
    }

    private boolean good(Token token) {
        return token != null && !token.sameAs(refused) && !due(token);
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
            lastAsk = Problems.of(e, null);
            if (e.outcome() instanceof Unavailable unavailable && unavailable.cause() == Cause.NOT_SENT) {
                mayAskAgain();
            }
            LOG.warn("KIS gave no access token: {}", e.getMessage());
            return orElse(spare, e);
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
        Instant now = clock.instant();
        Token known = issued.sameAs(refused) ? refused : issued.sameAs(held) ? held : null;
        Token token = known == null ? issued : new Token(issued.value(), known.issuedAt(), issued.expiresAt());
        if (token.sameAs(refused)) {
            Instant sameUntil = token.issuedAt().plus(SAME_TOKEN);
            deadUntil = sameUntil.isAfter(now.plus(RENEW_BEFORE)) ? sameUntil : now.plus(RENEW_BEFORE);
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
            if (good(found)) {
                return found;
            }
        }
        return null;
    }

    @Override
    public void close() {
        thread.shutdownNow();
        kept.close();
    }
}
