package io.kisgateway.kis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.runtime.Recent;
import io.kisgateway.runtime.Stages;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names of issues by their code. KIS names an issue in some replies only (facts 3.1), so names are learned where they
 * come by and kept; a name that somebody wants and nobody knows is asked for once, off the way of any request.
 */
public final class StockNames {

    private static final Logger LOG = LoggerFactory.getLogger(StockNames.class);
    private static final int MOST = 10_000;
    private static final int MOST_PENDING = 20;
    private static final Duration AFTER_FAILURE = Duration.ofMinutes(10);
    /** What never reached KIS, or came when it took no calls, says nothing of the name. */
    private static final Duration AFTER_REFUSAL = Duration.ofSeconds(5);
    private static final Set<ProblemCode> REFUSALS = Set.of(ProblemCode.RATE_LIMITED, ProblemCode.CIRCUIT_OPEN, ProblemCode.OVERLOADED,
            ProblemCode.SHUTTING_DOWN, ProblemCode.LIMITER_UNAVAILABLE, ProblemCode.KIS_THROTTLED);

    private final Function<String, CompletionStage<?>> lookUp;
    private final LongSupplier nanoTime;
    private final Map<String, String> names = Recent.map(MOST);
    /** When a code may be asked for again, in nanoseconds of the clock; those under way hold {@link Long#MAX_VALUE}. */
    private final Map<String, Long> askedFor = new HashMap<>();
    private int pending;

    /**
     * @param lookUp   makes a call of which the name can be learned, and completes when it has ended
     * @param nanoTime a monotonic clock
     */
    public StockNames(Function<String, CompletionStage<?>> lookUp, LongSupplier nanoTime) {
        this.lookUp = lookUp;
        this.nanoTime = nanoTime;
    }

    /** The name of an issue or an index, if it is known; if not, it is asked for and may be known the next time. */
    public Optional<String> name(String code) {
        synchronized (names) {
            String name = names.get(code);
            if (name != null) {
                return Optional.of(name);
            }
        }
        want(code);
        return Optional.empty();
    }

    /** Asks for a name in the background, unless it is known, under way, or lately failed. */
    public void want(String code) {
        synchronized (names) {
            long now = nanoTime.getAsLong();
            askedFor.values().removeIf(again -> again != Long.MAX_VALUE && again - now <= 0);
            if (names.containsKey(code) || askedFor.containsKey(code) || pending >= MOST_PENDING
                    || askedFor.size() >= MOST) {
                return;
            }
            askedFor.put(code, Long.MAX_VALUE);
            pending++;
        }
        CompletionStage<?> answer;
        try {
            answer = lookUp.apply(code);
        } catch (RuntimeException e) {
            ended(code, e);
            return;
        }
        answer.whenComplete((nothing, failure) -> ended(code, failure));
    }

    private void ended(String code, Throwable failure) {
        boolean known;
        synchronized (names) {
            pending--;
            known = names.containsKey(code);
            if (known) {
                askedFor.remove(code);
            } else {
                boolean refused = failure != null && Stages.cause(failure) instanceof Problem problem && REFUSALS.contains(problem.code());
                askedFor.put(code, nanoTime.getAsLong() + (refused ? AFTER_REFUSAL : AFTER_FAILURE).toNanos());
            }
        }
        if (!known) {
            LOG.debug("No name for {}: {}", code, failure == null ? "KIS gave none" : failure.getMessage());
        }
    }

    /** Takes the names out of a reply, if there are any (facts 3.4, 3.11). */
    void learn(ObjectNode reply) {
        JsonNode first = reply.path("output1");
        if (first.isObject()) {
            String code = KisMessages.text(first, "stck_shrn_iscd");
            put(code.isEmpty() ? KisMessages.text(first, "bstp_cls_code") : code,
                    KisMessages.text(first, "hts_kor_isnm"));
        } else {
            first.forEach(row -> put(KisMessages.text(row, "pdno"), KisMessages.text(row, "prdt_name")));
        }
    }

    private void put(String code, String name) {
        if (!code.isEmpty() && !name.isEmpty()) {
            synchronized (names) {
                names.put(code, name);
            }
        }
    }
}
