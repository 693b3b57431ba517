package io.kisgateway.kis;

/**
 * How one request to KIS ended, for operators; holds nothing secret.
 *
 * @param outcome {@code success}, {@code empty}, {@code rejected}, {@code throttled}, {@code credentials} or {@code unavailable}
 * @param code    the listed code that decided, {@code other} for one that is not listed, or the form of a reply without
 *                one, such as {@code read_timeout}: never free text
 * @param detail  one clause on a failure, else empty
 * @param nanos   from its slot until it ended
 */
public record KisAnswer(String outcome, String code, String detail, long nanos) {}
