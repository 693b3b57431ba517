package io.kisgateway.stream;

import io.kisgateway.call.Call;
import io.kisgateway.call.Client;
import io.kisgateway.call.OpenReply.Outlet;
import io.kisgateway.call.Standing;
import java.util.Collection;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/** Somebody who is told events as they happen. What it listens to changes under its feed's lock only. */
final class Listener {

    private final Object owner;
    private final Standing standing;
    private final String name;
    private final String who;
    private final Outlet outlet;
    private final Function<StreamEvent, byte[]> form;
    private final Set<Channel> channels = new HashSet<>();
    private volatile Client client;

    /**
     * @param owner of its registrations
     * @param call  that it came with
     * @param form  how events are written
     */
    Listener(Object owner, Call call, Outlet outlet, Function<StreamEvent, byte[]> form) {
        this.owner = owner;
        this.standing = call.attribute(Standing.class);
        this.client = call.client();
        this.name = StreamSteps.name(call);
        this.who = who(call);
        this.outlet = outlet;
        this.form = form;
    }

    Object owner() {
        return owner;
    }

    /** As it was known last; null where anybody may call. */
    Client client() {
        return client;
    }

    /** Looks what has become of its client. @return false if its key or token is not good any more */
    boolean renew() {
        if (standing == null) {
            return true;
        }
        var now = standing.now();
        now.ifPresent(found -> client = found);
        return now.isPresent();
    }

    String name() {
        return name;
    }

    /** Whose listeners are counted together: a client's or, where there are none, an address's. */
    static String who(Call call) {
        return call.client() == null ? call.caller() : call.client().name();
    }

    boolean isOf(String someone) {
        return Objects.equals(who, someone);
    }

    Outlet outlet() {
        return outlet;
    }

    Set<Channel> channels() {
        return channels;
    }

    boolean wants(StreamEvent event) {
        return (event.channel() == null || channels.contains(event.channel())) && mayHave(event);
    }

    /** Another client's orders are none of its business. */
    boolean mayHave(StreamEvent event) {
        return event.isFor(client == null || client.seesAll() ? null : client.name());
    }

    boolean wantsAny(Collection<Channel> some) {
        return some.stream().anyMatch(channels::contains);
    }

    /** @return false if it is too slow for that */
    boolean tell(StreamEvent event) {
        return outlet.send(form.apply(event));
    }

    /** The last that it is told. */
    void end(String reason) {
        outlet.end(form.apply(StreamEvent.notice("end", StreamEvent.object().put("reason", reason))));
    }
}
