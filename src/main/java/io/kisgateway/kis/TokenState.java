package io.kisgateway.kis;

import java.time.Instant;

/**
 * What operators see of the access token; never its value.
 *
 * @param issuedAt  when the token held was handed out, or null if there is none
 * @param expiresAt when KIS ends it, or null if there is none
 * @param refused   whether KIS no longer takes it
 * @param issues    tokens that KIS has handed out to this instance
 * @param failures  times that KIS was asked and gave none
 * @param refusals  tokens that KIS ended early
 * @param lastRefusal when the last one was, or null
 */
public record TokenState(Instant issuedAt, Instant expiresAt, boolean refused, long issues, long failures, long refusals,
        Instant lastRefusal) {}
