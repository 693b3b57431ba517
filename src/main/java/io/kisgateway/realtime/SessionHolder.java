package io.kisgateway.realtime;

import io.kisgateway.realtime.Saying.Accepted;
import io.kisgateway.realtime.Saying.Refused;
import io.kisgateway.realtime.Saying.State;
import io.kisgateway.realtime.Saying.Wish;
import io.kisgateway.realtime.Saying.Wishes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * What the instance with the lease does: it registers at KIS what any instance wants, and tells all what KIS says. It ends with its
 * lease. Used by the session's thread only.
 */
final class SessionHolder implements KisSession.Observer {

    /** Who says nothing for so long has gone; all repeat their wishes each half second. */
    private static final Duration GONE = Duration.ofSeconds(5);

    private final long epoch;
    private final Instances instances;
    private final BooleanSupplier mine;
    private final Consumer<State> state;
    private final Consumer<MarketRecord> records;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final KisSession session;
    private final RecordRelay relay;
    private final Map<String, Peer> peers = new LinkedHashMap<>();
    private final Set<Registration> asked = new LinkedHashSet<>();
    private long sequence;
    private long version;
    private boolean closed;

    private static final class Peer {
        private long heardAt;
        private long version;
        private List<Wish> wishes = List.of();
        private final Map<Long, RegistrationAnswer> refused = new HashMap<>();
    }

    /**
     * @param sequence of the last record before
     * @param mine     whether the lease is valid this moment
     * @param state    is told on this instance how the session is
     * @param records  gets them on this instance
     */
    SessionHolder(long epoch, long sequence, Instances instances, BooleanSupplier mine, Function<KisSession.Observer, KisSession> sessions,
            RecordRelay relay, Consumer<State> state, Consumer<MarketRecord> records, InstantSource clock, LongSupplier nanoTime) {
        this.epoch = epoch;
        this.sequence = sequence;
        this.instances = instances;
        this.mine = mine;
        this.relay = relay;
        this.state = state;
        this.records = records;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.session = sessions.apply(this);
    }

    long epoch() {
        return epoch;
    }

    void wished(Wishes said) {
        Peer peer = peers.computeIfAbsent(said.instance(), name -> new Peer());
        peer.heardAt = nanoTime.getAsLong();
        if (said.version() > peer.version) {
            peer.version = said.version();
            wished(peer, said);
        }
    }

    private void wished(Peer peer, Wishes said) {
        if (!peer.wishes.equals(said.wishes())) {
            peer.wishes = said.wishes();
            peer.refused.keySet().removeIf(ticket -> peer.wishes.stream().noneMatch(wish -> wish.ticket() == ticket));
            settle();
        }
    }

    /** Asks KIS for what is wanted and not asked for, and gives up what nobody wants. */
    private void settle() {
        Set<Registration> wanted = new LinkedHashSet<>();
        peers.values().forEach(peer -> peer.wishes.stream().filter(wish -> !peer.refused.containsKey(wish.ticket()))
                .forEach(wish -> wanted.add(wish.registration())));
        asked.stream().filter(one -> !wanted.contains(one)).toList().forEach(gone -> {
            asked.remove(gone);
            session.unwant(gone);
        });
        wanted.stream().filter(asked::add).forEach(registration -> {
            var unused = session.want(registration).thenAccept(said -> {
                if (!said.accepted()) {
                    refused(registration, said);
                }
            });
        });
        changed();
    }

    private void refused(Registration registration, RegistrationAnswer said) {
        asked.remove(registration);
        peers.values().forEach(peer -> peer.wishes.stream().filter(wish -> wish.registration().equals(registration))
                .forEach(wish -> peer.refused.put(wish.ticket(), said)));
        changed();
    }

    @Override
    public void lost(Registration registration, RegistrationAnswer said) {
        refused(registration, said);
    }

    @Override
    public void record(String trId, String trKey, String text) {
        if (closed) {
            return;
        }
        // One that is not told is missed by its number, if this instance keeps its lease after all.
        sequence++;
        // An instance that was stopped for a while may find records that its successor has told already.
        if (mine.getAsBoolean()) {
            MarketRecord one = new MarketRecord(sequence, trId, trKey, text, clock.instant());
            records.accept(one);
            if (peers.size() > 1) {
                relay.add(one);
            }
        }
    }

    @Override
    public void changed() {
        if (!closed && session != null) {
            State now = state();
            state.accept(now);
            var unused = instances.sayAsHolder(epoch, Saying.write(now));
        }
    }

    private State state() {
        Map<Registration, Set<String>> clients = new HashMap<>();
        List<Refused> refused = new ArrayList<>();
        peers.forEach((name, peer) -> {
            peer.wishes.forEach(wish -> clients.computeIfAbsent(wish.registration(), key -> new TreeSet<>()).addAll(wish.clients()));
            peer.refused.forEach((ticket, said) -> refused.add(new Refused(name, ticket, said)));
        });
        List<Accepted> accepted = new ArrayList<>();
        session.accepted().forEach((registration, said) -> accepted
                .add(new Accepted(registration, said, List.copyOf(clients.getOrDefault(registration, Set.of())))));
        Gap gap = session.gap().orElse(null);
        return new State(epoch, ++version, instances.self(), sequence, session.isConnected(), session.since().toEpochMilli(),
                gap == null ? 0 : gap.from().toEpochMilli(), gap != null && gap.partial(), gap == null ? "" : gap.reason(), accepted,
                refused,
                session.malformed(), session.reconnects());
    }

    /** To be called each half second. */
    void tick() {
        session.tick();
        relay.again();
        long now = nanoTime.getAsLong();
        if (peers.values().removeIf(peer -> now - peer.heardAt > GONE.toNanos())) {
            settle();
        } else {
            changed();
        }
    }

    /** Whether anybody wants anything. */
    boolean isWanted() {
        return peers.values().stream().anyMatch(peer -> !peer.wishes.isEmpty()) || session.isConnected();
    }

    void close() {
        closed = true;
        relay.close();
        session.close();
    }
}
