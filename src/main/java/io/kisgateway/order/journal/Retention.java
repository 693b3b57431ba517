package io.kisgateway.order.journal;

import java.time.Duration;

/** How long entries can be read, and how long a key gets its reply. */
public record Retention(Duration entries, Duration keys) { }
