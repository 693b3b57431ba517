package io.kisgateway.order;

import io.kisgateway.call.Call;
import io.kisgateway.call.Caller;
import io.kisgateway.call.OrderFate;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.order.journal.Journal;
import io.kisgateway.order.journal.Origin;
import io.kisgateway.runtime.KoreanTime;
import io.kisgateway.runtime.Sha256;
import io.kisgateway.runtime.Stages;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Orders without a key. One that is like an earlier order of the same caller is a repeat of it if and only if nobody has been told
 * how that one ended: its connection closed before, the reply said that it is not known, or the gateway died. Else it is an order
 * of its own: who orders the same twice means it.
 */
final class UntoldOrders {

    private static final Logger LOG = LoggerFactory.getLogger(UntoldOrders.class);
    private static final int KIND_BYTES = 16;

    /** The day begins when reservations of the night and the usual sessions abroad have ended, and nothing else has begun (facts 5.6). */
    private static final Duration NIGHT = Duration.ofMinutes(450);
    private static final Duration TOGETHER = Duration.ofSeconds(1);
    private static final Duration AGAIN = Duration.ofMillis(200);
    /** A gateway that says nothing for half of it counts as gone. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
    static final int MOST_UNWRITTEN = 1_000;

    /** @param fresh with which the request asked for its key */
    private record Told(String client, String key, String fresh) {}

    /**
     * A request that ended without its caller's being told.
     *
     * @param key   under which its order went; null if the journal has not said which that is
     * @param fresh with which it was asked
     */
    private record Untold(String key, String fresh) {}

    private final OrderLifecycle orders;
    private final Executor arrivals;
    /** What the journal does not know yet, each until it is written down. */
    private final Set<Told> told = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean waiting = new AtomicBoolean();
    private final Set<Untold> unwritten = ConcurrentHashMap.newKeySet();

    /** @param arrivals where it is noticed that callers hang up */
    UntoldOrders(OrderLifecycle orders, Executor arrivals) {
        this.orders = orders;
        this.arrivals = arrivals;
    }

    /** @param fresh whether no earlier request has had it */
    record Key(String name, boolean fresh) {}

    /** The key under which it goes. @param fingerprint of all that is ordered */
    CompletionStage<Key> key(Call call, String fingerprint) {
        Journal journal = orders.journal();
        Instant now = journal.clock().instant();
        String kind = Sha256.hex(who(call) + '\n' + KoreanTime.date(now.minus(NIGHT)) + '\n' + fingerprint, KIND_BYTES);
        String fresh = Origin.madeUp(kind, Long.toString(now.toEpochMilli(), Character.MAX_RADIX)
                + Long.toString(ThreadLocalRandom.current().nextLong() & Long.MAX_VALUE, Character.MAX_RADIX));
        return endsOf(kind).thenCompose(done -> unwritten.size() < MOST_UNWRITTEN ? borrow(call, kind, fresh, null, orders.nanoTime())
                : CompletableFuture.<
                        String>failedStage(new IllegalStateException("how " + MOST_UNWRITTEN + " orders ended cannot be written down")))
                .handle((key, failure) -> {
                    if (failure != null) {
                        throw Stages.cause(failure) instanceof Problem problem ? problem : OrderLifecycle.journalAway(failure);
                    }
                    call.onTold(taken -> ended(call, key, fresh, taken));
                    return new Key(key, key.equals(fresh));
                });
    }

    /**
     * One like it that is under way may be one whose caller, or whose gateway, has just gone: that takes a moment to be known. Who gives
     * up meanwhile orders nothing: it may have sent the same again, and have been told how it ended.
     */
    private CompletionStage<String> borrow(Call call, String kind, String fresh, String ticket, long since) {
        return orders.journal().borrowKey(kind, fresh, ticket).whenComplete((found, failure) -> {
            if (failure != null) {
                untold(new Untold(null, fresh));
            }
        }).thenCompose(found -> {
            if (found.key() != null) {
                return CompletableFuture.completedStage(found.key());
            }
            if (orders.nanoTime() - since >= LONGEST_WAIT.toNanos()) {
                call.orderFate(OrderFate.UNKNOWN);
                throw Problem.of(ProblemCode.ORDER_IN_PROGRESS,
                        "The same order is under way at another gateway that says nothing: whether this is a repeat of it is not known")
                        .retryAfter(Duration.ofSeconds(1));
            }
            CompletableFuture<String> later = new CompletableFuture<>();
            call.onHangUp(() -> later.completeExceptionally(Problem.of(ProblemCode.CALLER_GONE, "The caller hung up")));
            // A busy machine may hear late that the first one's caller has gone, but before what it is asked to do now.
            orders.later(AGAIN, () -> arrivals.execute(() -> {
                if (!later.isDone()) {
                    endsOf(kind).thenCompose(done -> borrow(call, kind, fresh, found.ticket(), since)).whenComplete((key, failure) -> {
                        if (failure != null) {
                            later.completeExceptionally(failure);
                        } else if (!later.complete(key)) {
                            giveBack(key, fresh);
                        }
                    });
                }
            }));
            return later.whenComplete((key, failure) -> call.onHangUp(null));
        });
    }

    /** Its caller has gone in the last moment. */
    private void giveBack(String key, String fresh) {
        if (key.equals(fresh)) {
            told.add(new Told(null, key, fresh));
            soon();
        } else {
            untold(new Untold(key, fresh));
        }
    }

    /** How orders like this one ended is written down first: one that nobody was told of is not to be taken for one under way. */
    private CompletionStage<?> endsOf(String kind) {
        List<CompletionStage<?>> ends =
                new ArrayList<>(unwritten.stream().filter(one -> Origin.kind(one.fresh()).equals(kind)).map(this::writeUntold).toList());
        if (told.stream().anyMatch(one -> Origin.kind(one.fresh()).equals(kind))) {
            ends.add(write());
        }
        return Stages.all(ends);
    }

    private static String who(Call call) {
        Caller caller = call.attribute(Caller.class);
        return call.client() != null ? call.client().name() : caller == null ? "" : caller.toString();
    }

    /** What has been told is written down a little later, many at once: until then a crash makes it untold, which is the safe side. */
    private void ended(Call call, String key, String fresh, boolean taken) {
        if (!taken || call.orderFate() == OrderFate.UNKNOWN) {
            untold(new Untold(key, fresh));
            return;
        }
        told.add(new Told(call.client() == null ? null : call.client().name(), key, fresh));
        soon();
    }

    private void soon() {
        if (waiting.compareAndSet(false, true)) {
            orders.later(TOGETHER, () -> {
                waiting.set(false);
                var unused = write();
            });
        }
    }

    /** Tried again with each heartbeat until it is written. While too many are not, no new ones are taken. */
    private void untold(Untold one) {
        unwritten.add(one);
        var unused = writeUntold(one);
    }

    /** Everything that nobody was told of: as long as others do not know it, they must not go by what they know. */
    CompletionStage<Void> writeUntold() {
        return Stages.all(unwritten.stream().map(this::writeUntold).toList());
    }

    private CompletionStage<?> writeUntold(Untold one) {
        Journal journal = orders.journal();
        return (one.key() != null ? journal.untold(one.key(), one.fresh()) : journal.giveUp(one.fresh()))
                .thenAccept(done -> unwritten.remove(one));
    }

    private CompletableFuture<Void> write() {
        return Stages.all(told.stream().map(one -> orders.journal().told(one.client(), one.key(), one.fresh())
                .thenAccept(done -> told.remove(one))
                .exceptionally(failure -> again(one, failure))).toList());
    }

    private Void again(Told one, Throwable failure) {
        if (told.size() <= MOST_UNWRITTEN) {
            soon();
        } else if (told.remove(one)) {
            LOG.warn("Whether a caller has been told of its order could not be written down; a repeat of it gets the same order ({})",
                    Stages.brief(failure));
        }
        return null;
    }

    void close() {
        write().exceptionally(failure -> null).completeOnTimeout(null, 1, TimeUnit.SECONDS).join();
        if (!told.isEmpty()) {
            LOG.warn("Not all that callers have been told of their orders could be written down; a repeat of such an order gets the same");
        }
    }
}
