package io.kisgateway.call;

import java.time.Instant;
import java.util.Objects;

/**
 * Something that somebody did or was refused.
 *
 * @param client  who, or null if that is not known
 * @param address from where
 * @param what    they asked for
 * @param outcome what came of it
 * @param times   how often, at least 1
 */
public record AuditEvent(Instant at, Kind kind, String client, String address, String what, String outcome, long times) {

    public enum Kind { ORDER, REFUSAL, ACTION }

    public AuditEvent {
        Objects.requireNonNull(at);
        Objects.requireNonNull(kind);
    }
}
