package io.kisgateway.kept;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.runtime.KoreanTime;
import io.kisgateway.runtime.Stages;
import io.kisgateway.runtime.Store;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One reply that is asked for at most once a day in Korea, by one instance for all, by one caller for all others. A failed ask is
 * repeated after a minute at the earliest; until it succeeds, what is known from earlier serves on.
 */
final class DailyReply {

    private static final Logger LOG = LoggerFactory.getLogger(DailyReply.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration AFTER_FAILURE = Duration.ofMinutes(1);
    /** As long as one ask may take; then another instance may ask. */
    private static final Duration CLAIM = Duration.ofSeconds(40);
    private static final Duration KEPT_FOR = Duration.ofDays(3 * 366);
    private static final long LOOK_AGAIN_MILLIS = 200;
    /** In these cases KIS was not asked, so that nothing speaks against asking as soon as it works. */
    private static final Set<ProblemCode> NOT_ASKED =
            EnumSet.of(ProblemCode.NOT_OFFERED, ProblemCode.CIRCUIT_OPEN, ProblemCode.RATE_LIMITED,
                    ProblemCode.KIS_THROTTLED, ProblemCode.OVERLOADED, ProblemCode.SHUTTING_DOWN, ProblemCode.LIMITER_UNAVAILABLE,
                    ProblemCode.CALLER_GONE);

    private final String name;
    private final LocalDate lastDay;
    private final Store store;
    private final ScheduledExecutorService timers;
    private final InstantSource clock;
    private Kept kept;
    private CompletableFuture<ObjectNode> pending;
    private Problem failure;
    private Instant notBefore = Instant.MIN;

    /** Several callers share the reply, so nobody changes it. */
    private record Kept(LocalDate askedOn, ObjectNode reply) {

        String text() {
            ObjectNode text = JSON.createObjectNode().put("asked_on", askedOn.toString());
            text.set("reply", reply);
            return text.toString();
        }

        /** Nothing if it cannot be read: then it is asked for anew. */
        static Optional<Kept> of(String name, String text) {
            try {
                if (JSON.readTree(text) instanceof ObjectNode node && node.path("reply") instanceof ObjectNode reply) {
                    return Optional.of(new Kept(LocalDate.parse(node.path("asked_on").asText()), reply));
                }
            } catch (JsonProcessingException | DateTimeException e) {
                LOG.debug("What was kept cannot be read", e);
            }
            LOG.warn("What is kept of {} cannot be read; it is asked for anew", name);
            return Optional.empty();
        }
    }

    /** @param lastDay what is asked for after this day changes no more, and is asked for only once; null if it is of one day */
    DailyReply(String name, LocalDate lastDay, Store store, ScheduledExecutorService timers, InstantSource clock) {
        this.name = name;
        this.lastDay = lastDay;
        this.store = store;
        this.timers = timers;
        this.clock = clock;
    }

    /**
     * The reply: at once if it is there, else when it has come.
     *
     * @param ask asks for it; called at most once a day
     */
    CompletionStage<ObjectNode> get(Supplier<CompletionStage<ObjectNode>> ask) {
        CompletableFuture<ObjectNode> mine;
        synchronized (this) {
            if (isGood(kept)) {
                return CompletableFuture.completedFuture(kept.reply());
            }
            if (pending != null) {
                return pending;
            }
            if (clock.instant().isBefore(notBefore)) {
                return kept != null ? CompletableFuture.completedFuture(kept.reply()) : CompletableFuture.failedFuture(failure);
            }
            pending = new CompletableFuture<>();
            mine = pending;
        }
        attempt(ask);
        return mine;
    }

    private boolean isGood(Kept candidate) {
        return candidate != null
                && (candidate.askedOn().equals(KoreanTime.today(clock)) || lastDay != null && candidate.askedOn().isAfter(lastDay));
    }

    private void attempt(Supplier<CompletionStage<ObjectNode>> ask) {
        look(ask, () -> end(null), () -> claim(ask));
    }

    /** Whether another instance, or this one before a restart, has asked today. */
    private void look(Supplier<CompletionStage<ObjectNode>> ask, Runnable asked, Runnable notAsked) {
        guard(store.read(name).handle((found, unreadable) -> {
            if (unreadable != null) {
                LOG.warn("What is kept of {} cannot be looked up ({}); this instance asks for itself", name, Stages.brief(unreadable));
                ask(ask);
                return null;
            }
            found.flatMap(text -> Kept.of(name, text)).ifPresent(this::learn);
            (isGood(known()) ? asked : notAsked).run();
            return null;
        }));
    }

    private synchronized void learn(Kept found) {
        if (kept == null || !found.askedOn().isBefore(kept.askedOn())) {
            kept = found;
        }
    }

    private synchronized Kept known() {
        return kept;
    }

    private void claim(Supplier<CompletionStage<ObjectNode>> ask) {
        guard(store.claim(name, CLAIM).handle((wait, failed) -> {
            if (failed != null) {
                ask(ask);
            } else if (wait.isZero()) {
                // Who had the claim before may have its answer since.
                look(ask, () -> {
                    store.unclaim(name);
                    end(null);
                }, () -> ask(ask));
            } else {
                var unused = timers.schedule(() -> attempt(ask), LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
            }
            return null;
        }));
    }

    private void ask(Supplier<CompletionStage<ObjectNode>> ask) {
        guard(ask.get().handle((fresh, failed) -> {
            if (failed != null) {
                store.unclaim(name);
                end(failed);
                return null;
            }
            ObjectNode reply = fresh.deepCopy();
            reply.put("kept_on", KoreanTime.today(clock).format(DateTimeFormatter.BASIC_ISO_DATE));
            Kept now = new Kept(KoreanTime.today(clock), reply);
            learn(now);
            store.write(name, now.text(), KEPT_FOR).whenComplete((done, unwritten) -> {
                if (unwritten != null) {
                    LOG.warn("{} cannot be kept over a restart: {}", name, unwritten.toString());
                }
                store.unclaim(name);
            });
            end(null);
            return null;
        }));
    }

    /** Whatever goes wrong on the way must not leave callers waiting. */
    private void guard(CompletionStage<?> step) {
        var unused = step.whenComplete((done, failed) -> {
            if (failed != null) {
                end(failed);
            }
        });
    }

    private void end(Throwable failed) {
        CompletableFuture<ObjectNode> waiting;
        ObjectNode reply;
        synchronized (this) {
            waiting = pending;
            pending = null;
            reply = kept == null ? null : kept.reply();
            if (failed != null) {
                failure = Problem.in(failed).orElseGet(
                        () -> Problem.of(ProblemCode.INTERNAL, "What is asked once a day could not be asked").causedBy(failed));
                notBefore = NOT_ASKED.contains(failure.code()) ? Instant.MIN : clock.instant().plus(AFTER_FAILURE);
            }
        }
        if (waiting == null) {
            return;
        }
        if (failed != null && reply == null) {
            waiting.completeExceptionally(failure);
        } else {
            waiting.complete(reply);
        }
    }
}
