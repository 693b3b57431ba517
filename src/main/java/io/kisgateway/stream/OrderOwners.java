package io.kisgateway.stream;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Finds out whose order a record is of, for those who see their own only. KIS may tell of an order before its own reply to it has
 * been written down, so that it is asked again for a while. Records of one order come out in their order.
 */
final class OrderOwners {

    private static final long[] AGAIN_MILLIS = {100, 200, 500, 1000, 2000, 4000};
    private static final int MOST_ORDERS = 1000;

    private final Function<String, CompletionStage<Optional<String>>> clients;
    private final ScheduledExecutorService timers;
    private final Map<String, CompletableFuture<Void>> last = new HashMap<>();

    /** @param clients whose an order of today is, by its number; empty if that is not known, or it was placed elsewhere */
    OrderOwners(Function<String, CompletionStage<Optional<String>>> clients, ScheduledExecutorService timers) {
        this.clients = clients;
        this.timers = timers;
    }

    /** @param owner gets the client's name; not called if nobody's is found */
    void find(String orderNo, Consumer<String> owner) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        CompletableFuture<Void> before;
        synchronized (this) {
            if (last.size() >= MOST_ORDERS && !last.containsKey(orderNo)) {
                return;
            }
            before = last.put(orderNo, done);
        }
        CompletableFuture<Void> turn = before == null ? CompletableFuture.completedFuture(null) : before;
        var unused = turn.whenComplete((ended, failure) -> ask(orderNo, 0, found -> {
            found.ifPresent(owner);
            synchronized (this) {
                last.remove(orderNo, done);
            }
            done.complete(null);
        }));
    }

    private void ask(String orderNo, int tries, Consumer<Optional<String>> found) {
        clients.apply(orderNo).whenComplete((client, failure) -> {
            if (failure == null && client.isPresent() || tries == AGAIN_MILLIS.length) {
                found.accept(failure == null ? client : Optional.empty());
            } else {
                var unused = timers.schedule(() -> ask(orderNo, tries + 1, found), AGAIN_MILLIS[tries], TimeUnit.MILLISECONDS);
            }
        });
    }
}
