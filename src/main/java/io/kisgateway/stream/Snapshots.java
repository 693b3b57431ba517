package io.kisgateway.stream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.call.Call;
import io.kisgateway.call.OwnCalls;
import io.kisgateway.call.Problem;
import io.kisgateway.call.Reply;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.apache.camel.CamelContext;

/**
 * Asks for the present state of codes after a gap, one after the other, by the route that their kind names. Its call to KIS is one of
 * the background: everybody else goes first.
 */
final class Snapshots {

    private final Kinds kinds;
    private final LongSupplier nanoTime;
    private final AtomicLong count = new AtomicLong();
    private final Set<Channel> waiting = new LinkedHashSet<>();
    private CamelContext context;
    private OwnCalls calls;
    private BiConsumer<Channel, ObjectNode> told = (channel, data) -> {};
    private boolean running;

    Snapshots(Kinds kinds, LongSupplier nanoTime) {
        this.kinds = kinds;
        this.nanoTime = nanoTime;
    }

    /** @param action gets each state */
    synchronized void start(CamelContext camelContext, BiConsumer<Channel, ObjectNode> action) {
        context = camelContext;
        calls = new OwnCalls(camelContext, nanoTime);
        told = action;
    }

    /** What waits already is not asked for twice, so that no more wait than there are registrations. */
    void want(Collection<Channel> channels) {
        synchronized (this) {
            channels.stream().filter(channel -> route(channel) != null).forEach(waiting::add);
            if (running || waiting.isEmpty() || context == null) {
                return;
            }
            running = true;
        }
        next();
    }

    private String route(Channel channel) {
        return kinds.kind(channel.kind()).map(Kind::snapshot).orElse(null);
    }

    private void next() {
        Channel channel;
        synchronized (this) {
            if (waiting.isEmpty() || context.isStopping()) {
                running = false;
                return;
            }
            channel = waiting.iterator().next();
            waiting.remove(channel);
        }
        ask(channel);
    }

    private void ask(Channel channel) {
        Call call = calls.call("snapshot-" + count.incrementAndGet(), "realtime-snapshot", "realtime");
        calls.ask(route(channel), call, Map.of("stock_code", channel.code()), Reply.class).whenComplete((reply, failure) -> {
            tell(channel, reply, failure);
            next();
        });
    }

    private void tell(Channel channel, Reply reply, Throwable failure) {
        ObjectNode data = StreamEvent.object().put("kind", channel.kind()).put("code", channel.code());
        if (reply != null) {
            data.set("data", reply.members().path("data"));
        } else {
            data.putNull("data");
            data.put("reason", failure instanceof Problem problem ? problem.code().name() : "INTERNAL");
        }
        told.accept(channel, data);
    }
}
