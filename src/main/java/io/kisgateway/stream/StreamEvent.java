package io.kisgateway.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.runtime.KoreanTime;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Something that listeners are told. Made once for all of them. */
final class StreamEvent {

    private final String name;
    private final String id;
    private final long sequence;
    private final Channel channel;
    private final String data;
    /** Whose it is alone, but for those who see all; empty while nobody's; null if it is everybody's. */
    private volatile String owner;
    private volatile byte[] sse;
    private volatile byte[] message;

    private StreamEvent(String name, String id, long sequence, Channel channel, JsonNode data) {
        this.name = name;
        this.id = id;
        this.sequence = sequence;
        this.channel = channel;
        this.data = data.toString();
    }

    /**
     * A record.
     *
     * @param sequence of the record, the same on all instances
     * @param at       when KIS's record came
     */
    static StreamEvent record(Channel channel, long sequence, Instant at, JsonNode data) {
        return new StreamEvent(channel.kind(), at.toEpochMilli() + "-" + sequence, sequence, channel, data);
    }

    /**
     * Anything else.
     *
     * @param channel whose listeners are told, or null for all
     * @param after   the sequence of the record before it
     */
    static StreamEvent notice(String name, Channel channel, long after, ObjectNode data) {
        return new StreamEvent(name, null, after, channel, data);
    }

    /** One for one listener alone. */
    static StreamEvent notice(String name, ObjectNode data) {
        return notice(name, null, 0, data);
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** @param to null while it lasts */
    static ObjectNode between(Instant from, Instant to, String reason) {
        return object().put("from", KoreanTime.iso(from)).put("to", to == null ? null : KoreanTime.iso(to)).put("reason", reason);
    }

    /** It is for those who see all, and for its owner once that one is known. */
    StreamEvent owned() {
        owner = "";
        return this;
    }

    void owner(String client) {
        owner = client;
    }

    /** @param client by its name; null for one who sees all */
    boolean isFor(String client) {
        String its = owner;
        return its == null || client == null || its.equals(client);
    }

    String name() {
        return name;
    }

    /** Null if it is no record. */
    String id() {
        return id;
    }

    long sequence() {
        return sequence;
    }

    /** Null if it is for all. */
    Channel channel() {
        return channel;
    }

    String data() {
        return data;
    }

    /** How much memory it takes, about. */
    int size() {
        return 3 * data.length() + 200;
    }

    /** As an event of a stream. */
    byte[] sse() {
        byte[] bytes = sse;
        if (bytes == null) {
            bytes = ((id == null ? "" : "id: " + id + "\n") + "event: " + name + "\ndata: " + data + "\n\n")
                    .getBytes(StandardCharsets.UTF_8);
            sse = bytes;
        }
        return bytes;
    }

    /** As a message of a WebSocket. */
    byte[] message() {
        byte[] bytes = message;
        if (bytes == null) {
            bytes = ("{\"event\":\"" + name + "\"," + (id == null ? "" : "\"id\":\"" + id + "\",") + "\"data\":" + data + "}")
                    .getBytes(StandardCharsets.UTF_8);
            message = bytes;
        }
        return bytes;
    }
}
