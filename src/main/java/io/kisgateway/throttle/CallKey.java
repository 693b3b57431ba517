package io.kisgateway.throttle;

import java.util.Map;

/** What makes two queries the same: their route, which is another one after it has been changed, and their validated parameters. */
record CallKey(String route, Map<String, Object> parameters) {}
