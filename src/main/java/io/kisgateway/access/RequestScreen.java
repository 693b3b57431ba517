package io.kisgateway.access;

import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What is asked of every request on both ports before anybody looks at what it wants: that it is for this gateway, and that no
 * page of another site made a browser send it. Programs send neither {@code Origin} nor {@code Sec-Fetch-Site} and notice nothing.
 */
public final class RequestScreen {

    private static final int LONGEST_NAME = 64;
    /** What goes to KIS as it came: some clients send orders with a query, and its reader says what it may hold. */
    private static final Pattern PASSED = Pattern.compile("/+uapi/[A-Za-z0-9/_-]+");
    private static final List<String> SAID_ONCE = List.of("Content-Type", "Content-Encoding", "Expect");
    private static final Set<String> OWN_PAGES = Set.of("same-origin", "none");

    private final HostRule hosts;
    private final Set<String> origins;
    private final Set<String> pages;

    /**
     * @param own     where the gateway listens
     * @param hosts   further names that it is reached by; their pages are its own
     * @param origins of other pages that may use it
     * @param pages   the paths that a link on any page may lead to
     */
    public RequestScreen(Collection<String> own, Collection<String> hosts, Collection<String> origins, Collection<String> pages) {
        this.hosts = new HostRule(own, hosts);
        this.origins = Set.copyOf(origins);
        this.pages = Set.copyOf(pages);
    }

    /** Whether the request names a path, as all but CONNECT and OPTIONS * do, and what is escaped in it is. */
    public static boolean hasPath(HttpServerRequest request) {
        if (request.path() == null || !request.path().startsWith("/") || request.method().equals(HttpMethod.CONNECT)) {
            return false;
        }
        try {
            QueryStringDecoder.decodeComponent(request.path());
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Why this request is not looked at any further, or null. */
    public Problem refusal(HttpServerRequest request) {
        List<String> headers = request.headers().getAll("Host");
        if (headers.size() > 1 || headers.isEmpty() && request.version() != HttpVersion.HTTP_1_0) {
            return Problem.of(ProblemCode.INVALID_REQUEST, "A request has one Host header");
        }
        String host = headers.isEmpty() ? null : HostRule.name(headers.get(0).strip());
        if (!headers.isEmpty() && host == null) {
            return Problem.of(ProblemCode.INVALID_REQUEST, "The Host header is no name or address with a port");
        }
        String target = host;
        if (!request.uri().startsWith("/")) {
            target = hostOf(request.uri());
            if (target == null) {
                return Problem.of(ProblemCode.INVALID_REQUEST, "The request's target is no path");
            }
        }
        for (String name : new String[] {host, target}) {
            if (name != null && !hosts.answersTo(name)) {
                return Problem.of(ProblemCode.MISDIRECTED_REQUEST,
                        "This gateway does not answer to the name " + name + "; its operator can list it in ALLOWED_HOSTS");
            }
        }
        Problem unclear = unclear(request);
        if (unclear != null) {
            return unclear;
        }
        if (isFromAnotherSite(request, headers.isEmpty() ? null : headers.get(0).strip())) {
            return Problem.of(ProblemCode.FORBIDDEN, "A request from a page of another site is refused");
        }
        if (request.method().equals(HttpMethod.POST) && !request.uri().endsWith("?") && request.uri().indexOf('?') >= 0
                && !PASSED.matcher(request.path()).matches()) {
            String member = request.uri().substring(request.uri().indexOf('?') + 1).split("[=&]", 2)[0];
            return Problem.invalid(member.length() > LONGEST_NAME ? member.substring(0, LONGEST_NAME) + "…" : member,
                    "A POST takes its members from the JSON body alone; leave the query string out");
        }
        return null;
    }

    /** What a proxy may read in another way than this gateway, or wants of it what it does not do. */
    private static Problem unclear(HttpServerRequest request) {
        for (String name : SAID_ONCE) {
            if (request.headers().getAll(name).size() > 1) {
                return Problem.of(ProblemCode.INVALID_REQUEST, "A request has one " + name + " header");
            }
        }
        if (isOther(request.getHeader("Content-Encoding"), "identity")) {
            return Problem.of(ProblemCode.UNSUPPORTED_MEDIA_TYPE, "Content-Encoding can be identity, and nothing else");
        }
        if (isOther(request.getHeader("Transfer-Encoding"), "chunked")) {
            return Problem.of(ProblemCode.INVALID_REQUEST, "Transfer-Encoding can be chunked, and nothing else");
        }
        return isOther(request.getHeader("Expect"), "100-continue")
                ? Problem.of(ProblemCode.INVALID_REQUEST, "Expect can be 100-continue, and nothing else") : null;
    }

    private static boolean isOther(String given, String only) {
        return given != null && !given.strip().equalsIgnoreCase(only);
    }

    private boolean isFromAnotherSite(HttpServerRequest request, String host) {
        List<String> given = request.headers().getAll("Origin");
        if (given.size() == 1 && origins.contains(given.get(0))) {
            return false;
        }
        for (String origin : given) {
            if (!isOwn(origin, host)) {
                return true;
            }
        }
        List<String> sites = request.headers().getAll("Sec-Fetch-Site");
        return !sites.isEmpty() && sites.stream().anyMatch(site -> !OWN_PAGES.contains(site.toLowerCase(Locale.ROOT))) && !isLink(request);
    }

    private boolean isOwn(String origin, String host) {
        String lower = origin.toLowerCase(Locale.ROOT);
        if (!lower.startsWith("http://") && !lower.startsWith("https://")) {
            return false;
        }
        String authority = lower.substring(lower.indexOf("//") + 2);
        String name = HostRule.name(authority);
        return name != null && (authority.equalsIgnoreCase(host) || hosts.isListed(name));
    }

    /** Somebody has followed a link to one of our pages: it opens by itself, in no frame, and does nothing. */
    private boolean isLink(HttpServerRequest request) {
        return request.method().equals(HttpMethod.GET) && "navigate".equals(request.getHeader("Sec-Fetch-Mode"))
                && "document".equals(request.getHeader("Sec-Fetch-Dest")) && pages.contains(request.path());
    }

    private static String hostOf(String uri) {
        try {
            String authority = new URI(uri).getRawAuthority();
            return authority == null ? null : HostRule.name(authority);
        } catch (URISyntaxException e) {
            return null;
        }
    }
}
