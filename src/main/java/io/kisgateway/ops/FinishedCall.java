package io.kisgateway.ops;

/**
 * What operators get to know of one finished call.
 *
 * @param endpoint  the route's id
 * @param path      the request's path
 * @param requestId its id
 * @param stockCode the code it was about, or null
 * @param status    the HTTP status sent
 * @param code      the problem's code, or null on success
 * @param nanos     time in the gateway, queue included
 */
public record FinishedCall(String endpoint, String path, String requestId, String stockCode, int status, String code,
        long nanos) {

    boolean succeeded() {
        return status < 400;
    }

    boolean rateLimited() {
        return status == 429;
    }
}
