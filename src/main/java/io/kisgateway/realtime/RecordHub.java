package io.kisgateway.realtime;

import io.kisgateway.realtime.SessionState.Held;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands each record to whoever of this instance wants it. A registration is asked for once, by the first who wants it, and given up
 * with the last. Whoever publishes waits for no listener.
 */
public final class RecordHub implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RecordHub.class);

    private final Executor workers;
    private final InstantSource clock;
    /** Who is told of what, for those who publish. */
    private final ConcurrentMap<Registration, Set<ListenerQueue>> byRegistration = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Set<ListenerQueue>> byTr = new ConcurrentHashMap<>();
    private final Set<ListenerQueue> listeners = ConcurrentHashMap.newKeySet();
    private final Map<Registration, Wanted> wanted = new LinkedHashMap<>();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong records = new AtomicLong();
    private volatile Session session;
    private volatile Gap gap;
    private volatile Duration lag = Duration.ZERO;
    private boolean closed;

    /** @param workers call listeners that bring no executor of their own */
    RecordHub(Executor workers, InstantSource clock) {
        this.workers = workers;
        this.clock = clock;
    }

    /** One registration on this instance, and who waits for it or has it. */
    private static final class Wanted {
        private final List<ListenerQueue> by = new ArrayList<>();
        private CompletionStage<RegistrationAnswer> answer;
    }

    /** @param way before anything is added */
    void session(Session way) {
        session = way;
    }

    /** @param client whose it is, as operators know it */
    public Subscription open(String client, RecordListener listener) {
        return open(client, listener, workers);
    }

    /** @param on runs the listener, one task at a time */
    public Subscription open(String client, RecordListener listener, Executor on) {
        ListenerQueue queue = new ListenerQueue(client, listener, on, this);
        listeners.add(queue);
        return queue;
    }

    CompletionStage<RegistrationAnswer> add(ListenerQueue listener, Registration registration) {
        CompletionStage<RegistrationAnswer> answer;
        synchronized (this) {
            if (closed || listener.isClosed()) {
                return CompletableFuture.completedStage(RegistrationAnswer.UNREACHABLE);
            }
            Wanted entry = wanted.get(registration);
            if (entry == null) {
                entry = new Wanted();
                // In the order of who comes and who leaves: what is given up late would be given up for who has just come.
                entry.answer = session.want(registration);
                wanted.put(registration, entry);
            } else if (entry.by.contains(listener)) {
                return listener.tell(RegistrationAnswer.ALREADY, () -> {});
            }
            entry.by.add(listener);
            answer = entry.answer;
        }
        return answer.thenCompose(said -> settle(listener, registration, said));
    }

    private CompletionStage<RegistrationAnswer> settle(ListenerQueue listener, Registration registration, RegistrationAnswer said) {
        if (!said.accepted()) {
            forget(listener, registration);
            return listener.tell(said, () -> {});
        }
        return listener.tell(said, () -> {
            synchronized (this) {
                Wanted entry = wanted.get(registration);
                if (entry != null && entry.by.contains(listener)) {
                    listener.has(registration);
                    byRegistration.computeIfAbsent(registration, key -> new CopyOnWriteArraySet<>()).add(listener);
                    byTr.computeIfAbsent(registration.trId(), key -> new CopyOnWriteArraySet<>()).add(listener);
                }
            }
            Gap present = gap;
            if (present != null) {
                listener.offer(present);
            }
        });
    }

    CompletionStage<RegistrationAnswer> remove(ListenerQueue listener, Registration registration) {
        return listener.tell(forget(listener, registration) ? RegistrationAnswer.UNREGISTERED : RegistrationAnswer.NOT_REGISTERED,
                () -> {});
    }

    /** @return whether the listener wanted it */
    private boolean forget(ListenerQueue listener, Registration registration) {
        synchronized (this) {
            Wanted entry = wanted.get(registration);
            if (entry == null || !entry.by.remove(listener)) {
                return false;
            }
            listener.hasNot(registration);
            byRegistration.computeIfPresent(registration, (key, all) -> without(all, listener));
            if (listener.registrations().stream().noneMatch(other -> other.trId().equals(registration.trId()))) {
                byTr.computeIfPresent(registration.trId(), (key, all) -> without(all, listener));
            }
            if (!entry.by.isEmpty()) {
                return true;
            }
            wanted.remove(registration);
            session.unwant(registration);
        }
        return true;
    }

    void left(ListenerQueue listener) {
        if (!listeners.remove(listener)) {
            return;
        }
        List<Registration> its;
        synchronized (this) {
            its = wanted.entrySet().stream().filter(entry -> entry.getValue().by.contains(listener)).map(Map.Entry::getKey).toList();
        }
        its.forEach(registration -> forget(listener, registration));
    }

    void dropped(ListenerQueue listener, String reason) {
        dropped.incrementAndGet();
        LOG.warn("A listener of {} is dropped: {}", listener.client(), reason);
        left(listener);
    }

    private static Set<ListenerQueue> without(Set<ListenerQueue> all, ListenerQueue one) {
        all.remove(one);
        return all.isEmpty() ? null : all;
    }

    /** In the order of their sequence, by one thread at a time. */
    void publish(MarketRecord record) {
        Set<ListenerQueue> to = record.trKey().isEmpty() ? byTr.getOrDefault(record.trId(), Set.of())
                : byRegistration.getOrDefault(new Registration(record.trId(), record.trKey()), Set.of());
        for (ListenerQueue listener : to) {
            listener.offer(record);
        }
        records.incrementAndGet();
        lag = Duration.between(record.receivedAt(), clock.instant());
    }

    /** @param present what lasts, or what has ended */
    void gap(Gap present) {
        gap = present.until().isPresent() ? null : present;
        for (ListenerQueue listener : listeners) {
            if (!listener.registrations().isEmpty()) {
                listener.offer(present);
            }
        }
    }

    /** What this instance's listeners have, and who. */
    List<Held> held() {
        synchronized (this) {
            return wanted.entrySet().stream().map(entry -> new Held(entry.getKey(),
                    List.copyOf(entry.getValue().by.stream().map(ListenerQueue::client)
                            .collect(Collectors.toCollection(TreeSet::new)))))
                    .toList();
        }
    }

    /** Takes a registration from all who have it, and tells them. @return whether anybody had it */
    boolean lose(Registration registration, String reason) {
        List<ListenerQueue> by;
        synchronized (this) {
            Wanted entry = wanted.get(registration);
            by = entry == null ? List.of() : List.copyOf(entry.by);
        }
        by.stream().filter(listener -> forget(listener, registration)).forEach(listener -> listener.lose(registration, reason));
        return !by.isEmpty();
    }

    int listeners() {
        return listeners.size();
    }

    public Duration lag() {
        return lag;
    }

    long dropped() {
        return dropped.get();
    }

    /** Null if none lasts. */
    Gap gap() {
        return gap;
    }

    long records() {
        return records.get();
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        listeners.forEach(listener -> listener.drop("This instance is going down"));
    }
}
