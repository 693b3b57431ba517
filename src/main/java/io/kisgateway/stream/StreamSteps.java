package io.kisgateway.stream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.call.Call;
import io.kisgateway.call.Caller;
import io.kisgateway.call.LastEventId;
import io.kisgateway.call.OpenReply;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.apache.camel.Exchange;

/** What the routes of {@code /api/realtime} do. */
final class StreamSteps {

    private static final String EVENTS = "text/event-stream";

    private final Feed feed;
    private final HeldCodes held;
    private final int most;
    private volatile BiConsumer<Call, Problem> refusals = (call, problem) -> {};

    /** @param most listeners at the same time */
    StreamSteps(Feed feed, HeldCodes held, int most) {
        this.feed = feed;
        this.held = held;
        this.most = most;
    }

    /** Hands a record, as its route has mapped it, to those who listen. */
    void publish(Exchange exchange) {
        Published published = Published.of(exchange);
        if (!(exchange.getMessage().getBody() instanceof Reply reply) || !(reply.members().path("data") instanceof ObjectNode data)) {
            throw new IllegalStateException("realtime-publish comes after reply:, whose mapping makes an object of data");
        }
        feed.publish(published.kind(), published.record(), data);
    }

    /** Opens a stream of events once KIS has accepted what it is of. */
    CompletionStage<?> stream(Exchange exchange) {
        Call call = Call.of(exchange);
        EventLog.Id last = lastEventId(call);
        List<String> kinds = list(exchange, "kinds");
        List<String> codes = list(exchange, "codes");
        Set<Channel> channels = feed.wishes().channels(call.client(), kinds, codes);
        room(call);
        Object owner = new Object();
        // A caller who is gone when it comes to opening.
        call.onTold(taken -> {
            if (!taken) {
                feed.registrations().release(channels, owner);
            }
        });
        return feed.registrations().hold(channels, owner).thenAccept(held -> exchange.getMessage().setBody(
                new OpenReply.Stream(EVENTS, outlet -> {
                    Listener listener = new Listener(owner, call, outlet, StreamEvent::sse);
                    feed.begin(listener, StreamEvent.notice("subscribed", subscribed(kinds, codes)), channels, last);
                    outlet.onClosed(() -> feed.remove(listener));
                })));
    }

    static ObjectNode subscribed(List<String> kinds, List<String> codes) {
        ObjectNode data = StreamEvent.object();
        kinds.forEach(data.putArray("kinds")::add);
        (codes == null ? List.<String>of() : codes).forEach(data.putArray("codes")::add);
        return data;
    }

    /** Nobody takes all of it. */
    private void room(Call call) {
        int share = most - most / 4;
        if (feed.count() >= most || feed.count(Listener.who(call)) >= share) {
            throw Problem.of(ProblemCode.OVERLOADED, "There are " + most + " listeners, as many as REALTIME_LISTENERS allows, or "
                    + share + " of one client or address").retryAfter(Duration.ofSeconds(5));
        }
    }

    private static EventLog.Id lastEventId(Call call) {
        LastEventId given = call.attribute(LastEventId.class);
        if (given == null || given.value().isEmpty()) {
            return null;
        }
        return Optional.ofNullable(EventLog.Id.parse(given.value()))
                .orElseThrow(() -> Problem.invalid("Last-Event-ID", "Last-Event-ID is no id that this gateway gives"));
    }

    @SuppressWarnings("unchecked")
    static List<String> list(Exchange exchange, String variable) {
        return (List<String>) exchange.getVariable(variable);
    }

    /** As operators know it. */
    static String name(Call call) {
        if (call.client() != null) {
            return call.client().name();
        }
        Caller caller = call.attribute(Caller.class);
        return caller == null || caller.name() == null ? "unnamed" : caller.name();
    }

    void onRefused(BiConsumer<Call, Problem> told) {
        refusals = told;
    }

    /** Opens a WebSocket, on which its reader asks for what it wants. */
    void socket(Exchange exchange) {
        Call call = Call.of(exchange);
        room(call);
        exchange.getMessage()
                .setBody(new OpenReply.Socket(outlet -> new SocketConversation(feed, refusals, call, outlet).begin()));
    }

    /** Keeps codes registered without a connection. */
    CompletionStage<?> subscribe(Exchange exchange) {
        return keep(exchange, true);
    }

    CompletionStage<?> unsubscribe(Exchange exchange) {
        return keep(exchange, false);
    }

    private CompletionStage<?> keep(Exchange exchange, boolean more) {
        Call call = Call.of(exchange);
        List<String> kinds = list(exchange, "kinds");
        List<String> codes = list(exchange, "codes");
        Set<Channel> channels = feed.wishes().channels(call.client(), kinds, codes);
        String client = owner(call);
        return (more ? held.add(client, channels) : held.remove(client, channels)).thenAccept(done -> {
            ObjectNode members = StreamEvent.object();
            members.set("data", subscribed(kinds, codes));
            exchange.getMessage().setBody(new Reply(members));
        });
    }

    /** Where anybody may call, all are one: names that callers give themselves are no names of clients. */
    static String owner(Call call) {
        return call.client() == null ? "anybody" : call.client().name();
    }
}
