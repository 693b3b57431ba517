package io.kisgateway.ops;

import io.kisgateway.realtime.Gap;
import io.kisgateway.realtime.SessionState;
import io.kisgateway.runtime.Members;
import io.kisgateway.stream.StreamState;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** What operators see of realtime: the session with KIS, what is registered in it and for whom, and how records get to those who listen. */
final class RealtimeView {

    /** Shorter gaps mend themselves before anybody could look. */
    private static final Duration BRIEF = Duration.ofSeconds(5);
    private static final int MOST_SHOWN = 41;

    private final Supplier<SessionState> session;
    private final Supplier<StreamState> stream;
    private final InstantSource clock;

    RealtimeView(Supplier<SessionState> session, Supplier<StreamState> stream, InstantSource clock) {
        this.session = session;
        this.stream = stream;
        this.clock = clock;
    }

    /** For {@code /stats}: no names, no keys. */
    Map<String, Object> stats() {
        SessionState now = session.get();
        StreamState json = stream.get();
        return Members.of(
                "on", now.on(),
                "connected", now.connected(),
                "holder", isHolder(now),
                "registrations", now.registrations().size(),
                "registrations_max", SessionState.MOST,
                "listeners", now.listeners() + json.listeners() - (json.channels() > 0 || now.listeners() > 0 ? 1 : 0),
                "json_listeners", json.listeners(),
                "records", now.records(),
                "lag_ms", now.lag().toMillis(),
                "dropped", now.dropped() + json.slow(),
                "unreadable", now.malformed() + json.unreadable(),
                "reconnects", now.reconnects());
    }

    /** For the console: who holds which registration too. */
    Map<String, Object> show() {
        SessionState now = session.get();
        Map<String, Object> shown = stats();
        shown.put("gap_s", silence(now).map(gap -> Duration.between(gap.from(), clock.instant()).toSeconds()).orElse(null));
        shown.put("held", now.registrations().stream().limit(MOST_SHOWN).map(held -> Members.of(
                "tr_id", held.registration().trId(),
                // The account's own records are registered by somebody's HTS id.
                "key", held.registration().trKey().matches("[0-9A-Z]{4,7}") ? held.registration().trKey() : "–",
                "clients", held.clients())).toList());
        shown.put("clients", stream.get().byClient());
        return shown;
    }

    private static boolean isHolder(SessionState now) {
        return now.holder().map(now.instance()::equals).orElse(false);
    }

    void findings(List<Finding> found) {
        SessionState now = session.get();
        Instant moment = clock.instant();
        silence(now).filter(gap -> gap.from().plus(BRIEF).isBefore(moment))
                .ifPresent(gap -> found
                        .add(Finding.serious("kis", "realtime-lost", "seconds", Duration.between(gap.from(), moment).toSeconds(),
                                "reason", gap.reason(), "registrations", now.registrations().size())));
        if (now.registrations().size() >= SessionState.MOST) {
            found.add(Finding.notice("limit", "realtime-full", "count", now.registrations().size()));
        }
    }

    /** What is wrong, for Camel's health checks. */
    Optional<String> trouble() {
        return silence(session.get()).map(gap -> "no realtime records: " + gap.reason());
    }

    /** Nothing comes though somebody listens; what cannot be read is counted alone. */
    private static Optional<Gap> silence(SessionState now) {
        return now.gap().filter(gap -> !gap.partial() && !now.registrations().isEmpty());
    }

    void bindTo(MeterRegistry registry) {
        gauge(registry, "connected", "1 while the realtime session with KIS is there", now -> now.connected() ? 1 : 0);
        gauge(registry, "holder", "1 while this instance has the realtime session with KIS", now -> isHolder(now) ? 1 : 0);
        gauge(registry, "registrations", "Realtime registrations at KIS, over all instances", now -> now.registrations().size());
        gauge(registry, "registrations.max", "How many KIS takes", now -> SessionState.MOST);
        gauge(registry, "gap.seconds", "How long no realtime records have come though somebody listens; 0 while they do", this::gapSeconds);
        gauge(registry, "lag.seconds", "From KIS to this instance's listeners, of the last record", now -> now.lag().toMillis() / 1000.0);
        Gauge.builder("kis.gateway.realtime.listeners", () -> stream.get().listeners()).tag("protocol", "json")
                .description("Who listens to realtime records at this instance").register(registry);
        Gauge.builder("kis.gateway.realtime.listeners", () -> Math.max(0, session.get().listeners() - 1)).tag("protocol", "kis")
                .description("Who listens to realtime records at this instance").register(registry);
        counter(registry, "records", "Realtime records that came to this instance", () -> session.get().records());
        counter(registry, "reconnects", "Times that the realtime session was made anew", () -> session.get().reconnects());
        counter(registry, "dropped", "Listeners that were dropped since they were too slow",
                () -> session.get().dropped() + stream.get().slow());
        counter(registry, "unreadable", "Realtime frames and records that could not be read",
                () -> session.get().malformed() + stream.get().unreadable());
        counter(registry, "stream.added", "Events added to the Redis Stream", () -> stream.get().streamed());
        counter(registry, "stream.lost", "Events that could not be added to the Redis Stream", () -> stream.get().streamLost());
    }

    private double gapSeconds(SessionState now) {
        return silence(now).map(gap -> Duration.between(gap.from(), clock.instant()).toMillis() / 1000.0).orElse(0.0);
    }

    private void gauge(MeterRegistry registry, String name, String description, ToDoubleFunction<SessionState> value) {
        Gauge.builder("kis.gateway.realtime." + name, session, source -> value.applyAsDouble(source.get())).description(description)
                .strongReference(true).register(registry);
    }

    private static void counter(MeterRegistry registry, String name, String description, Supplier<Long> value) {
        FunctionCounter.builder("kis.gateway.realtime." + name, value, Supplier::get).description(description).register(registry);
    }
}
