package io.kisgateway.web;

import io.kisgateway.call.Problem;
import io.kisgateway.call.RawRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a request says in its line and headers. */
final class RequestHeaders {

    private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern WAIT =
            Pattern.compile("(?:^|[,;\\s])wait\\s*=\\s*\"?(\\d{1,6})\"?\\s*(?:[,;]|$)", Pattern.CASE_INSENSITIVE);

    private RequestHeaders() {}

    static String requestId(RoutingContext context) {
        String given = context.request().getHeader("X-Request-Id");
        return given != null && REQUEST_ID.matcher(given).matches() ? given : Edge.newRequestId();
    }

    static boolean isJson(String contentType) {
        if (contentType == null) {
            return false;
        }
        String[] parts = contentType.toLowerCase(Locale.ROOT).split(";");
        if (!parts[0].strip().equals(ReplyWriter.JSON)) {
            return false;
        }
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip().replace("\"", "");
            if (parameter.startsWith("charset=") && !parameter.equals("charset=utf-8") && !parameter.equals("charset=us-ascii")) {
                return false;
            }
        }
        return true;
    }

    /** {@code Prefer: wait=N} (RFC 7240), milliseconds, or null. */
    static Long preferredWait(RoutingContext context) {
        for (String prefer : context.request().headers().getAll("Prefer")) {
            Matcher matcher = WAIT.matcher(prefer);
            if (matcher.find()) {
                return Long.parseLong(matcher.group(1)) * 1000;
            }
        }
        return null;
    }

    /** More than one header makes one value that is no key. */
    static String idempotencyKey(RoutingContext context) {
        List<String> headers = context.request().headers().getAll("Idempotency-Key");
        return headers.isEmpty() ? null : String.join(", ", headers);
    }

    /** The query's members come twice if a caller sends them twice, and then it is not known which one is meant. */
    static Map<String, String> values(RoutingContext context) {
        if (context.queryParams().isEmpty() && context.pathParams().isEmpty()) {
            return Map.of();
        }
        Map<String, String> values = new LinkedHashMap<>();
        context.queryParams().forEach(entry -> {
            if (values.put(entry.getKey(), entry.getValue()) != null) {
                throw Problem.invalid(entry.getKey(), entry.getKey() + " comes twice in the query string");
            }
        });
        values.putAll(new HashMap<>(context.pathParams()));
        values.remove("*");
        return values;
    }

    /** The request as it came, for a route that passes it on. A header that says two things says both, and so nothing that is known. */
    static RawRequest raw(RoutingContext context) {
        Map<String, String> headers = new HashMap<>();
        context.request().headers().forEach(header -> headers.merge(header.getKey().toLowerCase(Locale.ROOT), header.getValue(),
                (first, next) -> first.equals(next) ? first : first + ", " + next));
        String query = context.request().query();
        byte[] body = context.body() == null || context.body().buffer() == null ? new byte[0] : context.body().buffer().getBytes();
        return new RawRequest(context.request().method().name(), context.normalizedPath(), query == null ? "" : query, headers, body);
    }
}
