package io.kisgateway.kis;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header by which a front end of KIS says how long to stay away.
 *
 * @param delay at most an hour: who says longer is not believed; null if the header cannot be read
 */
record RetryAfter(Duration delay) {

    private static final Duration MOST = Duration.ofHours(1);
    private static final Pattern SECONDS = Pattern.compile("0*([0-9]+)(\\.[0-9]*)?");
    private static final int MOST_DIGITS = 4;

    /**
     * The header as a message holds it: of several the longest.
     *
     * @param date the reply's header of that name, or null
     * @return null if the header is missing
     */
    static RetryAfter of(Object header, String date) {
        return header instanceof Collection<?> several
                ? several.stream().map(one -> parse(one.toString(), date))
                        .max(Comparator.comparing(RetryAfter::delay, Comparator.nullsFirst(Comparator.naturalOrder()))).orElse(null)
                : parse(header == null ? null : header.toString(), date);
    }

    /**
     * Seconds, or a moment (RFC 9110), which is of the sender's own clock.
     *
     * @param date the reply's header of that name, or null
     * @return null if the header is missing
     */
    static RetryAfter parse(String header, String date) {
        if (header == null) {
            return null;
        }
        Matcher seconds = SECONDS.matcher(header.strip());
        if (seconds.matches()) {
            String whole = seconds.group(1);
            long wait = whole.length() > MOST_DIGITS ? MOST.toSeconds() : Long.parseLong(whole) + (seconds.group(2) == null ? 0 : 1);
            return new RetryAfter(bounded(Duration.ofSeconds(wait)));
        }
        try {
            return new RetryAfter(date == null ? null : bounded(Duration.between(moment(date), moment(header))));
        } catch (DateTimeException e) {
            return new RetryAfter(null);
        }
    }

    /** @throws DateTimeException if a header is no moment */
    static Instant moment(String text) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.parse(text.strip(), Instant::from);
    }

    private static Duration bounded(Duration wait) {
        return wait.compareTo(MOST) > 0 ? MOST : wait.isNegative() ? Duration.ZERO : wait;
    }
}
