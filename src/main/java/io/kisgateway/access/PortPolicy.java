package io.kisgateway.access;

import io.kisgateway.access.Refusals.Reason;
import io.kisgateway.call.Problem;
import io.vertx.core.http.HttpServerRequest;

/** What one port asks of whoever comes to it: connections, hosts and pages, who it is and from where. */
public final class PortPolicy {

    private final PortGuard guard;
    private final RequestScreen screen;
    private final Admission admission;
    private final Proxies proxies;
    private final Refusals refusals;

    PortPolicy(PortGuard guard, RequestScreen screen, Admission admission, Proxies proxies, Refusals refusals) {
        this.guard = guard;
        this.screen = screen;
        this.admission = admission;
        this.proxies = proxies;
        this.refusals = refusals;
    }

    /** Bounds its connections. */
    public PortGuard guard() {
        return guard;
    }

    /** Why a request is not looked at any further, or null; asked before anything else. */
    public Problem refusal(HttpServerRequest request) {
        Problem refusal = screen.refusal(request);
        if (refusal != null) {
            refusals.add(null, switch (refusal.code()) {
                case MISDIRECTED_REQUEST -> Reason.HOST;
                case FORBIDDEN -> Reason.FOREIGN_PAGE;
                default -> Reason.MALFORMED;
            });
        }
        return refusal;
    }

    /** Finds out who asks. */
    public Admission admission() {
        return admission;
    }

    /** From where a request comes. */
    public String address(HttpServerRequest request) {
        return proxies.address(request);
    }
}
