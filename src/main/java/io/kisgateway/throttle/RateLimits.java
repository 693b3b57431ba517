package io.kisgateway.throttle;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Several limits that hold at once, the shortest window first; never two with the same window. */
public record RateLimits(List<RateLimit> all) {

    /** No limit at all: what an ask for the account's budget alone carries. */
    static final RateLimits NONE = new RateLimits(List.of());

    private static final int MOST = 5;
    private static final String FORMS = "may be such as '3 per second', '3/second', '500/hour', '10 per 2 minutes', "
            + "several with ';', units second, minute, hour, day";
    private static final Pattern ONE = Pattern.compile(
            "([0-9]{1,10})\\s*(?:/|\\s+per\\s+)\\s*(?:([0-9]{1,6})\\s*)?(second|minute|hour|day)s?", Pattern.CASE_INSENSITIVE);

    public RateLimits {
        all = all.stream().sorted(Comparator.comparingLong(RateLimit::windowMillis)).toList();
        if (all.size() > MOST) {
            throw new IllegalArgumentException("at most " + MOST + " limits can hold at once");
        }
        for (int i = 1; i < all.size(); i++) {
            if (all.get(i).windowMillis() == all.get(i - 1).windowMillis()) {
                throw new IllegalArgumentException("two limits have the same window: " + all.get(i - 1) + " and " + all.get(i));
            }
        }
    }

    /**
     * Reads {@code 3 per second;500 per hour}; {@code /} for {@code per}, commas for semicolons, any case.
     *
     * @throws IllegalArgumentException with what is wrong and what may be held
     */
    public static RateLimits parse(String text) {
        List<RateLimit> limits = new ArrayList<>();
        for (String part : text.strip().split("[;,]", -1)) {
            Matcher one = ONE.matcher(part.strip());
            if (!one.matches()) {
                throw new IllegalArgumentException("'" + text + "' is no rate limit; it " + FORMS);
            }
            try {
                limits.add(new RateLimit(Math.toIntExact(Long.parseLong(one.group(1))),
                        (one.group(2) == null ? 1 : Long.parseLong(one.group(2))) * unitMillis(one.group(3))));
            } catch (ArithmeticException e) {
                throw new IllegalArgumentException("a limit holds 1 to " + RateLimit.MAX_PERMITS + " permits, not " + one.group(1), e);
            }
        }
        return new RateLimits(limits);
    }

    private static long unitMillis(String unit) {
        return switch (unit.toLowerCase(Locale.ROOT)) {
            case "second" -> 1000L;
            case "minute" -> 60_000L;
            case "hour" -> 3_600_000L;
            default -> 86_400_000L;
        };
    }

    /** What one of {@code instances} may grant by itself of each, see {@link RateLimit#share}. */
    RateLimits share(int instances) {
        return new RateLimits(all.stream().map(limit -> limit.share(instances))
                // Stretched windows can meet: the one that lets through less decides.
                .collect(Collectors.toMap(RateLimit::windowMillis, l -> l, (a, b) -> a.permits() <= b.permits() ? a : b))
                .values().stream().toList());
    }

    @Override
    public String toString() {
        return all.stream().map(RateLimit::toString).collect(Collectors.joining("; "));
    }
}
