package io.kisgateway.kis;

import io.kisgateway.call.PassedRequest;
import io.kisgateway.call.RawReply;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.Message;
import org.apache.camel.component.http.HttpConstants;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

/** A request that is sent as it came, and KIS's reply to its last attempt, byte by byte. */
final class Passed {

    private static final String[] REPLY_HEADERS = {"tr_id", "tr_cont", "gt_uid"};

    private final PassedRequest request;
    private volatile RawReply reply;

    Passed(PassedRequest request) {
        this.request = request;
    }

    TrCall call(boolean numbered) {
        return new TrCall(request.path(), request.trId(), Map.of(), request.ledger(), request.order(), numbered, false, this);
    }

    boolean known() {
        return request.known();
    }

    /** Another attempt: what KIS has said before is of no interest any more. */
    void begin() {
        reply = null;
    }

    void complete(ClassicHttpRequest outbound) {
        request.headers().forEach(outbound::setHeader);
        outbound.setPath(request.query().isEmpty() ? request.path() : request.path() + '?' + request.query());
        if (request.order()) {
            outbound.setEntity(new ByteArrayEntity(request.body(), ContentType.APPLICATION_JSON));
            outbound.setHeader(HttpHeaders.CONTENT_LENGTH, request.body().length);
        }
    }

    /** Takes what KIS said before anybody reads it. */
    void read(int status, byte[] body, Message message) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String name : REPLY_HEADERS) {
            String value = message.getHeader(name, String.class);
            if (value != null) {
                headers.put(name.toLowerCase(Locale.ROOT), value);
            }
        }
        String type = message.getHeader(HttpConstants.CONTENT_TYPE, String.class);
        reply = new RawReply(status, type == null ? "application/json" : type, headers, body == null ? new byte[0] : body);
    }

    /** Null if the last attempt had no reply. */
    RawReply reply() {
        return reply;
    }
}
