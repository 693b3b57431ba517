package io.kisgateway.stream;

import io.kisgateway.call.Client;
import io.kisgateway.call.OpenReply.Outlet;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;

/** Somebody who is told events as they happen. What it listens to changes under its feed's lock only. */
final class Listener {

    private final Object owner;
    private final Client client;
    private final String name;
    private final Outlet outlet;
    private final Function<StreamEvent, byte[]> form;
    private final Set<Channel> channels = new HashSet<>();

    /**
     * @param owner  of its registrations
     * @param client whose it is, or null where anybody may call
     * @param name   for operators
     * @param form   how events are written
     */
    Listener(Object owner, Client client, String name, Outlet outlet, Function<StreamEvent, byte[]> form) {
        this.owner = owner;
        this.client = client;
        this.name = name;
        this.outlet = outlet;
        this.form = form;
    }

    Object owner() {
        return owner;
    }

    Client client() {
        return client;
    }

    String name() {
        return name;
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
