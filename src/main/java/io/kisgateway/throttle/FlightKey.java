package io.kisgateway.throttle;

import java.util.Map;

/** What makes two queries the same: where they go and their validated parameters. */
record FlightKey(String endpoint, Map<String, Object> parameters) {
}
