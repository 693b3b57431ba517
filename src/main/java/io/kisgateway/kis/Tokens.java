package io.kisgateway.kis;

import io.kisgateway.call.Problem;
import io.kisgateway.runtime.Sha256;
import io.kisgateway.runtime.Stages;
import io.kisgateway.runtime.Store;
import io.kisgateway.runtime.Threads;
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
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The access token of one environment and app key. Held in memory, kept in a {@link Store} over restarts and for
 * other instances, renewed in the background ten minutes before it ends, and asked for by one instance at a time and
 * never more than once a minute (facts 2.1).
 */
public final class Tokens implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Tokens.class);

    private static final Duration BETWEEN_RENEWALS = Duration.ofSeconds(15);
    private static final Duration BETWEEN_DOUBTS = Duration.ofHours(1);
    private static final int NAME_BYTES = 8;

    private final TokenSupply supply;
    private final HeldToken held;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final ThreadPoolExecutor thread;

    private final Object lock = new Object();
    private CompletableFuture<Token> underWay;
    private long renewalAt;
    private Long doubtedAt;
    private final AtomicLong refusals = new AtomicLong();
    private volatile Instant lastRefusal;

    Tokens(Supplier<Token> issuer, KeptToken kept, Clock clock, LongSupplier nanoTime) {
        this.held = new HeldToken(clock);
        this.supply = new TokenSupply(issuer, kept, held, nanoTime);
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.renewalAt = nanoTime.getAsLong();
        this.thread = new ThreadPoolExecutor(0, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Threads.daemon("kis-token"));
    }

    /**
     * @param store  keeps the token over restarts and shares it among instances
     * @param budget of the account: asking for a token costs one call
     */
    public static Tokens open(KisEnvironment environment, KisCredentials credentials, KisHttp http, CallBudget budget, Store store,
            Clock clock, LongSupplier nanoTime) {
        TokenIssuer issuer = new TokenIssuer(environment, credentials, http, budget, clock, nanoTime);
        String owner = environment.name().toLowerCase(Locale.ROOT) + "-" + Sha256.hex(credentials.appKey(), NAME_BYTES);
        KeptToken kept = new KeptToken(store, "token:" + owner, new TokenCipher(credentials.appSecret(), owner), clock);
        Tokens tokens = new Tokens(issuer::issue, kept, clock, nanoTime);
        tokens.look();
        return tokens;
    }

    /** Finds a token that is kept before anybody needs it. */
    private void look() {
        thread.execute(() -> {
            Token found = supply.kept();
            if (held.isGood(found)) {
                synchronized (lock) {
                    if (held.token() == null) {
                        held.hold(found);
                    }
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
        Token token = held.token();
        if (held.isUsable(token)) {
            if (held.isDue(token)) {
                renew();
            }
            return CompletableFuture.completedFuture(token);
        }
        CompletableFuture<Token> result;
        boolean mine;
        synchronized (lock) {
            if (held.isUsable(held.token())) {
                return CompletableFuture.completedFuture(held.token());
            }
            mine = underWay == null;
            result = underWay();
        }
        return result.copy().orTimeout(Math.max(wait.toNanos(), 1), TimeUnit.NANOSECONDS)
                .exceptionally(failure -> {
                    throw failed(Stages.cause(failure), mine);
                });
    }

    /** Renews the token if it is due; to be called about once a minute, so that it never ends unnoticed. */
    public void tend() {
        Token token = held.token();
        if (held.isUsable(token) && held.isDue(token)) {
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
            if (held.token() != null && !held.token().sameAs(token)) {
                return true;
            }
            if (held.isRefused(token)) {
                return held.canBeReplaced();
            }
            long now = nanoTime.getAsLong();
            boolean early = clock.instant().isBefore(token.issuedAt().plus(TokenSupply.BETWEEN_ASKS));
            if (doubtful && (early || doubtedAt != null && now - doubtedAt < BETWEEN_DOUBTS.toNanos())) {
                return false;
            }
            doubtedAt = doubtful ? (Long) now : doubtedAt;
            held.refuse(token);
            refusals.incrementAndGet();
            lastRefusal = clock.instant();
            LOG.warn("KIS no longer takes the access token; asking for another");
            return true;
        }
    }

    /** What operators see of it. */
    public TokenState state() {
        Token token = held.token();
        return new TokenState(token == null ? null : token.issuedAt(), token == null ? null : token.expiresAt(), held.isRefused(token),
                supply.issues(), supply.failures(), refusals.get(), lastRefusal);
    }

    private void renew() {
        synchronized (lock) {
            if (underWay == null && nanoTime.getAsLong() - renewalAt >= 0) {
                renewalAt = nanoTime.getAsLong() + BETWEEN_RENEWALS.toNanos();
                var unused = underWay().whenComplete((token, failure) -> {
                    if (failure != null) {
                        LOG.warn("The access token could not be renewed and will be tried again: {}",
                                Stages.cause(failure).getMessage());
                    }
                });
            }
        }
    }

    /** Call with the lock held. */
    private CompletableFuture<Token> underWay() {
        if (underWay == null) {
            underWay = CompletableFuture.supplyAsync(() -> {
                Token token = null;
                try {
                    token = supply.obtain();
                    return token;
                } finally {
                    synchronized (lock) {
                        if (token != null) {
                            held.hold(token);
                        }
                        underWay = null;
                    }
                }
            }, thread);
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

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
