package io.kisgateway.campaign;

import io.kisgateway.simulator.Calls.Arrival;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the arrivals at KIS show. Windows are those of the clock, as Redis's clock is this machine's. */
final class Wire {

    private Wire() {}

    /** Calls in each second of the clock from the first whole one after {@code from} until {@code to}, empty ones too. */
    static SortedMap<Long, Integer> windows(Collection<Arrival> arrivals, Instant from, Instant to) {
        TreeMap<Long, Integer> windows = new TreeMap<>();
        for (long second = from.getEpochSecond() + 1; second < to.getEpochSecond(); second++) {
            windows.put(second, 0);
        }
        arrivals.forEach(a -> windows.computeIfPresent(a.at().getEpochSecond(), (second, n) -> n + 1));
        return windows;
    }

    /** The most in any second of the clock, be it whole or not. */
    static int mostInWindow(Collection<Arrival> arrivals) {
        return arrivals.stream().collect(Collectors.groupingBy(a -> a.at().getEpochSecond(), Collectors.summingInt(a -> 1)))
                .values().stream().mapToInt(n -> n).max().orElse(0);
    }

    /** The most in any second, wherever it begins. */
    static int mostInSecond(Collection<Arrival> arrivals) {
        List<Instant> times = arrivals.stream().map(Arrival::at).sorted().toList();
        int most = 0;
        for (int i = 0, j = 0; j < times.size(); j++) {
            while (Duration.between(times.get(i), times.get(j)).toNanos() >= 1_000_000_000) {
                i++;
            }
            most = Math.max(most, j - i + 1);
        }
        return most;
    }

    static double used(SortedMap<Long, Integer> windows, int limit) {
        return windows.isEmpty() ? 0 : windows.values().stream().mapToInt(n -> n).sum() * 100.0 / (limit * windows.size());
    }

    /**
     * Who asked earlier and arrived later.
     *
     * @param pairs        of requests that asked at different times
     * @param inversions   of them that arrived in another window's order than they asked
     * @param overtaken    requests to whom it happened
     * @param worstMillis  most time by which one was overtaken
     */
    record Order(long pairs, long inversions, int overtaken, long worstMillis) {

        @Override
        public String toString() {
            return String.format("%d of %d pairs (%.2f %%), %d requests, by %d ms at most", inversions, pairs,
                    pairs == 0 ? 0 : inversions * 100.0 / pairs, overtaken, worstMillis);
        }
    }

    /** @param apartMillis what asked or arrived within this time of each other counts as at the same time */
    static Order order(Collection<Load.Sample> samples, Collection<Arrival> arrivals, long apartMillis) {
        Map<String, List<Arrival>> byKey = new HashMap<>();
        arrivals.forEach(a -> byKey.computeIfAbsent(key(a), k -> new ArrayList<>()).add(a));
        List<long[]> times = new ArrayList<>();
        samples.stream().filter(Load.Sample::served).forEach(s -> byKey.getOrDefault(s.key(), List.of()).stream()
                .filter(a -> !a.at().isBefore(s.sent()) && !a.at().isAfter(s.answered())).findFirst()
                .ifPresent(a -> times.add(new long[] {s.sent().toEpochMilli(), a.at().toEpochMilli()})));
        times.sort(Comparator.comparingLong(t -> t[0]));
        long pairs = 0;
        long inversions = 0;
        int overtaken = 0;
        long worst = 0;
        for (int i = 0; i < times.size(); i++) {
            boolean was = false;
            for (int j = i + 1; j < times.size(); j++) {
                if (times.get(j)[0] - times.get(i)[0] <= apartMillis) {
                    continue;
                }
                pairs++;
                long by = times.get(i)[1] - times.get(j)[1];
                if (by > apartMillis) {
                    inversions++;
                    was = true;
                    worst = Math.max(worst, by);
                }
            }
            overtaken += was ? 1 : 0;
        }
        return new Order(pairs, inversions, overtaken, worst);
    }

    private static String key(Arrival arrival) {
        return Arrays.stream(arrival.query().split("&")).filter(p -> p.startsWith("FID_INPUT_ISCD=")).findFirst()
                .map(p -> p.substring("FID_INPUT_ISCD=".length())).orElse("");
    }
}
