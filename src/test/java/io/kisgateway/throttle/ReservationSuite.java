package io.kisgateway.throttle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What must hold of any implementation of the reservation, checked in virtual time against a model that only looks at
 * the calls that went, and against a search millisecond by millisecond.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ReservationSuite {

    static final long START = 1_795_000_000_000L;

    /** The implementation, with time as an argument. */
    interface Model {
        Reservations.Booking ask(long now, Ask ask);

        void giveBack(long now, Slot slot);

        void slowDown(long now);
    }

    abstract Model model(LimiterRules rules);

    /** How many random histories to run. */
    abstract int histories();

    List<Long> seeds() {
        return new Random(20261123).longs(histories()).boxed().toList();
    }

    /** A call that waits for its slot. */
    private static final class Caller {
        final Ask ask;
        final long deadline;
        Slot slot;

        Caller(Ask ask, long asked) {
            this.ask = ask;
            this.deadline = asked + ask.patienceMillis();
        }
    }

    private record Went(Caller caller, long at) {}

    @ParameterizedTest
    @MethodSource("seeds")
    void noHistoryBreaksALimit(long seed) {
        Random random = new Random(seed);
        LimiterRules rules = new LimiterRules(rate(random), 30, 20);
        List<RateLimits> limits = List.of(limits(random), limits(random), limits(random));
        Model model = model(rules);
        List<Went> went = new ArrayList<>();
        PriorityQueue<Caller> waiting = new PriorityQueue<>(Comparator.comparingLong(c -> c.slot.at()));
        int rush = 1 + random.nextInt(300);
        long now = START + random.nextInt(5000);
        for (int i = 0; i < 600; i++) {
            long next = now + random.nextInt(rush);
            now = settle(model, waiting, went, now, next);
            if (random.nextInt(8) == 0 && !waiting.isEmpty()) {
                Caller gone = new ArrayList<>(waiting).get(random.nextInt(waiting.size()));
                waiting.remove(gone);
                model.giveBack(now, gone.slot);
                continue;
            }
            int e = random.nextInt(4);
            Caller caller = new Caller(new Ask(e == 3 ? null : "e" + e, e == 3 ? RateLimits.NONE : limits.get(e),
                    random.nextInt(3) == 0 ? 0 : random.nextInt(6000), Rank.values()[random.nextInt(4)]), now);
            decide(caller, model.ask(now, caller.ask), now, waiting, went);
        }
        settle(model, waiting, went, now, now + 60_000);

        for (int e = 0; e < 3; e++) {
            for (RateLimit limit : limits.get(e).all()) {
                String name = "e" + e;
                // Wherever in the time that it may take to KIS each call arrives.
                for (int delay = 0; delay <= 10; delay += 10) {
                    assertWindows(went.stream().filter(w -> name.equals(w.caller.ask.endpoint())).toList(), limit, random, delay);
                }
            }
        }
        assertRolling(went, rules.accountRate());
    }

    private static void decide(Caller caller, Reservations.Booking booking, long now, PriorityQueue<Caller> waiting,
            List<Went> went) {
        if (!booking.granted()) {
            assertThat(booking.at()).as("refused only for a slot beyond patience").isGreaterThan(caller.deadline);
            return;
        }
        assertThat(booking.at()).isBetween(now, caller.deadline);
        caller.slot = new Slot(caller.ask, booking.at(), booking.column(), 0, 0, Slot.Source.MEMORY, 0);
        if (booking.at() == now) {
            assertThat(caller.slot.yields()).isFalse();
            went.add(new Went(caller, now));
        } else {
            waiting.add(caller);
        }
    }

    /** Lets everyone go whose slot is due; those who yield confirm first. */
    private static long settle(Model model, PriorityQueue<Caller> waiting, List<Went> went, long from, long until) {
        long now = from;
        while (!waiting.isEmpty() && waiting.peek().slot.at() <= until) {
            Caller due = waiting.poll();
            now = Math.max(now, due.slot.at());
            if (due.slot.yields()) {
                decide(due, model.ask(now, due.ask.instead(due.slot, due.deadline - now)), now, waiting, went);
            } else {
                went.add(new Went(due, now));
            }
        }
        return until;
    }

    private static void assertWindows(List<Went> went, RateLimit limit, Random random, int delay) {
        TreeMap<Long, Integer> windows = new TreeMap<>();
        for (Went w : went) {
            windows.merge((w.at + random.nextInt(delay + 1)) / limit.windowMillis(), 1, Integer::sum);
        }
        assertThat(windows.values()).as("grants per window of " + limit).allMatch(n -> n <= limit.permits());
    }

    private static void assertRolling(List<Went> went, RateLimit rate) {
        List<Long> times = went.stream().map(Went::at).sorted().toList();
        for (int i = rate.permits(); i < times.size(); i++) {
            assertThat(times.get(i) - times.get(i - rate.permits())).as("a rolling window holds over " + rate)
                    .isGreaterThan(rate.windowMillis());
        }
    }

    List<Long> fewSeeds() {
        return seeds().subList(0, Math.min(6, histories()));
    }

    @ParameterizedTest
    @MethodSource("fewSeeds")
    void everyoneGetsTheFirstMomentThereIs(long seed) {
        Random random = new Random(seed);
        RateLimit rate = new RateLimit(1 + random.nextInt(6), 1000);
        LimiterRules rules = new LimiterRules(rate, 0, 20);
        RateLimits limits = limits(random);
        Model model = model(rules);
        List<Slot> booked = new ArrayList<>();
        long now = START + random.nextInt(5000);
        for (int i = 0; i < 120; i++) {
            now += random.nextInt(3) == 0 ? 0 : random.nextInt(400);
            Ask ask = new Ask("e", limits, random.nextInt(8000), Rank.QUERY);
            Reservations.Booking booking = model.ask(now, ask);
            long first = now;
            while (!fits(first, booked, limits, rate, 20)) {
                first++;
            }
            assertThat(booking.at()).as("step " + i).isEqualTo(first);
            assertThat(booking.granted()).isEqualTo(first <= now + ask.patienceMillis());
            long old = now - 10_000;
            booked.removeIf(slot -> slot.at() < old && limits.all().size() == 1);
            if (booking.granted()) {
                booked.add(new Slot(ask, booking.at(), booking.column(), 0, 0, Slot.Source.MEMORY, 0));
            }
            if (random.nextInt(5) == 0 && !booked.isEmpty()) {
                Slot back = booked.remove(random.nextInt(booked.size()));
                if (back.at() > now) {
                    model.giveBack(now, back);
                } else {
                    booked.add(back);
                }
            }
        }
    }

    private static boolean fits(long at, List<Slot> booked, RateLimits limits, RateLimit rate, int guard) {
        for (RateLimit limit : limits.all()) {
            for (long window : new long[] {at / limit.windowMillis(), (at + guard) / limit.windowMillis()}) {
                if (booked.stream().filter(s -> s.at() / limit.windowMillis() == window
                        || (s.at() + guard) / limit.windowMillis() == window).count() >= limit.permits()) {
                    return false;
                }
            }
        }
        for (long begin = at - rate.windowMillis(); begin <= at; begin++) {
            long from = begin;
            if (booked.stream().filter(s -> s.at() >= from && s.at() <= from + rate.windowMillis()).count() >= rate.permits()) {
                return false;
            }
        }
        return true;
    }

    @Test
    void overloadUsesEverySlotInOrderOfArrival() {
        Model model = model(new LimiterRules(new RateLimit(15, 1000)));
        RateLimits three = RateLimits.parse("3 per second");
        TreeMap<Long, Integer> windows = new TreeMap<>();
        List<Long> slots = new ArrayList<>();
        List<Slot> held = new ArrayList<>();
        Random random = new Random(5);
        for (long now = START; now < START + 20_000; now += 50) {
            Ask ask = new Ask("e", three, 5000, Rank.QUERY);
            Reservations.Booking booking = model.ask(now, ask);
            if (booking.granted()) {
                slots.add(booking.at());
                held.add(new Slot(ask, booking.at(), booking.column(), 0, 0, Slot.Source.MEMORY, 0));
                windows.merge(booking.at() / 1000, 1, Integer::sum);
            }
            if (random.nextInt(10) == 0) {
                // The last of the queue hangs up; the next to come has the slot.
                Slot last = held.remove(held.size() - 1);
                model.giveBack(now, last);
                windows.merge(last.at() / 1000, -1, Integer::sum);
                slots.remove(slots.size() - 1);
            }
        }
        assertThat(slots).isSorted();
        assertThat(windows.headMap(START / 1000 + 20).values()).allMatch(n -> n == 3);
    }

    @Test
    void tenAtOnceGoThreeASecond() {
        Model model = model(new LimiterRules(new RateLimit(15, 1000)));
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            waits.add(model.ask(START + 300, new Ask("e", RateLimits.parse("3/second"), 5000, Rank.QUERY)).at()
                    - START);
        }
        assertThat(waits).containsExactly(300L, 300L, 300L, 1000L, 1000L, 1000L, 2000L, 2000L, 2000L, 3000L);
    }

    @Test
    void anOrderGoesBeforeWaitingQueriesAndNoneIsStarved() {
        Model model = model(new LimiterRules(new RateLimit(1, 1000), 0, 20));
        RateLimits plenty = RateLimits.parse("100/second");
        PriorityQueue<Caller> waiting = new PriorityQueue<>(Comparator.comparingLong(c -> c.slot.at()));
        List<Went> went = new ArrayList<>();
        long now = START;
        for (int i = 0; i < 5; i++) {
            Caller query = new Caller(new Ask("q", plenty, 30_000, Rank.QUERY), now);
            decide(query, model.ask(now, query.ask), now, waiting, went);
        }
        Caller order = new Caller(new Ask("o", plenty, 30_000, Rank.ORDER), now + 100);
        decide(order, model.ask(now + 100, order.ask), now + 100, waiting, went);
        settle(model, waiting, went, now + 100, now + 60_000);
        assertThat(went.get(1).caller).as("the order is the next to go").isSameAs(order);
        assertThat(went).hasSize(6);
        assertRolling(went, new RateLimit(1, 1000));

        // A flood of orders leaves queries their part.
        went.clear();
        now += 100_000;
        for (long t = now; t < now + 40_000; t += 200) {
            settle(model, waiting, went, t - 200, t);
            for (Rank rank : List.of(Rank.ORDER, Rank.QUERY)) {
                Caller caller = new Caller(new Ask(rank.name(), plenty, 5000, rank), t);
                decide(caller, model.ask(t, caller.ask), t, waiting, went);
            }
        }
        long orders = went.stream().filter(w -> w.caller.ask.rank() == Rank.ORDER).count();
        assertThat(orders).isBetween(24L, 32L);
        assertThat(went.size() - orders).isGreaterThanOrEqualTo(8);
        assertThat(went).hasSizeGreaterThanOrEqualTo(38);
        assertRolling(went, new RateLimit(1, 1000));
    }

    @Test
    void aSlowDownHalvesThePaceForAWhile() {
        Model model = model(new LimiterRules(new RateLimit(10, 1000), 0, 20));
        Ask ask = new Ask(null, RateLimits.NONE, 0, Rank.QUERY);
        long now = START;
        model.slowDown(now);
        model.slowDown(now + 10);
        assertThat(grants(model, ask, now + 20, 1000)).isEqualTo(5);
        assertThat(grants(model, ask, now + 20_000, 1000)).isBetween(6, 9);
        assertThat(grants(model, ask, now + 66_000, 1000)).isEqualTo(10);
    }

    private static int grants(Model model, Ask ask, long from, int millis) {
        int grants = 0;
        for (long t = from; t < from + millis; t += 5) {
            grants += model.ask(t, ask).granted() ? 1 : 0;
        }
        return grants;
    }

    private static RateLimit rate(Random random) {
        return new RateLimit(new int[] {1, 2, 3, 5, 15}[random.nextInt(5)], 1000);
    }

    private static RateLimits limits(Random random) {
        return RateLimits
                .parse(new String[] {"3/second", "1/second", "3/second;20/minute", "5 per 2 seconds", "10/second"}[random.nextInt(5)]);
    }
}
