package io.kisgateway.stream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.call.Call;
import io.kisgateway.call.Reply;
import io.kisgateway.realtime.SessionState;
import io.kisgateway.runtime.KoreanTime;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.camel.Exchange;

/** What callers are told of realtime: how the session is, and what is subscribed for them. */
final class StatusReply {

    private final Supplier<SessionState> session;
    private final Feed feed;
    private final HeldCodes held;
    private final Optional<String> stream;

    /** @param stream the Redis Stream, if there is one */
    StatusReply(Supplier<SessionState> session, Feed feed, HeldCodes held, Optional<String> stream) {
        this.session = session;
        this.feed = feed;
        this.held = held;
        this.stream = stream;
    }

    void answer(Exchange exchange) {
        Call call = Call.of(exchange);
        SessionState now = session.get();
        ObjectNode members = StreamEvent.object();
        ObjectNode data = members.putObject("data");
        data.put("connected", now.connected());
        data.put("since", now.since().map(KoreanTime::iso).orElse(null));
        now.gap().ifPresentOrElse(gap -> data.putObject("gap").put("from", KoreanTime.iso(gap.from())).put("reason", gap.reason()),
                () -> data.putNull("gap"));
        data.put("registrations", now.registrations().size());
        data.put("registrations_max", Wishes.MOST);
        data.put("listeners", feed.count());
        data.put("stream", stream.orElse(null));
        // Another client's is not told, as it would show what that one trades.
        boolean all = call.client() == null || call.client().seesAll();
        held.known().stream().filter(kept -> all || kept.client().equals(StreamSteps.owner(call)))
                .sorted(Comparator.comparing(kept -> kept.channel().kind() + " " + kept.channel().code()))
                .forEach(kept -> data.withArray("subscribed").addObject().put("kind", kept.channel().kind())
                        .put("code", kept.channel().code().isEmpty() ? null : kept.channel().code())
                        .put("here", held.has(kept.channel())));
        data.withArray("subscribed");
        exchange.getMessage().setBody(new Reply(members));
    }
}
