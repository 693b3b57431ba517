package io.kisgateway.call;

import java.util.Objects;

/**
 * Who made a call, as far as a request tells.
 *
 * @param address     the peer's address
 * @param name        what the client calls itself, or null
 * @param traceparent the trace that the call belongs to, by W3C Trace Context, or null
 */
public record Caller(String address, String name, String traceparent) {

    private static final int TRACE_ID = 3;
    private static final int TRACE_ID_END = 35;
    private static final int SPAN_ID = 36;
    private static final int SPAN_ID_END = 52;

    public Caller {
        Objects.requireNonNull(address);
    }

    /** For people: the name, if it has one, with the address. */
    @Override
    public String toString() {
        return name == null ? address : name + " at " + address;
    }

    /** The trace's id, 32 hex digits, or null. */
    public String traceId() {
        return traceparent == null ? null : traceparent.substring(TRACE_ID, TRACE_ID_END);
    }

    /** The id of the caller's span, 16 hex digits, or null. */
    public String spanId() {
        return traceparent == null ? null : traceparent.substring(SPAN_ID, SPAN_ID_END);
    }
}
