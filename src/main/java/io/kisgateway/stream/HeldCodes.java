package io.kisgateway.stream;

import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.stream.KeptCodes.Kept;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what clients have subscribed without a connection registered, on the instance that has the session with KIS; if that changes,
 * the next one takes them over. There are as many as KIS has registrations at most, since each is registered before it is kept.
 */
final class HeldCodes {

    private static final Logger LOG = LoggerFactory.getLogger(HeldCodes.class);
    private static final long LOOK_MILLIS = 2000;
    private static final int PAUSE = 15;
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final KeptCodes kept;
    private final Registrations registrations;
    private final BooleanSupplier holder;
    private final Set<Channel> held = new HashSet<>();
    /** How many looks go by before KIS is asked again for what it has refused. */
    private final Map<Channel, Integer> pauses = new HashMap<>();
    private Set<Kept> known = Set.of();

    /** @param holder whether this instance has the session with KIS, or nobody has it */
    HeldCodes(KeptCodes kept, Registrations registrations, BooleanSupplier holder) {
        this.kept = kept;
        this.registrations = registrations;
        this.holder = holder;
    }

    void start(ScheduledExecutorService timers) {
        var unused = timers.scheduleWithFixedDelay(this::look, 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Whether events of it, or with null of all, go to the Redis Stream from here. */
    synchronized boolean has(Channel channel) {
        return channel == null ? !held.isEmpty() : held.contains(channel);
    }

    synchronized Set<Kept> known() {
        return known;
    }

    /** @return done when KIS has accepted it and it is written down; fails with a {@link Problem} */
    CompletionStage<?> add(String client, Collection<Channel> channels) {
        Object owner = new Object();
        return registrations.hold(channels, owner)
                .thenCompose(done -> written(kept.add(channels.stream().map(channel -> new Kept(client, channel)).toList())))
                .whenComplete((done, failure) -> {
                    look();
                    // What is kept has this object as its owner by then, or within the time that nobody's registrations stay.
                    registrations.release(channels, owner);
                });
    }

    CompletionStage<?> remove(String client, Collection<Channel> channels) {
        return written(kept.remove(channels.stream().map(channel -> new Kept(client, channel)).toList()))
                .whenComplete((done, failure) -> look());
    }

    private static CompletionStage<?> written(CompletionStage<?> change) {
        return change.exceptionallyCompose(failure -> CompletableFuture.failedStage(Problem.of(ProblemCode.KIS_UNAVAILABLE,
                "The subscription cannot be written down").retryAfter(AGAIN).causedBy(failure)));
    }

    /** Makes what is registered what is kept. */
    private void look() {
        kept.all().whenComplete((all, failure) -> {
            if (failure != null) {
                LOG.debug("Subscriptions cannot be read; those that are held stay", failure);
                return;
            }
            Set<Channel> wanted = holder.getAsBoolean() ? all.stream().map(Kept::channel).collect(Collectors.toSet()) : Set.of();
            Set<Channel> gone;
            Set<Channel> fresh;
            synchronized (this) {
                known = all;
                held.removeIf(channel -> !registrations.has(channel, this));
                gone = held.stream().filter(channel -> !wanted.contains(channel)).collect(Collectors.toSet());
                fresh = wanted.stream().filter(channel -> !held.contains(channel)).collect(Collectors.toSet());
                held.removeAll(gone);
                pauses.keySet().retainAll(fresh);
                pauses.replaceAll((channel, left) -> left - 1);
                pauses.values().removeIf(left -> left <= 0);
                fresh.removeAll(pauses.keySet());
            }
            registrations.release(gone, this);
            fresh.forEach(this::hold);
        });
    }

    private void hold(Channel channel) {
        try {
            registrations.hold(Set.of(channel), this).whenComplete((done, failure) -> {
                synchronized (this) {
                    if (failure == null) {
                        held.add(channel);
                    } else {
                        pauses.put(channel, PAUSE);
                    }
                }
            });
        } catch (Problem e) {
            LOG.debug("{} is subscribed, and cannot be registered now: {}", channel, e.getMessage());
        }
    }
}
