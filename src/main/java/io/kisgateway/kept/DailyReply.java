package io.kisgateway.kept;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.runtime.KoreanTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One reply that is asked for at most once a day in Korea, by one instance for all, by one caller for all others. Rows of
 * earlier days are kept too, within a bound. A failed ask is repeated after a minute at the earliest; until it succeeds,
 * what is known from earlier serves on.
 */
final class DailyReply {

    private static final Logger LOG = LoggerFactory.getLogger(DailyReply.class);
    private static final Duration AFTER_FAILURE = Duration.ofMinutes(1);
    /** As long as one ask may take; then another instance may ask. */
    private static final Duration CLAIM = Duration.ofSeconds(40);
    private static final long LOOK_AGAIN_MILLIS = 200;
    /** In these cases KIS was not asked, so that nothing speaks against asking as soon as it works. */
    private static final Set<ProblemCode> NOT_ASKED = EnumSet.of(ProblemCode.NOT_OFFERED, ProblemCode.CIRCUIT_OPEN,
            ProblemCode.KIS_THROTTLED, ProblemCode.OVERLOADED, ProblemCode.SHUTTING_DOWN, ProblemCode.LIMITER_UNAVAILABLE,
            ProblemCode.CALLER_GONE);

    private final String name;
    private final Rows rows;
    private final KeptStore store;
    private final ScheduledExecutorService timers;
    private final InstantSource clock;
    private Kept kept;
    private CompletableFuture<ObjectNode> pending;
    private Problem failure;
    private Instant notBefore = Instant.MIN;

    /**
     * What of a reply is kept over the days.
     *
     * @param member where the reply has its rows
     * @param by     the member of a row that tells it from others, and sorts them
     * @param most   how many of the last rows are kept
     */
    record Rows(String member, String by, int most) {

        /** The new reply, with those of the old rows that it does not hold. */
        ObjectNode merge(ObjectNode old, ObjectNode fresh) {
            if (!(fresh.path(member) instanceof ArrayNode news)) {
                throw Problem.of(ProblemCode.KIS_UNREADABLE, "KIS answered something unreadable (no " + member + ")");
            }
            TreeMap<String, JsonNode> sorted = new TreeMap<>();
            if (old != null) {
                old.path(member).forEach(row -> sorted.put(row.path(by).asText(), row));
            }
            news.forEach(row -> sorted.put(row.path(by).asText(), row));
            List<JsonNode> all = new ArrayList<>(sorted.values());
            ObjectNode merged = fresh.deepCopy();
            merged.putArray(member).addAll(all.subList(Math.max(0, all.size() - most), all.size()));
            return merged;
        }
    }

    /** @param rows null if a new reply replaces the old one as a whole */
    DailyReply(String name, Rows rows, KeptStore store, ScheduledExecutorService timers, InstantSource clock) {
        this.name = name;
        this.rows = rows;
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
            if (isOfToday(kept)) {
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
        attempt(ask, true);
        return mine;
    }

    private LocalDate today() {
        return KoreanTime.today(clock);
    }

    private boolean isOfToday(Kept candidate) {
        return candidate != null && candidate.askedOn().equals(today());
    }

    /** Looks whether another instance, or this one before a restart, has asked today; if not, asks. */
    private void attempt(Supplier<CompletionStage<ObjectNode>> ask, boolean storeWorks) {
        guard((storeWorks ? store : KeptStore.NONE).read(name).handle((found, unreadable) -> {
            if (unreadable != null) {
                LOG.warn("What is kept of {} cannot be looked up ({}); this instance asks for itself", name, unreadable.toString());
            } else {
                found.ifPresent(this::learn);
            }
            if (isOfToday(known())) {
                end(null);
            } else {
                claim(ask, storeWorks && unreadable == null);
            }
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

    private void claim(Supplier<CompletionStage<ObjectNode>> ask, boolean storeWorks) {
        guard((storeWorks ? store : KeptStore.NONE).claim(name, CLAIM).handle((mine, failed) -> {
            if (failed != null || mine) {
                ask(ask, storeWorks && failed == null);
            } else {
                var unused = timers.schedule(() -> attempt(ask, true), LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
            }
            return null;
        }));
    }

    private void ask(Supplier<CompletionStage<ObjectNode>> ask, boolean storeWorks) {
        guard(ask.get().handle((fresh, failed) -> {
            if (failed == null) {
                Kept former = known();
                ObjectNode merged = rows == null ? fresh.deepCopy() : rows.merge(former == null ? null : former.reply(), fresh);
                merged.put("kept_on", today().format(DateTimeFormatter.BASIC_ISO_DATE));
                Kept now = new Kept(today(), merged);
                learn(now);
                if (storeWorks) {
                    store.write(name, now).whenComplete((done, unwritten) -> {
                        if (unwritten != null) {
                            LOG.warn("{} cannot be kept over a restart: {}", name, unwritten.toString());
                        }
                        store.unclaim(name);
                    });
                }
                end(null);
            } else {
                if (storeWorks) {
                    store.unclaim(name);
                }
                end(failed);
            }
            return null;
        }));
    }

    /** Whatever goes wrong on the way must not leave callers waiting. */
    private void guard(CompletionStage<?> step) {
        step.whenComplete((done, failed) -> {
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
                failure = problem(failed);
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

    private static Problem problem(Throwable failed) {
        Optional<Problem> problem = Optional.empty();
        for (Throwable cause = failed; cause != null && problem.isEmpty(); cause = cause.getCause()) {
            problem = Optional.of(cause).filter(Problem.class::isInstance).map(Problem.class::cast);
        }
        return problem.orElseGet(() -> Problem.of(ProblemCode.INTERNAL, "What is asked once a day could not be asked").causedBy(failed));
    }
}
