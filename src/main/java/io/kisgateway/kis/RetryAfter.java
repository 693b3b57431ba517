package io.kisgateway.kis;

import java.time.Duration;

/** The header by which a front end of KIS says how long to stay away. */
final class RetryAfter {

    /** Who says longer is not believed. */
    private static final int MOST_SECONDS = 3600;
    private static final int MOST_DIGITS = 9;

    private RetryAfter() {}

    /** @return null if the header is missing or not a number of seconds; at most an hour */
    static Duration parse(String header) {
        String text = header == null ? "" : header.strip();
        boolean seconds = !text.isEmpty() && text.length() <= MOST_DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return seconds ? Duration.ofSeconds(Math.min(Integer.parseInt(text), MOST_SECONDS)) : null;
    }
}
