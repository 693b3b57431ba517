package io.kisgateway.throttle;

import java.util.Map;

/**
 * What makes two queries the same.
 *
 * @param route      another one after it has been changed
 * @param parameters validated
 * @param viewer     the client that sees no more than its own; null for those who see all
 */
record CallKey(String route, Map<String, Object> parameters, String viewer) {
}
