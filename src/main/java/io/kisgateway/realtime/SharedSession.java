package io.kisgateway.realtime;

import io.kisgateway.realtime.Saying.Accepted;
import io.kisgateway.realtime.Saying.Loss;
import io.kisgateway.realtime.Saying.Records;
import io.kisgateway.realtime.Saying.Refused;
import io.kisgateway.realtime.Saying.State;
import io.kisgateway.realtime.Saying.Wish;
import io.kisgateway.realtime.Saying.Wishes;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This instance's part in the one session of all instances: what it wants, what it hears, and the session itself while it has the
 * lease. All of it happens on one thread.
 */
final class SharedSession implements Session, AutoCloseable {

    static final Duration LEASE = Duration.ofMillis(2500);
    static final Duration TICK = Duration.ofMillis(500);

    private static final Logger LOG = LoggerFactory.getLogger(SharedSession.class);
    private static final long MICROS = 1000;
    private static final long RELAY_MILLIS = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration SILENCE = Duration.ofSeconds(3);
    /** Whoever could have taken the session over has it by then. */
    private static final Duration UNTIL_ALONE = Duration.ofSeconds(10);
    private static final Duration ALONE_IN_VAIN = Duration.ofSeconds(5);
    private static final Duration ALONE_AGAIN = Duration.ofSeconds(60);
    private static final String ANOTHER = "Another instance has taken the session over";
    private static final String LAPSED = "The lease could not be kept";
    private static final String SILENT = "Nothing is heard of the instance that has the session";

    private final Instances instances;
    private final Function<KisSession.Observer, KisSession> sessions;
    private final RecordHub hub;
    private final Vertx vertx;
    private final Context thread;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final Map<Registration, Mine> mine = new LinkedHashMap<>();
    private long tickets;
    private long version;
    private long timer = -1;
    private SessionHolder holder;
    private boolean asking;
    private long validUntil;
    /** Redis cannot be asked, and this instance goes on without a lease for its own listeners. */
    private boolean alone;
    /** Since when it may, if it had the session last. */
    private OptionalLong aloneFrom = OptionalLong.empty();
    private long lastEpoch;
    private volatile State heard;
    private long heardAt;
    private Instant wellAt;
    private long sequence;
    /** Of the last record that another instance has told. */
    private long told;
    private boolean listening;
    private boolean replaced;
    /** Why this instance has given the session up, until another tells of it. */
    private String down;
    private Gap gap;

    /** One registration that this instance wants. */
    private static final class Mine {
        private final CompletableFuture<RegistrationAnswer> answer = new CompletableFuture<>();
        private final long ticket;
        private final long wantedAt;
        private boolean accepted;

        Mine(long ticket, long wantedAt) {
            this.ticket = ticket;
            this.wantedAt = wantedAt;
        }
    }

    SharedSession(Instances instances, Function<KisSession.Observer, KisSession> sessions, RecordHub hub, Vertx vertx, Context thread,
            InstantSource clock,
            LongSupplier nanoTime) {
        this.instances = instances;
        this.sessions = sessions;
        this.hub = hub;
        this.vertx = vertx;
        this.thread = thread;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    @Override
    public CompletionStage<RegistrationAnswer> want(Registration registration) {
        CompletableFuture<RegistrationAnswer> answer = new CompletableFuture<>();
        thread.runOnContext(ignored -> {
            begin();
            Mine known = mine.computeIfAbsent(registration, key -> new Mine(++tickets, nanoTime.getAsLong()));
            var unused = known.answer.thenAccept(answer::complete);
            tellWishes();
            lease();
        });
        return answer;
    }

    @Override
    public void unwant(Registration registration) {
        thread.runOnContext(ignored -> {
            Mine gone = mine.remove(registration);
            if (gone != null) {
                gone.answer.complete(RegistrationAnswer.UNREACHABLE);
                tellWishes();
            }
        });
    }

    /** Nothing happens before somebody wants something. */
    private void begin() {
        if (timer < 0) {
            timer = vertx.setPeriodic(TICK.toMillis(), ignored -> tick());
            instances.listen(message -> thread.runOnContext(now -> hear(message)));
        }
    }

    private void tellWishes() {
        Map<Registration, List<String>> clients = new LinkedHashMap<>();
        hub.held().forEach(held -> clients.put(held.registration(), held.clients()));
        Wishes wishes = new Wishes(instances.self(), ++version, mine.entrySet().stream()
                .map(one -> new Wish(one.getKey(), one.getValue().ticket, clients.getOrDefault(one.getKey(), List.of()))).toList());
        if (holder == null) {
            instances.say(Saying.write(wishes));
        } else {
            holder.wished(wishes);
        }
    }

    private void tick() {
        if (holder != null && !isMine()) {
            stepDown(LAPSED);
            aloneFrom = OptionalLong.of(nanoTime.getAsLong() + UNTIL_ALONE.toNanos());
        }
        lease();
        goOnAlone();
        if (!mine.isEmpty()) {
            tellWishes();
        }
        if (holder != null) {
            holder.tick();
        }
        long now = nanoTime.getAsLong();
        List<Mine> late = mine.values().stream().filter(one -> !one.accepted && now - one.wantedAt > PATIENCE.toNanos()).toList();
        if (mine.values().removeAll(late)) {
            late.forEach(one -> one.answer.complete(RegistrationAnswer.UNREACHABLE));
            tellWishes();
        }
        look();
    }

    private boolean isMine() {
        return alone || instances.isOnly() || nanoTime.getAsLong() - validUntil < 0;
    }

    private void lease() {
        boolean wanted = !mine.isEmpty() || holder != null && holder.isWanted();
        if (!wanted && holder != null) {
            instances.release();
            stepDown("Nobody wants anything");
        }
        if (!wanted || asking) {
            return;
        }
        asking = true;
        long at = nanoTime.getAsLong();
        instances.lease().whenComplete((epoch, failure) -> thread.runOnContext(ignored -> {
            asking = false;
            if (failure == null && timer >= 0) {
                leased(epoch, at);
            }
        }));
    }

    /** While Redis is away nobody can have the session but the last holder; KIS refuses it if another has it all the same. */
    private void goOnAlone() {
        if (alone && !heard.connected() && heard.since() < clock.instant().toEpochMilli() - ALONE_IN_VAIN.toMillis()) {
            stepDown("KIS does not give the session to an instance that Redis cannot confirm");
            aloneFrom = OptionalLong.of(nanoTime.getAsLong() + ALONE_AGAIN.toNanos());
        }
        if (holder == null && !mine.isEmpty() && aloneFrom.isPresent() && nanoTime.getAsLong() - aloneFrom.getAsLong() > 0) {
            LOG.warn("Redis is away: this instance goes on with realtime data for its own listeners");
            alone = true;
            hold(lastEpoch);
        }
    }

    private void leased(OptionalLong epoch, long at) {
        aloneFrom = OptionalLong.empty();
        if (epoch.isEmpty() || holder != null && holder.epoch() != epoch.getAsLong()) {
            stepDown(ANOTHER);
            return;
        }
        if (holder != null && !isMine() && listening && gap == null) {
            // What came meanwhile was told to nobody; others see it by the next record's number.
            gap(wellAt == null ? clock.instant() : wellAt, LAPSED, false);
        }
        validUntil = at + LEASE.toNanos();
        if (holder == null && isMine()) {
            LOG.info("This instance has the session with KIS's WebSocket");
            hold(epoch.getAsLong());
        }
    }

    private void hold(long epoch) {
        lastEpoch = epoch;
        RecordRelay relay = new RecordRelay(epoch, instances,
                task -> thread.runOnContext(now -> vertx.setTimer(RELAY_MILLIS, ignored -> task.run())), nanoTime);
        holder = new SessionHolder(epoch, Math.max(sequence, epoch * MICROS), instances, this::isMine, sessions, relay, this::state,
                this::record, clock, nanoTime);
        tellWishes();
    }

    private void stepDown(String reason) {
        if (holder != null) {
            LOG.info("This instance gives up the session with KIS's WebSocket: {}", reason);
            holder.close();
            holder = null;
            alone = false;
            down = reason;
            look();
        }
    }

    private void hear(String message) {
        Saying saying = timer < 0 ? null : Saying.read(message, instances.self()).orElse(null);
        if (saying instanceof Wishes wishes && holder != null && !wishes.instance().equals(instances.self())) {
            holder.wished(wishes);
        } else if (saying instanceof State state && !state.holder().equals(instances.self())) {
            state(state);
        } else if (saying instanceof Loss loss && !loss.instance().equals(instances.self())) {
            hub.lose(loss.registration(), loss.reason());
        } else if (saying instanceof Records records && isCurrent(records.epoch())) {
            records(records.records());
        }
    }

    private boolean isCurrent(long epoch) {
        return heard == null || epoch >= heard.epoch();
    }

    /** On whatever instance the session is. */
    private void state(State state) {
        if (!isCurrent(state.epoch()) || heard != null && heard.epoch() == state.epoch() && heard.version() >= state.version()
                && heard.holder().equals(state.holder()) && down == null) {
            return;
        }
        if (holder != null && state.epoch() > holder.epoch()) {
            stepDown(ANOTHER);
        }
        replaced |= listening && heard.epoch() != state.epoch();
        heard = state;
        down = null;
        heardAt = nanoTime.getAsLong();
        if (!listening) {
            sequence = Math.max(sequence, state.sequence());
        }
        for (Refused refused : state.refused()) {
            if (refused.instance().equals(instances.self())) {
                mine.entrySet().stream().filter(one -> one.getValue().ticket == refused.ticket()).findFirst()
                        .ifPresent(one -> refused(one.getKey(), one.getValue(), refused.answer()));
            }
        }
        for (Accepted accepted : state.accepted()) {
            Mine one = mine.get(accepted.registration());
            if (one != null) {
                one.accepted = true;
                one.answer.complete(accepted.answer());
            }
        }
        listening = mine.values().stream().anyMatch(one -> one.accepted);
        look();
    }

    private void refused(Registration registration, Mine one, RegistrationAnswer said) {
        mine.remove(registration);
        one.answer.complete(said);
        if (one.accepted) {
            hub.lose(registration, "KIS does not take the registration any more: " + said.msgCd() + " " + said.msg1());
        }
    }

    private void records(List<MarketRecord> records) {
        for (MarketRecord one : records) {
            if (one.sequence() <= told) {
                continue;
            }
            told = one.sequence();
            if (listening && sequence > 0 && one.sequence() > sequence + 1 && gap == null && !replaced) {
                Gap missed = new Gap(wellAt, Optional.empty(), "Records were lost between instances", true);
                hub.gap(missed);
                hub.gap(missed.endedAt(one.receivedAt()));
            }
            record(one);
        }
    }

    /** On whatever instance it came in. */
    private void record(MarketRecord one) {
        sequence = Math.max(sequence, one.sequence());
        hub.publish(one);
    }

    /** Whether this instance's listeners get all that they have registered for. */
    private void look() {
        Instant now = clock.instant();
        String trouble = trouble();
        boolean partial = trouble != null && heard.partial() && trouble.equals(heard.trouble());
        if (gap != null && trouble != null && gap.partial() != partial) {
            end(now);
        }
        if ((trouble != null || replaced) && gap == null && listening) {
            boolean told = heard.gapFrom() != 0 && heard.partial() == partial;
            Instant from = told ? Instant.ofEpochMilli(heard.gapFrom()) : wellAt == null ? now : wellAt;
            gap(from, trouble == null ? ANOTHER : trouble, partial);
        }
        replaced = false;
        if (trouble == null || partial) {
            wellAt = now;
        }
        if (trouble == null && gap != null) {
            end(now);
        }
        listening = mine.values().stream().anyMatch(one -> one.accepted);
    }

    private void gap(Instant from, String reason, boolean partial) {
        gap = new Gap(from, Optional.empty(), reason, partial);
        hub.gap(gap);
    }

    private void end(Instant now) {
        hub.gap(gap.endedAt(now));
        gap = null;
    }

    private String trouble() {
        if (heard == null) {
            return null;
        }
        if (down != null) {
            return down;
        }
        if (nanoTime.getAsLong() - heardAt > SILENCE.toNanos()) {
            return SILENT;
        }
        if (heard.gapFrom() != 0) {
            return heard.trouble();
        }
        boolean all = mine.entrySet().stream().allMatch(one -> !one.getValue().accepted || heard.has(one.getKey()));
        return all ? null : ANOTHER;
    }

    /** Takes a registration from all listeners of all instances. @return whether anybody had it, as far as is known here */
    boolean lose(Registration registration, String reason) {
        State known = heard;
        instances.say(Saying.write(new Loss(instances.self(), registration, reason)));
        return hub.lose(registration, reason) || known != null && known.has(registration);
    }

    /** Null before anything was heard. */
    State heard() {
        return heard;
    }

    String self() {
        return instances.self();
    }

    @Override
    public void close() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        thread.runOnContext(ignored -> {
            if (timer >= 0) {
                vertx.cancelTimer(timer);
                timer = -1;
            }
            if (holder != null) {
                instances.release();
                stepDown("This instance is going down");
            }
            done.complete(null);
        });
        done.orTimeout(2, TimeUnit.SECONDS).exceptionally(failure -> null).join();
        instances.close();
    }
}
