package io.kisgateway.simulator;

import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Issues and their prices, a function of seed and time alone: nothing is stored but bars already worked out.
 * A test may pin a price or halt an issue.
 */
public final class Market {

    /** The one issue with a split in its history, so that adjusted and original prices differ (facts 3.3, 3.4). */
    static final String SPLIT_CODE = "086520";
    static final int SPLIT_RATIO = 5;
    static final int SPLIT_DAYS_AGO = 15;

    private final boolean marketHours;
    private final InstantSource clock;
    private final LocalDate splitDate;
    private final LocalDate bornOn;
    private final Map<String, Listed> stocks = new LinkedHashMap<>();
    private final Map<String, Listed> indexes = new LinkedHashMap<>();

    Market(SimulatorOptions options) {
        this.marketHours = options.marketHours();
        this.clock = options.clock();
        this.bornOn = Session.at(clock.instant(), marketHours).date();
        this.splitDate = TradingDays.minus(bornOn, SPLIT_DAYS_AGO);
        Noise noise = new Noise(options.seed());
        Resource.rows("issues.csv", ",").forEach(row -> list(stocks, Issue.parse(row), noise));
        Resource.rows("indexes.csv", ",").forEach(row -> list(indexes, Issue.parseIndex(row), noise));
        for (int i = 1; i <= options.extraIssues(); i++) {
            list(stocks, Issue.madeUp(i), noise);
        }
    }

    private static void list(Map<String, Listed> listed, Issue issue, Noise noise) {
        listed.put(issue.code(), new Listed(issue, noise.of(issue.code().hashCode())));
    }

    private static final class Listed {

        final Issue issue;
        final Noise noise;
        final Map<LocalDate, Bar> pastBars = new ConcurrentHashMap<>();
        volatile Progress progress;
        volatile Ranges ranges;
        volatile Pin pin;
        volatile boolean halted;

        Listed(Issue issue, Noise noise) {
            this.issue = issue;
            this.noise = noise;
        }
    }

    /** A session's path, and its range up to a step: so that a quote need not walk the whole day again. */
    private record Progress(Path path, int step, long high, long low) {

        static Progress start(Path path) {
            return new Progress(path, 0, path.open, path.open);
        }

        Progress upTo(int next) {
            long most = high;
            long least = low;
            for (int at = step + 1; at <= next; at++) {
                long price = path.price(at * 1_000L);
                most = Math.max(most, price);
                least = Math.min(least, price);
            }
            return new Progress(path, next, most, least);
        }
    }

    /** The highest and the lowest day of a stretch of days. */
    record Range(Bar highest, Bar lowest) {

        static Range of(List<Bar> bars) {
            return bars.isEmpty() ? null : new Range(Collections.max(bars, Comparator.comparingLong(Bar::high)),
                    Collections.min(bars, Comparator.comparingLong(Bar::low)));
        }

        static Range with(Range past, Bar today) {
            return past == null ? new Range(today, today)
                    : new Range(today.high() >= past.highest.high() ? today : past.highest,
                            today.low() <= past.lowest.low() ? today : past.lowest);
        }
    }

    /** Ranges of the days before {@code day}; null where there are no such days. {@code before} is the day before. */
    record Ranges(LocalDate day, Range days250, Range year, Range weeks52, Bar before) {
    }

    /** A price held still by a test, with the day's range that goes with it. */
    private record Pin(long base, long open, long high, long low, long price) {

        Pin moveTo(long next) {
            return new Pin(base, open, Math.max(high, next), Math.min(low, next), next);
        }
    }

    /** The present moment of an issue. {@code base} is what the change and the limits are reckoned from. */
    record Quote(Issue issue, Bar today, long base, long upperLimit, long lowerLimit, boolean halted) {

        long price() {
            return today.close();
        }

        long change() {
            return today.close() - base;
        }

        /** 1 upper limit, 2 up, 3 flat, 4 lower limit, 5 down (facts section 3). */
        String sign() {
            return Market.sign(today.close(), base, upperLimit, lowerLimit);
        }
    }

    static String sign(long price, long base, long upperLimit, long lowerLimit) {
        if (price == base) {
            return "3";
        }
        if (price > base) {
            return price >= upperLimit ? "1" : "2";
        }
        return price <= lowerLimit ? "4" : "5";
    }

    public Set<String> codes() {
        return Set.copyOf(stocks.keySet());
    }

    /** The present price in won. */
    public long price(String code) {
        return quote(known(code), clock.instant()).price();
    }

    public long upperLimit(String code) {
        return quote(known(code), clock.instant()).upperLimit();
    }

    public long lowerLimit(String code) {
        return quote(known(code), clock.instant()).lowerLimit();
    }

    public long tick(String code, long price) {
        return known(code).issue.tick(price);
    }

    public String name(String code) {
        return known(code).issue.name();
    }

    boolean marketHours() {
        return marketHours;
    }

    Optional<Issue> stock(String code) {
        return Optional.ofNullable(stocks.get(code)).map(listed -> listed.issue);
    }

    Optional<Issue> index(String code) {
        return Optional.ofNullable(indexes.get(code)).map(listed -> listed.issue);
    }

    private Listed known(String code) {
        Listed listed = stocks.containsKey(code) ? stocks.get(code) : indexes.get(code);
        if (listed == null) {
            throw new IllegalArgumentException("code: unknown issue " + code);
        }
        return listed;
    }

    /**
     * Holds a price still. A price outside the day's limits moves the base with it, since the natural base depends
     * on the day a test runs on.
     */
    void pin(String code, long price) {
        Listed listed = known(code);
        if (!listed.issue.onGrid(price)) {
            throw new IllegalArgumentException("price: not on the tick grid of " + listed.issue.tick(price));
        }
        Quote now = quote(listed, clock.instant());
        if (price > now.upperLimit() || price < now.lowerLimit()) {
            listed.pin = new Pin(price, price, price, price, price);
        } else if (listed.pin != null) {
            listed.pin = listed.pin.moveTo(price);
        } else {
            Bar today = now.today();
            listed.pin = new Pin(now.base(), today.open(), today.high(), today.low(), today.close()).moveTo(price);
        }
    }

    void unpin(String code) {
        known(code).pin = null;
    }

    void halt(String code, boolean halted) {
        known(code).halted = halted;
    }

    void reset() {
        stocks.values().forEach(Market::release);
        indexes.values().forEach(Market::release);
    }

    private static void release(Listed listed) {
        listed.pin = null;
        listed.halted = false;
    }

    Quote quote(Issue issue, Instant now) {
        return quote(known(issue.code()), now);
    }

    private Quote quote(Listed listed, Instant now) {
        Session session = Session.at(now, marketHours);
        Bar today = today(listed, session, now);
        Pin pin = listed.pin;
        long base = pin == null ? close(listed, TradingDays.previous(session.date())) : pin.base();
        return new Quote(listed.issue, today, base, listed.issue.upperLimit(base), listed.issue.lowerLimit(base),
                listed.halted);
    }

    private Bar today(Listed listed, Session session, Instant now) {
        Bar natural = natural(listed, session, session.position(now));
        Pin pin = listed.pin;
        if (pin == null) {
            return natural;
        }
        long value = natural.volume() * ((pin.open() + pin.high() + pin.low() + pin.price()) / 4);
        return new Bar(session.date(), pin.open(), pin.high(), pin.low(), pin.price(), natural.volume(), value);
    }

    private static Bar natural(Listed listed, Session session, long position) {
        int step = (int) (position / 1_000);
        Progress progress = listed.progress;
        if (progress == null || !progress.path.day.equals(session.date()) || progress.step > step) {
            progress = Progress.start(new Path(listed, session.date()));
        }
        progress = progress.upTo(step);
        listed.progress = progress;
        return progress.path.bar(position, progress.high, progress.low);
    }

    /** What the days before today's session ranged between. */
    Ranges ranges(Issue issue, Instant now) {
        Listed listed = known(issue.code());
        LocalDate today = Session.at(now, marketHours).date();
        Ranges ranges = listed.ranges;
        if (ranges == null || !ranges.day.equals(today)) {
            List<Bar> past = lastBars(issue, TradingDays.previous(today), 249, now);
            ranges = new Ranges(today, Range.of(past),
                    Range.of(past.stream().filter(bar -> bar.date().getYear() == today.getYear()).toList()),
                    Range.of(past.stream().filter(bar -> bar.date().isAfter(today.minusWeeks(52))).toList()),
                    past.isEmpty() ? null : past.get(past.size() - 1));
            listed.ranges = ranges;
        }
        return ranges;
    }

    /** Daily bars with dates in the range, oldest first, the present day's as it stands now; prices adjusted. */
    List<Bar> bars(Issue issue, LocalDate from, LocalDate to, Instant now) {
        Listed listed = known(issue.code());
        Session session = Session.at(now, marketHours);
        LocalDate first = firstDay(issue);
        LocalDate day = from.isBefore(first) ? first : from;
        if (!TradingDays.isOpen(day)) {
            day = TradingDays.next(day);
        }
        List<Bar> bars = new ArrayList<>();
        for (; !day.isAfter(to) && !day.isAfter(session.date()); day = TradingDays.next(day)) {
            bars.add(bar(listed, day, session, now));
        }
        return bars;
    }

    LocalDate notAfterToday(LocalDate date, Instant now) {
        LocalDate today = Session.at(now, marketHours).date();
        return date.isAfter(today) ? today : date;
    }

    /** The last daily bars up to and with {@code to}, oldest first. */
    List<Bar> lastBars(Issue issue, LocalDate to, int count, Instant now) {
        LocalDate last = TradingDays.onOrBefore(notAfterToday(to, now));
        return bars(issue, TradingDays.minus(last, count - 1), last, now);
    }

    private Bar bar(Listed listed, LocalDate day, Session session, Instant now) {
        return day.equals(session.date())
                ? today(listed, session, now)
                : listed.pastBars.computeIfAbsent(day, Market.wholeDay(listed));
    }

    private static Function<LocalDate, Bar> wholeDay(Listed listed) {
        return day -> {
            Progress progress = Progress.start(new Path(listed, day)).upTo(Session.STEPS);
            return progress.path.bar(Session.STEPS * 1_000L, progress.high, progress.low);
        };
    }

    private LocalDate firstDay(Issue issue) {
        return bornOn.minusDays(issue.days() * 7L / 5);
    }

    /** By how much prices of that day are divided to make them comparable with today's. */
    int splitRatio(Issue issue, LocalDate day) {
        return issue.code().equals(SPLIT_CODE) && day.isBefore(splitDate) ? SPLIT_RATIO : 1;
    }

    /** The price at a time of the session, for minute bars. */
    long priceAt(Issue issue, Session session, Instant at) {
        Listed listed = known(issue.code());
        Pin pin = listed.pin;
        return pin != null ? pin.price() : new Path(listed, session.date()).price(session.position(at));
    }

    /** When, after {@code from} and up to {@code to}, the price first reached a limit order's. */
    Optional<Instant> firstCrossing(Issue issue, boolean buy, long limit, Instant from, Instant to) {
        Listed listed = known(issue.code());
        if (listed.halted) {
            return Optional.empty();
        }
        if (listed.pin != null) {
            return crosses(buy, limit, listed.pin.price()) ? Optional.of(to) : Optional.empty();
        }
        Session session = Session.at(to, marketHours);
        long last = session.position(to);
        Path path = new Path(listed, session.date());
        for (long step = session.position(from) / 1_000 + 1; step * 1_000 < last; step++) {
            if (crosses(buy, limit, path.price(step * 1_000))) {
                return Optional.of(session.instantOf(step * 1_000));
            }
        }
        return crosses(buy, limit, path.price(last)) ? Optional.of(to) : Optional.empty();
    }

    private static boolean crosses(boolean buy, long limit, long price) {
        return buy ? price <= limit : price >= limit;
    }

    private static long close(Listed listed, LocalDate day) {
        Issue issue = listed.issue;
        Noise noise = listed.noise;
        long at = day.toEpochDay();
        long calm = issue.kind() == Issue.Kind.INDEX ? 2 : 1;
        long wander = noise.wave(at, 1, 12_000) + noise.wave(at, 5, 25_000) + noise.wave(at, 31, 70_000)
                + noise.wave(at, 187, 120_000) + noise.wave(at, 701, 120_000);
        return issue.toGrid(issue.price() + issue.price() * (wander / calm) / Noise.MILLION);
    }

    /** How the price went through one session: from an open near the last close, with waves, to the day's close. */
    private static final class Path {

        private static final long CALM_EDGE = 13;

        private final Issue issue;
        private final LocalDate day;
        private final Noise noise;
        private final long open;
        private final long close;
        private final long volume;
        private final long most;
        private final long least;

        Path(Listed listed, LocalDate day) {
            this.issue = listed.issue;
            this.day = day;
            this.noise = listed.noise.of(day.toEpochDay());
            long base = close(listed, TradingDays.previous(day));
            boolean index = issue.kind() == Issue.Kind.INDEX;
            this.most = issue.upperLimit(base);
            this.least = issue.lowerLimit(base);
            this.open = issue.toGrid(base + base * noise.wave(0, 1, index ? 2_500 : 6_000) / Noise.MILLION);
            this.close = close(listed, day);
            this.volume = issue.volume() + issue.volume() * noise.wave(1, 1, 450_000) / Noise.MILLION;
        }

        long price(long position) {
            int step = (int) (position / 1_000);
            if (step >= Session.STEPS) {
                return close;
            }
            long along = position % 1_000;
            long from = knot(step);
            long milliwon = along == 0 ? from : from + (knot(step + 1) - from) * along / 1_000;
            return Math.max(least, Math.min(most, issue.toGrid(milliwon / 1_000)));
        }

        /** In thousandths of a won. */
        private long knot(int step) {
            long line = open * 1_000 + (close - open) * 1_000 * step / Session.STEPS;
            long edge = Math.min(CALM_EDGE, Math.min(step, Session.STEPS - step));
            long waves = noise.wave(step, 31, 9_000) + noise.wave(step, 7, 4_000) + noise.wave(step, 1, 1_500);
            return line + open * waves / 1_000 * edge / CALM_EDGE;
        }

        Bar bar(long position, long highSoFar, long lowSoFar) {
            long price = price(position);
            long high = Math.max(highSoFar, price);
            long low = Math.min(lowSoFar, price);
            long traded = volume * Math.max(position, 1) / (Session.STEPS * 1_000L);
            return new Bar(day, open, high, low, price, traded, traded * ((open + high + low + price) / 4));
        }
    }
}
