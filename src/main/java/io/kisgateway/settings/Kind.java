package io.kisgateway.settings;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * What a setting may hold: how its text is read, and how to tell a person what is accepted.
 *
 * @param mayHold completes "… may hold"
 * @param read    text to value; null if the text is not acceptable
 */
record Kind<T>(String mayHold, Function<String, T> read) {

    T parse(String text) {
        try {
            return read.apply(text);
        } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
            return null;
        }
    }

    static Kind<String> text(String mayHold) {
        return new Kind<>(mayHold, text -> text.isBlank() ? null : text);
    }

    static Kind<String> matching(String regex, String mayHold) {
        return new Kind<>(mayHold, text -> text.matches(regex) ? text : null);
    }

    static Kind<String> oneOf(String... values) {
        List<String> accepted = List.of(values);
        return new Kind<>("one of " + String.join(", ", values), text -> {
            String upper = text.toUpperCase(Locale.ROOT);
            return accepted.contains(upper) ? upper : null;
        });
    }

    static Kind<Boolean> bool() {
        return new Kind<>("true or false", text -> switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "1", "yes", "on" -> true;
            case "false", "0", "no", "off" -> false;
            default -> null;
        });
    }

    static Kind<Long> integer(long min, long max) {
        return new Kind<>("a whole number from " + min + " to " + max, text -> {
            long value = Long.parseLong(text);
            return value >= min && value <= max ? value : null;
        });
    }

    static Kind<Long> port() {
        return new Kind<>("a port, 0 to 65535 (0 picks a free one)", integer(0, 65535).read());
    }

    /** A duration given in seconds, down to the millisecond. */
    static Kind<Duration> seconds(String min, String max) {
        return duration("seconds, " + min + " to " + max, text -> Duration.parse("PT" + text + "S"), min, max);
    }

    /** A duration given in whole milliseconds. */
    static Kind<Duration> millis(String min, String max) {
        return duration("whole milliseconds, " + min + " to " + max, text -> Duration.ofMillis(Long.parseLong(text)), min, max);
    }

    private static Kind<Duration> duration(String mayHold, Function<String, Duration> read, String min, String max) {
        Duration least = read.apply(min);
        Duration most = read.apply(max);
        return new Kind<>(mayHold, text -> {
            if (!text.matches("[0-9]{1,15}(\\.[0-9]{1,9})?")) {
                return null;
            }
            Duration value = read.apply(text);
            return value.compareTo(least) < 0 || value.compareTo(most) > 0 || !value.equals(Duration.ofMillis(value.toMillis())) ? null
                    : value;
        });
    }
}
