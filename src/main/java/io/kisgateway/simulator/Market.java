package io.kisgateway.simulator;

import io.kisgateway.runtime.Resources;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
        Resources.table("/simulator/issues.csv", ",").forEach(row -> list(stocks, Issue.parse(row), noise));
        Resources.table("/simulator/indexes.csv", ",").forEach(row -> list(indexes, Issue.parseIndex(row), noise));
        for (int i = 1; i <= options.extraIssues(); i++) {
            list(stocks, Issue.madeUp(i), noise);
        }
    }

    private static void list(Map<String, Listed> listed, Issue issue, Noise noise) {
        listed.put(issue.code(), new Listed(issue, noise.of(issue.code().hashCode())));
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

    /** The sign of a change where no limit is at hand. */
    static String sign(long change) {
        return change == 0 ? "3" : change > 0 ? "2" : "5";
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
            listed.pin = new Listed.Pin(price, price, price, price, price);
        } else if (listed.pin != null) {
            listed.pin = listed.pin.moveTo(price);
        } else {
            Bar today = now.today();
            listed.pin = new Listed.Pin(now.base(), today.open(), today.high(), today.low(), today.close()).moveTo(price);
        }
    }

    void unpin(String code) {
        known(code).pin = null;
    }

    void halt(String code, boolean halted) {
        known(code).halted = halted;
    }

    void reset() {
        stocks.values().forEach(Listed::release);
        indexes.values().forEach(Listed::release);
    }

    Quote quote(Issue issue, Instant now) {
        return quote(known(issue.code()), now);
    }

    private Quote quote(Listed listed, Instant now) {
        Session session = Session.at(now, marketHours);
        Bar today = today(listed, session, now);
        Listed.Pin pin = listed.pin;
        long base = pin == null ? listed.close(TradingDays.previous(session.date())) : pin.base();
        return new Quote(listed.issue, today, base, listed.issue.upperLimit(base), listed.issue.lowerLimit(base),
                listed.halted);
    }

    private Bar today(Listed listed, Session session, Instant now) {
        Bar natural = listed.natural(session, session.position(now));
        Listed.Pin pin = listed.pin;
        if (pin == null) {
            return natural;
        }
        long value = natural.volume() * ((pin.open() + pin.high() + pin.low() + pin.price()) / 4);
        return new Bar(session.date(), pin.open(), pin.high(), pin.low(), pin.price(), natural.volume(), value);
    }

    /** What the days before today's session ranged between. */
    Ranges ranges(Issue issue, Instant now) {
        Listed listed = known(issue.code());
        LocalDate today = Session.at(now, marketHours).date();
        Ranges ranges = listed.ranges;
        if (ranges == null || !ranges.day().equals(today)) {
            List<Bar> past = lastBars(issue, TradingDays.previous(today), 249, now);
            ranges = new Ranges(today, Ranges.Range.of(past),
                    Ranges.Range.of(past.stream().filter(bar -> bar.date().getYear() == today.getYear()).toList()),
                    Ranges.Range.of(past.stream().filter(bar -> bar.date().isAfter(today.minusWeeks(52))).toList()),
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
                : listed.wholeDay(day);
    }

    private LocalDate firstDay(Issue issue) {
        return bornOn.minusDays(issue.days() * 7L / 5);
    }

    /** By how much prices of that day are divided to make them comparable with today's. */
    int splitRatio(Issue issue, LocalDate day) {
        return issue.code().equals(SPLIT_CODE) && day.isBefore(splitDate) ? SPLIT_RATIO : 1;
    }

    /** By how much the bar's prices differ from adjusted ones. */
    long ratio(Issue issue, Bar bar, boolean adjusted) {
        return adjusted ? 1 : splitRatio(issue, bar.date());
    }

    /** The bar as it was traded then: before a split prices were higher and fewer shares changed hands. */
    Bar original(Issue issue, Bar bar, boolean adjusted) {
        long ratio = ratio(issue, bar, adjusted);
        return ratio == 1 ? bar : new Bar(bar.date(), bar.open() * ratio, bar.high() * ratio, bar.low() * ratio,
                bar.close() * ratio, bar.volume() / ratio, bar.value());
    }

    /** The price at a time of the session, for minute bars. */
    long priceAt(Issue issue, Session session, Instant at) {
        Listed listed = known(issue.code());
        Listed.Pin pin = listed.pin;
        return pin != null ? pin.price() : listed.path(session.date()).price(session.position(at));
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
        PricePath path = listed.path(session.date());
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
}
