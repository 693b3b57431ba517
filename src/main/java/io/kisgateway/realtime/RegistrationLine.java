package io.kisgateway.realtime;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.realtime.KisFrame.Answer;
import io.kisgateway.runtime.Recent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/** What is to be registered at KIS, what is, and what is asked next. Used by one thread only. */
final class RegistrationLine {

    private static final int MOST_FORMER = 1000;

    /** @param on whether it is to be registered, or to end */
    record Order(Registration registration, boolean on) {

        String message(String approvalKey) {
            ObjectNode message = JsonNodeFactory.instance.objectNode();
            message.putObject("header").put("approval_key", approvalKey).put("custtype", "P").put("tr_type", on ? "1" : "2")
                    .put("content-type", "utf-8");
            message.putObject("body").putObject("input").put("tr_id", registration.trId()).put("tr_key", registration.trKey());
            return message.toString();
        }
    }

    /** One that is wanted. */
    private static final class Wanted {
        private final CompletableFuture<RegistrationAnswer> first = new CompletableFuture<>();
        /** What KIS has said once; kept over losses. */
        private RegistrationAnswer accepted;
        private boolean now;
    }

    private final Map<Registration, Wanted> wanted = new LinkedHashMap<>();
    private final Deque<Order> waiting = new ArrayDeque<>();
    /** Records of what has ended may still be under way. */
    private final Set<Registration> former = Collections.newSetFromMap(Recent.map(MOST_FORMER));
    private Order current;
    private long askedAt;

    CompletionStage<RegistrationAnswer> add(Registration registration) {
        Wanted known = wanted.get(registration);
        if (known != null) {
            return known.first;
        }
        if (wanted.size() >= SessionState.MOST) {
            return CompletableFuture.completedStage(RegistrationAnswer.TOO_MANY);
        }
        Wanted added = new Wanted();
        wanted.put(registration, added);
        former.remove(registration);
        waiting.add(new Order(registration, true));
        return added.first;
    }

    /** @param open whether KIS is to be told */
    void remove(Registration registration, boolean open) {
        Wanted gone = wanted.remove(registration);
        if (gone == null) {
            return;
        }
        gone.first.complete(RegistrationAnswer.UNREACHABLE);
        former.add(registration);
        Order on = new Order(registration, true);
        if (!waiting.remove(on) && open && (gone.now || on.equals(current))) {
            waiting.add(new Order(registration, false));
        }
    }

    void begin() {
        end();
        wanted.keySet().forEach(registration -> waiting.add(new Order(registration, true)));
    }

    void end() {
        wanted.values().forEach(one -> one.now = false);
        waiting.clear();
        former.clear();
        current = null;
    }

    /** What is to be sent now, unless an answer is waited for. */
    Optional<Order> next(long now) {
        if (current != null) {
            return Optional.empty();
        }
        current = waiting.poll();
        askedAt = now;
        return Optional.ofNullable(current);
    }

    boolean waitsLongerThan(Duration patience, long now) {
        return current != null && now - askedAt > patience.toNanos();
    }

    /** @param lost is told of what KIS has accepted before and does not any more */
    void answered(Answer answer, BiConsumer<Registration, RegistrationAnswer> lost) {
        Order order = current;
        if (order == null || Registration.isTrId(answer.trId()) && !answer.trId().equals(order.registration().trId())) {
            return;
        }
        current = null;
        Wanted one = wanted.get(order.registration());
        if (!order.on() || one == null) {
            return;
        }
        RegistrationAnswer said = answer.said();
        if (said.accepted() || said.msgCd().equals(RegistrationAnswer.ALREADY.msgCd())) {
            one.now = true;
            one.accepted = said.accepted() ? said : RegistrationAnswer.REGISTERED;
            one.first.complete(one.accepted);
            return;
        }
        wanted.remove(order.registration());
        one.first.complete(said);
        if (one.accepted != null) {
            lost.accept(order.registration(), said);
        }
    }

    /**
     * Whose a record is (facts 11.3).
     *
     * @param first its first field
     * @return empty if all who have its TR are to get it, null if nobody is
     */
    String keyOf(String trId, String first) {
        Registration exact = new Registration(trId, first);
        if (wanted.containsKey(exact)) {
            return first;
        }
        return former.contains(exact) || wanted.keySet().stream().noneMatch(one -> one.trId().equals(trId)) ? null : "";
    }

    boolean isEmpty() {
        return wanted.isEmpty();
    }

    boolean anyAccepted() {
        return wanted.values().stream().anyMatch(one -> one.accepted != null);
    }

    boolean isWhole() {
        return wanted.values().stream().allMatch(one -> one.now || one.accepted == null);
    }

    /** Those that are registered this moment. */
    Map<Registration, RegistrationAnswer> accepted() {
        Map<Registration, RegistrationAnswer> accepted = new LinkedHashMap<>();
        wanted.forEach((registration, one) -> {
            if (one.now) {
                accepted.put(registration, one.accepted);
            }
        });
        return accepted;
    }
}
