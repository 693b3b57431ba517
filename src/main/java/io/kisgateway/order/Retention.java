package io.kisgateway.order;

import java.time.Duration;

/** How long entries can be read, and how long a key gets its reply. */
record Retention(Duration entries, Duration keys) { }
