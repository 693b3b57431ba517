package io.kisgateway.stream;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The kinds whose routes run. */
final class Kinds {

    /** So long a suspended route goes on: one that is being replaced is suspended just before the new one begins. */
    private static final long REPLACED_MILLIS = 2000;

    private final boolean virtual;
    private final ScheduledExecutorService timers;
    private final Map<String, KindConsumer> byName = new ConcurrentHashMap<>();
    private volatile Consumer<String> gone = name -> {};

    /**
     * @param virtual whether the TR ids of virtual trading are the right ones
     * @param timers  null where no route runs
     */
    Kinds(boolean virtual, ScheduledExecutorService timers) {
        this.virtual = virtual;
        this.timers = timers;
    }

    boolean isVirtual() {
        return virtual;
    }

    /** A newer one of the same name takes the place of the former. */
    void add(KindConsumer consumer) {
        byName.put(consumer.kind().name(), consumer);
    }

    void remove(KindConsumer consumer) {
        if (byName.remove(consumer.kind().name(), consumer)) {
            gone.accept(consumer.kind().name());
        }
    }

    /** It is removed unless it is resumed or another takes its place meanwhile. */
    void suspend(KindConsumer consumer) {
        var unused = timers.schedule(() -> {
            if (consumer.isSuspended()) {
                remove(consumer);
            }
        }, REPLACED_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** @param action gets the name of a kind that is gone */
    void onGone(Consumer<String> action) {
        gone = action;
    }

    Optional<Kind> kind(String name) {
        return Optional.ofNullable(byName.get(name)).map(KindConsumer::kind);
    }

    List<KindConsumer> ofTr(String trId) {
        return byName.values().stream().filter(consumer -> trId.equals(consumer.kind().trId())).toList();
    }

    String names() {
        return byName.isEmpty() ? "none" : String.join(", ", new TreeSet<>(byName.keySet()));
    }
}
