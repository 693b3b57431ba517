package io.kisgateway.web;

import io.kisgateway.access.PortPolicy;
import io.kisgateway.call.Call;
import io.kisgateway.call.Caller;
import io.vertx.core.http.HttpServerRequest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads who calls, and hands the trace that the call belongs to back with the reply. */
final class CallerReader {

    static final String TRACEPARENT = "traceparent";

    private static final Pattern CLIENT_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    /** The first product of a User-Agent; free text after it is of no use. */
    private static final Pattern PRODUCT = Pattern.compile("[A-Za-z0-9._-]{1,40}(?:/[A-Za-z0-9._-]{1,20})?");
    private static final Pattern TRACE = Pattern.compile("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

    private CallerReader() {}

    /**
     * Gives the call its caller to carry.
     *
     * @param tracing whether a call that brought no trace begins one
     * @param policy  of the port that it came by
     */
    static void read(HttpServerRequest request, Call call, boolean tracing, PortPolicy policy) {
        String traceparent = request.getHeader(TRACEPARENT);
        if (traceparent != null && !TRACE.matcher(traceparent).matches()) {
            traceparent = null;
        }
        if (traceparent == null && tracing) {
            traceparent = "00-" + Edge.newRequestId() + '-' + Edge.newRequestId().substring(0, 16) + "-01";
        }
        call.attribute(Caller.class, new Caller(policy.address(request), name(request, call, policy), traceparent));
        if (traceparent != null) {
            call.replyHeader(TRACEPARENT, traceparent);
        }
    }

    /** Where clients have keys, nobody takes another's name. */
    private static String name(HttpServerRequest request, Call call, PortPolicy policy) {
        if (!policy.admission().isOpen()) {
            return call.client() == null ? null : call.client().name();
        }
        String id = request.getHeader("X-Client-Id");
        if (id != null && CLIENT_ID.matcher(id).matches()) {
            return id;
        }
        String agent = request.getHeader("User-Agent");
        if (agent == null) {
            return null;
        }
        Matcher product = PRODUCT.matcher(agent);
        return product.lookingAt() ? product.group() : null;
    }
}
