package io.kisgateway.order.journal;

import io.kisgateway.redis.Reason;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.redisson.api.BatchOptions;
import org.redisson.api.RBatch;
import org.redisson.client.codec.StringCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pulse between one instance and Redis: that the instance lives, what time it is there, and whether orders are safe there. */
final class RedisHeartbeat {

    private static final Logger LOG = LoggerFactory.getLogger(RedisHeartbeat.class);
    /** How long after its last sign of life an instance counts as gone. */
    static final Duration LIFE = Duration.ofSeconds(5);
    /** How long a replica may take to confirm what precedes an order. */
    private static final Duration REPLICATION = Duration.ofMillis(500);
    /** A difference that makes the waits between instances too short or too long. */
    private static final Duration CLOCKS_AGREE = Duration.ofSeconds(2);

    private static final class NotReplicated extends IOException {
        private static final long serialVersionUID = 1;

        NotReplicated() {
            super("none of its replicas has it within " + REPLICATION.toMillis() + " ms");
        }
    }

    private final RedisStore store;
    private final String instance;
    private final Clock own;
    private final SharedClock clock;
    private final Availability availability;
    private final AtomicInteger lost = new AtomicInteger();
    /** What time it was there when it last answered, in milliseconds. */
    private final AtomicLong heard = new AtomicLong();
    private final AtomicBoolean clockTold = new AtomicBoolean();
    private final String script = RedisStore.script("heartbeat");
    private final String trial = RedisStore.script("trial");
    private volatile boolean tried;
    /** Redis's word while it is there and does not let an order be written down; or null. */
    private volatile String refusal;

    RedisHeartbeat(RedisStore store, String instance, Clock own) {
        this.store = store;
        this.instance = instance;
        this.own = own;
        this.clock = new SharedClock(own);
        this.availability = new Availability(store.redis().toString(), own);
    }

    SharedClock clock() {
        return clock;
    }

    Availability availability() {
        return availability;
    }

    /** With the time until which all ends are written; that one beat is lost, in a start or a change of connections, is no outage yet. */
    CompletionStage<Void> beat(Supplier<? extends CompletionStage<?>> ends) {
        // Of before they are written: a frozen Redis may take what is sent now for news later.
        long until = heard.get();
        return ends.get().handle((done, failure) -> failure == null).thenCompose(lives -> beat(lives, until));
    }

    private CompletionStage<Void> beat(boolean lives, long until) {
        Instant sent = own.instant();
        return store.texts(script, List.of(store.keys().alive(instance)), lives ? LIFE.toMillis() : "", until).thenAccept(told -> {
            time(told, sent);
            lost.set(0);
            tried().thenCompose(done -> replicated(told.get(2))).whenComplete((done, failure) -> {
                refusal = failure == null ? null : refusal;
                ended(failure);
            });
        }).whenComplete((done, failure) -> {
            if (failure != null && lost.incrementAndGet() > 1) {
                ended(failure);
            }
        });
    }

    /** Before the first order, and while none can be written down: that a sign of life can be written does not show that an order can. */
    private CompletionStage<?> tried() {
        return tried && !availability.isAway() ? CompletableFuture.completedStage(null)
                : store.text(trial, List.of(store.keys().lease("trial-" + instance))).thenAccept(done -> tried = true);
    }

    /** Before an order leaves: it might be written down, and then what became of it could not. Fails while that is so. */
    CompletionStage<?> ready() {
        return refusal != null ? CompletableFuture.failedStage(new IOException("Redis refuses writes: " + refusal))
                : tried ? CompletableFuture.completedStage(null) : tried();
    }

    /** A write that must succeed before an order leaves has ended. After a refusal only a trial shows that orders can be written again. */
    void ended(Throwable failure) {
        if (failure == null && refusal == null) {
            availability.wrote();
        } else if (failure != null) {
            refusal = Reason.isRefusal(failure) ? Reason.of(failure) : refusal;
            // Others' messages may hold what was sent.
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            availability.failed(cause instanceof NotReplicated ? cause.getMessage() : Reason.of(failure));
        }
    }

    private void time(List<String> told, Instant sent) {
        Instant redis = Instant.ofEpochSecond(Long.parseLong(told.get(0)), Long.parseLong(told.get(1)) * 1000);
        heard.accumulateAndGet(redis.toEpochMilli(), Math::max);
        Duration ahead = Duration.ofMillis(clock.heard(redis, sent, own.instant()));
        if (ahead.abs().compareTo(CLOCKS_AGREE) > 0 && clockTold.compareAndSet(false, true)) {
            LOG.warn("Redis's clock is {} s {} this machine's: keep both by NTP. Between gateways Redis's counts",
                    ahead.abs().toSeconds(), ahead.isNegative() ? "behind" : "ahead of");
        }
    }

    /**
     * Redis answers before its replicas have what was written; should it fail then, only what one of them has lives on. Completes
     * when one has all that was written so far, if there is any.
     *
     * @param replicas how many there are; empty if Redis does not tell
     */
    CompletionStage<Void> replicated(String replicas) {
        if (replicas.isEmpty() || replicas.equals("0")) {
            return CompletableFuture.completedStage(null);
        }
        return store.ask(client -> {
            RBatch batch = client.createBatch(BatchOptions.defaults().sync(1, REPLICATION));
            // It waits for the writes before it as well, whatever connection they came by.
            CompletionStage<Void> write = batch.<String>getBucket(store.keys().lease("replicated-" + instance), StringCodec.INSTANCE)
                    .setAsync("1", LIFE);
            return batch.executeAsync().thenCombine(write, (done, written) -> done.getSyncedSlaves());
        }).thenCompose(synced -> synced > 0 ? CompletableFuture.completedStage(null) : CompletableFuture.failedStage(new NotReplicated()));
    }
}
