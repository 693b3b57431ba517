package io.kisgateway.stream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.call.Call;
import io.kisgateway.call.OpenReply.SocketOutlet;
import io.kisgateway.call.OrderFate;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.ProblemJson;
import io.kisgateway.runtime.Stages;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a WebSocket's reader says, and what it is answered: {@code {"subscribe":{"codes":["005930"],"kinds":["trade"]}}} and
 * {@code unsubscribe} alike. One message at a time.
 */
final class SocketConversation {

    private static final Logger LOG = LoggerFactory.getLogger(SocketConversation.class);
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(8).build()).build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
    private static final Set<String> MEMBERS = Set.of("codes", "kinds", "last_event_id");
    private static final Pattern ITEM = Pattern.compile("[A-Za-z0-9._-]{1,40}");

    private final Feed feed;
    private final BiConsumer<Call, Problem> refusals;
    private final Call call;
    private final Listener listener;

    SocketConversation(Feed feed, BiConsumer<Call, Problem> refusals, Call call, SocketOutlet outlet) {
        this.refusals = refusals;
        this.feed = feed;
        this.call = call;
        this.listener = new Listener(new Object(), call, outlet, StreamEvent::message);
        outlet.onText((text, done) -> answer(text).whenComplete((ended, failure) -> {
            if (failure != null) {
                refuse(Stages.cause(failure));
            }
            done.run();
        }));
    }

    /** It is there from now on, though it listens to nothing yet. */
    void begin() {
        feed.attach(listener, List.of());
        listener.outlet().onClosed(() -> feed.remove(listener));
    }

    private CompletionStage<?> answer(String text) {
        try {
            return carryOut(parse(text));
        } catch (RuntimeException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    private record Asked(boolean subscribe, List<String> kinds, List<String> codes, EventLog.Id last) {}

    private CompletionStage<?> carryOut(Asked asked) {
        if (!listener.renew()) {
            listener.end(Feed.NOT_ALLOWED);
            return CompletableFuture.completedStage(null);
        }
        Set<Channel> channels = feed.wishes().channels(listener.client(), asked.kinds, asked.codes);
        if (!asked.subscribe) {
            feed.detach(listener, channels);
            feed.registrations().release(channels, listener.owner());
            listener.tell(StreamEvent.notice("unsubscribed", StreamSteps.subscribed(asked.kinds, asked.codes)));
            return CompletableFuture.completedStage(null);
        }
        return feed.registrations().hold(channels, listener.owner())
                .thenAccept(held -> {
                    feed.begin(listener, StreamEvent.notice("subscribed", StreamSteps.subscribed(asked.kinds, asked.codes)), channels,
                            asked.last);
                    // It may have gone while KIS was asked.
                    listener.outlet().onClosed(() -> feed.remove(listener));
                });
    }

    private static Asked parse(String text) {
        JsonNode message;
        try {
            message = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw Problem.of(ProblemCode.MALFORMED_JSON, "The message is not valid JSON");
        }
        if (message == null || message.size() != 1 || !message.has("subscribe") && !message.has("unsubscribe")) {
            throw Problem.of(ProblemCode.MALFORMED_JSON,
                    "A message is {\"subscribe\":{\"codes\":[\"005930\"],\"kinds\":[\"trade\"]}}, or unsubscribe with the same");
        }
        boolean subscribe = message.has("subscribe");
        if (!(message.get(subscribe ? "subscribe" : "unsubscribe") instanceof ObjectNode members)) {
            throw Problem.invalid(subscribe ? "subscribe" : "unsubscribe", "It must be an object with codes and kinds");
        }
        members.fieldNames().forEachRemaining(name -> {
            if (!MEMBERS.contains(name)) {
                throw Problem.invalid(name.substring(0, Math.min(64, name.length())),
                        "There are: " + String.join(", ", new TreeSet<>(MEMBERS)));
            }
        });
        List<String> kinds = list(members, "kinds");
        JsonNode last = members.path("last_event_id");
        EventLog.Id id = last.isTextual() ? EventLog.Id.parse(last.textValue()) : null;
        if (id == null && !last.isMissingNode() && !last.isNull()) {
            throw Problem.invalid("last_event_id", "last_event_id is no id that this gateway gives");
        }
        return new Asked(subscribe, kinds == null ? List.of("trade") : kinds, list(members, "codes"), id);
    }

    /** Null if it is not there. */
    private static List<String> list(ObjectNode members, String name) {
        JsonNode node = members.path(name);
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        List<String> items = new ArrayList<>();
        node.forEach(item -> items.add(item.isTextual() ? item.textValue() : ""));
        List<String> different = items.stream().distinct().toList();
        if (!node.isArray() || different.isEmpty() || different.size() > Wishes.MOST
                || !different.stream().allMatch(ITEM.asMatchPredicate())) {
            throw Problem.invalid(name, name + " must be a list of 1 to " + Wishes.MOST + " texts");
        }
        return different;
    }

    private void refuse(Throwable failure) {
        Problem problem = failure instanceof Problem known ? known
                : Problem.of(ProblemCode.INTERNAL, "An unexpected fault inside the gateway; the log has it under the request id");
        if (!(failure instanceof Problem)) {
            LOG.error("A message on the WebSocket of request {} failed inside the gateway", call.requestId(), failure);
        }
        if (problem.code() == ProblemCode.FORBIDDEN) {
            refusals.accept(call, problem);
        }
        listener.tell(StreamEvent.notice("error", ProblemJson.of(problem, call.requestId(), OrderFate.NO_ORDER)));
    }
}
