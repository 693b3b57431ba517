package io.kisgateway.order;

import io.kisgateway.call.Call;
import io.kisgateway.call.Caller;
import io.kisgateway.call.OrderFate;
import io.kisgateway.order.journal.Journal;
import io.kisgateway.order.journal.Origin;
import io.kisgateway.runtime.KoreanTime;
import io.kisgateway.runtime.Sha256;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
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

    private static final Duration TOGETHER = Duration.ofSeconds(1);
    private static final Duration AGAIN = Duration.ofMillis(200);
    private static final int MOST_UNWRITTEN = 1_000;

    private record Told(String client, String key) {}

    private final OrderLifecycle orders;
    private final Queue<Told> told = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean waiting = new AtomicBoolean();
    private final AtomicInteger unwritten = new AtomicInteger();

    UntoldOrders(OrderLifecycle orders) {
        this.orders = orders;
    }

    /** @param fresh whether no earlier request has had it */
    record Key(String name, boolean fresh) {}

    /** The key under which it goes. @param fingerprint of all that is ordered */
    CompletionStage<Key> key(Call call, String fingerprint) {
        Journal journal = orders.journal();
        Instant now = journal.clock().instant();
        String kind = Sha256.hex(who(call) + '\n' + KoreanTime.date(now) + '\n' + fingerprint, KIND_BYTES);
        String fresh = Origin.madeUp(kind, Long.toString(now.toEpochMilli(), Character.MAX_RADIX)
                + Long.toString(ThreadLocalRandom.current().nextLong() & Long.MAX_VALUE, Character.MAX_RADIX));
        return toldOf(kind).thenCompose(done -> borrow(kind, fresh, null)).handle((key, failure) -> {
            if (failure != null) {
                throw OrderLifecycle.journalAway(failure);
            }
            call.onTold(taken -> ended(call, key, taken));
            return new Key(key, key.equals(fresh));
        });
    }

    /** One like it that is under way may be one whose caller, or whose gateway, has just gone: that takes a moment to be known. */
    private CompletionStage<String> borrow(String kind, String fresh, String ticket) {
        return orders.journal().borrowKey(kind, fresh, ticket).thenCompose(found -> {
            if (found.key() != null) {
                return CompletableFuture.completedStage(found.key());
            }
            CompletableFuture<String> later = new CompletableFuture<>();
            orders.later(AGAIN, () -> borrow(kind, fresh, found.ticket()).whenComplete((key, failure) -> {
                if (failure == null) {
                    later.complete(key);
                } else {
                    later.completeExceptionally(failure);
                }
            }));
            return later;
        });
    }

    /** What callers have been told of orders like this one is written down first, so that this one need not wait. */
    private CompletionStage<?> toldOf(String kind) {
        return told.stream().anyMatch(one -> Origin.kind(one.key()).equals(kind)) ? write() : CompletableFuture.completedStage(null);
    }

    private static String who(Call call) {
        Caller caller = call.attribute(Caller.class);
        return call.client() != null ? call.client().name() : caller == null ? "" : caller.toString();
    }

    /** What has been told is written down a little later, many at once: until then a crash makes it untold, which is the safe side. */
    private void ended(Call call, String key, boolean taken) {
        if (!taken || call.orderFate() == OrderFate.UNKNOWN) {
            untold(key);
            return;
        }
        told.add(new Told(call.client() == null ? null : call.client().name(), key));
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

    /** Tried until it is written: a repeat that comes before would be taken for another order. */
    private void untold(String key) {
        orders.journal().untold(key).whenComplete((done, failure) -> {
            if (failure == null || unwritten.get() >= MOST_UNWRITTEN) {
                return;
            }
            unwritten.incrementAndGet();
            orders.later(TOGETHER, () -> {
                unwritten.decrementAndGet();
                untold(key);
            });
        });
    }

    private CompletableFuture<?> write() {
        List<Told> all = new ArrayList<>();
        for (Told one = told.poll(); one != null; one = told.poll()) {
            all.add(one);
        }
        return CompletableFuture.allOf(all.stream().map(one -> orders.journal().told(one.client(), one.key()).toCompletableFuture()
                .exceptionally(failure -> again(one, failure))).toArray(CompletableFuture[]::new));
    }

    private Void again(Told one, Throwable failure) {
        if (told.size() < MOST_UNWRITTEN) {
            told.add(one);
            soon();
        } else {
            LOG.warn("Whether a caller has been told of its order could not be written down; a repeat of it gets the same order ({})",
                    failure.toString());
        }
        return null;
    }

    void close() {
        try {
            write().get(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("The journal is away: {}", e.toString());
        }
        if (!told.isEmpty()) {
            LOG.warn("Not all that callers have been told of their orders could be written down; a repeat of such an order gets the same");
        }
    }
}
