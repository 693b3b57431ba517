package io.kisgateway.stream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.call.Problem;
import io.kisgateway.realtime.Gap;
import io.kisgateway.realtime.MarketRecord;
import io.kisgateway.realtime.RecordListener;
import io.kisgateway.realtime.Registration;
import io.kisgateway.realtime.Subscription;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells listeners what happens, in order. Whoever publishes waits for none of them; one that is too slow is dropped alone. */
final class Feed implements RecordListener {

    private static final Logger LOG = LoggerFactory.getLogger(Feed.class);
    private static final String GAP = "gap";
    static final String NOT_ALLOWED = "The client may not listen to this any more";

    private final Kinds kinds;
    private final Wishes wishes;
    private final Registrations registrations;
    private final Snapshots snapshots;
    private final OrderOwners owners;
    private final Consumer<StreamEvent> tap;
    private final InstantSource clock;
    private final Function<RecordListener, Subscription> upstream;
    private final EventLog log = new EventLog();
    private final Set<Listener> listeners = new LinkedHashSet<>();
    private final Map<Channel, Set<Listener>> byChannel = new HashMap<>();
    private final AtomicLong unreadable = new AtomicLong();
    private final AtomicLong slow = new AtomicLong();
    private Gap gap;
    private boolean closed;

    /**
     * @param htsId    what KIS knows the account's own records by
     * @param upstream opens a subscription
     * @param tap      gets each event too, and must not block
     */
    Feed(Kinds kinds, Optional<String> htsId, Function<RecordListener, Subscription> upstream, Snapshots snapshots,
            OrderOwners owners, Consumer<StreamEvent> tap, ScheduledExecutorService timers, InstantSource clock) {
        this.kinds = kinds;
        this.wishes = new Wishes(kinds, htsId);
        this.registrations = new Registrations(kinds, htsId.orElse(null), timers, log::next, this::lost);
        this.upstream = upstream;
        this.snapshots = snapshots;
        this.owners = owners;
        this.tap = tap;
        this.clock = clock;
        kinds.onGone(this::gone);
        registrations.begin(upstream.apply(this));
    }

    Wishes wishes() {
        return wishes;
    }

    Registrations registrations() {
        return registrations;
    }

    /** @param channels that are held for it */
    synchronized void attach(Listener listener, Collection<Channel> channels) {
        if (closed) {
            listener.end("This instance is going down");
            return;
        }
        listener.channels().addAll(channels);
        listeners.add(listener);
        channels.forEach(channel -> byChannel.computeIfAbsent(channel, ignored -> new LinkedHashSet<>()).add(listener));
        if (gap != null) {
            tell(listener, gapEvent(gap));
        }
    }

    /**
     * From now on it is told of channels that are held for it.
     *
     * @param last what it has got last, or null if it was not here before
     */
    synchronized void begin(Listener listener, StreamEvent first, Collection<Channel> channels, EventLog.Id last) {
        listener.tell(first);
        attach(listener, channels);
        if (last != null) {
            replay(listener, channels, last);
        }
    }

    private void replay(Listener listener, Collection<Channel> channels, EventLog.Id last) {
        long position = log.position(last);
        Set<Channel> missed = channels.stream().filter(channel -> position < 0 || !registrations.covers(channel, position))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        if (!missed.isEmpty()) {
            ObjectNode data = StreamEvent.between(last.at(), clock.instant(), "More has happened meanwhile than is kept here");
            missed.stream().map(Channel::code).filter(code -> !code.isEmpty()).distinct().forEach(data.putArray("codes")::add);
            tell(listener, StreamEvent.notice(GAP, data));
            snapshots.want(missed);
        }
        if (position >= 0) {
            log.after(position, event -> {
                if (listener.wants(event) && !missed.contains(event.channel())) {
                    tell(listener, event);
                }
            });
        }
    }

    synchronized void detach(Listener listener, Collection<Channel> channels) {
        listener.channels().removeAll(channels);
        channels.forEach(channel -> byChannel.computeIfPresent(channel, (key, all) -> all.remove(listener) && all.isEmpty() ? null : all));
    }

    void remove(Listener listener) {
        Set<Channel> its;
        synchronized (this) {
            its = Set.copyOf(listener.channels());
            detach(listener, its);
            listeners.remove(listener);
        }
        registrations.release(its, listener.owner());
    }

    private void tell(Listener listener, StreamEvent event) {
        if (!listener.tell(event)) {
            slow.incrementAndGet();
            LOG.warn("A listener of {} is dropped: it is too slow", listener.name());
            listener.end("It was too slow: too much waited for it");
        }
    }

    @Override
    public void onRecords(List<MarketRecord> records) {
        records.forEach(this::map);
    }

    private void map(MarketRecord record) {
        for (KindConsumer consumer : kinds.ofTr(record.trId())) {
            try {
                consumer.take(record);
            } catch (Exception e) {
                unreadable(consumer.kind(), record, e);
            }
        }
    }

    /** A record as its route has mapped it. */
    void publish(Kind kind, MarketRecord record, ObjectNode data) {
        StreamEvent event = StreamEvent.record(channel(kind, record), record.sequence(), record.receivedAt(), data);
        if (kind.order() == null) {
            deliver(event);
        } else {
            deliver(event.owned());
            owners.find(data.path(kind.order()).asText(), client -> tellOwner(event, client));
        }
    }

    private synchronized void tellOwner(StreamEvent event, String client) {
        List<Listener> fresh = byChannel.getOrDefault(event.channel(), Set.of()).stream().filter(one -> !one.mayHave(event)).toList();
        event.owner(client);
        fresh.stream().filter(listener -> listener.mayHave(event)).forEach(listener -> tell(listener, event));
    }

    private static Channel channel(Kind kind, MarketRecord record) {
        return new Channel(kind.name(), kind.key() == KeyForm.ACCOUNT ? "" : record.trKey());
    }

    /** Nobody takes it for a record with nothing in it. */
    private void unreadable(Kind kind, MarketRecord record, Exception failure) {
        unreadable.incrementAndGet();
        String reason = failure instanceof Problem problem ? problem.detail() : "The route of " + kind.name() + " failed";
        if (!(failure instanceof Problem)) {
            LOG.error("The route of the kind {} failed", kind.name(), failure);
        }
        Channel channel = channel(kind, record);
        ObjectNode data = StreamEvent.object().put("kind", kind.name()).put("reason", reason);
        deliver(StreamEvent.notice("unreadable", channel, record.sequence(),
                channel.code().isEmpty() ? data : data.put("code", channel.code())));
    }

    @Override
    public void onGap(Gap now) {
        synchronized (this) {
            if (gap != null && now.until().isEmpty() && gap.from().equals(now.from())) {
                return;
            }
            gap = now.until().isEmpty() ? now : null;
        }
        deliver(gapEvent(now));
        if (now.until().isPresent()) {
            snapshots.want(registrations.channels());
        }
    }

    private StreamEvent gapEvent(Gap now) {
        return StreamEvent.notice(GAP, null, log.sequence(), StreamEvent.between(now.from(), now.until().orElse(null), now.reason()));
    }

    /** A code's state, asked for after a gap. */
    void snapshot(Channel channel, ObjectNode data) {
        deliver(StreamEvent.notice("snapshot", channel, 0, data));
    }

    private void deliver(StreamEvent event) {
        synchronized (this) {
            log.add(event);
            Collection<Listener> to = event.channel() == null ? listeners : byChannel.getOrDefault(event.channel(), Set.of());
            to.stream().filter(listener -> listener.mayHave(event)).forEach(listener -> tell(listener, event));
        }
        tap.accept(event);
    }

    @Override
    public void onDropped(String reason) {
        synchronized (this) {
            if (closed) {
                return;
            }
        }
        LOG.warn("The JSON side has lost its subscription: {}", reason);
        Instant now = clock.instant();
        deliver(StreamEvent.notice(GAP, null, log.sequence(), StreamEvent.between(now, now, reason)));
        registrations.begin(upstream.apply(this));
    }

    private void gone(String kind) {
        end(listener -> listener.channels().stream().anyMatch(channel -> channel.kind().equals(kind)),
                "The kind " + kind + " is not served any more");
    }

    @Override
    public void onLost(Registration registration, String reason) {
        lost(registrations.drop(registration), reason);
    }

    /** Nobody listens to what does not come. */
    private void lost(Set<Channel> channels, String reason) {
        end(listener -> listener.wantsAny(channels), reason);
    }

    private void end(Predicate<Listener> which, String reason) {
        List<Listener> ended;
        synchronized (this) {
            ended = listeners.stream().filter(which).toList();
        }
        ended.forEach(listener -> listener.end(reason));
    }

    /** Whoever may not listen any more does not; all others are shown that the connection lives. */
    void beat() {
        List<Listener> all;
        synchronized (this) {
            all = List.copyOf(listeners);
        }
        end(listener -> !listener.renew() || !wishes.stillAllowed(listener.client(), listener.channels()), NOT_ALLOWED);
        all.forEach(listener -> listener.outlet().beat());
    }

    /** Nobody is told anything any more but why. */
    void close() {
        synchronized (this) {
            closed = true;
        }
        end(listener -> true, "This instance is going down");
    }

    synchronized int count() {
        return listeners.size();
    }

    /** @param who as {@link Listener#who} tells */
    synchronized int count(String who) {
        return (int) listeners.stream().filter(listener -> listener.isOf(who)).count();
    }

    /** @param streamed and {@code streamLost}: what became of events for the Redis Stream */
    synchronized StreamState state(long streamed, long streamLost) {
        Map<String, Long> byClient = listeners.stream().collect(Collectors.groupingBy(Listener::name, TreeMap::new, Collectors.counting()));
        return new StreamState(listeners.size(), byClient, registrations.channels().size(),
                unreadable.get(), slow.get(), streamed, streamLost);
    }
}
