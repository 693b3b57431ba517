package io.kisgateway.campaign;

import io.kisgateway.simulator.Calls.Arrival;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How long this machine lets a thread wait that has something to do. A call takes as much longer on its way from the
 * gateway to KIS; the gateway allows 20 ms for that, which a machine that is overloaded exceeds.
 */
final class Stalls implements AutoCloseable {

    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long WORTH_MILLIS = 5;
    private static final long AROUND_MILLIS = 1500;

    private record Stall(Instant end, long millis) {
    }

    private final Queue<Stall> stalls = new ConcurrentLinkedQueue<>();
    private final Thread watch = new Thread(this::watch, "stalls");
    private volatile boolean closed;

    Stalls() {
        watch.setDaemon(true);
        watch.start();
    }

    private void watch() {
        while (!closed) {
            long before = System.nanoTime();
            LockSupport.parkNanos(STEP_NANOS);
            long late = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before - STEP_NANOS);
            if (late >= WORTH_MILLIS) {
                stalls.add(new Stall(Instant.now(), late));
            }
        }
    }

    long longest() {
        return stalls.stream().mapToLong(Stall::millis).max().orElse(0);
    }

    /** Of those near a moment; twice, as a call passes from process to process. */
    long allowance(Instant moment) {
        return 2 * stalls.stream().filter(s -> Math.abs(Duration.between(moment, s.end()).toMillis()) < AROUND_MILLIS)
                .mapToLong(Stall::millis).max().orElse(0);
    }

    /** The most in a window, when what may have been held up by a stall counts in the window before, where there was room. */
    int mostInWindow(Collection<Arrival> arrivals, int limit) {
        TreeMap<Long, List<Instant>> windows = new TreeMap<>();
        arrivals.forEach(a -> windows.computeIfAbsent(a.at().getEpochSecond(), s -> new ArrayList<>()).add(a.at()));
        int most = 0;
        int before = 0;
        long last = Long.MIN_VALUE;
        for (var window : windows.entrySet()) {
            int n = window.getValue().size();
            Instant start = Instant.ofEpochSecond(window.getKey());
            long allowed = allowance(start);
            int room = Math.max(0, limit - (last == window.getKey() - 1 ? before : 0));
            long held = window.getValue().stream().filter(at -> Duration.between(start, at).toMillis() <= allowed).count();
            before = n - (int) Math.min(Math.min(room, held), Math.max(0, n - limit));
            last = window.getKey();
            most = Math.max(most, before);
        }
        return most;
    }

    /** The most in any second, shorter by what stalls may have pushed together. */
    int mostInSecond(Collection<Arrival> arrivals) {
        List<Instant> times = arrivals.stream().map(Arrival::at).sorted().toList();
        int most = 0;
        for (int j = 0; j < times.size(); j++) {
            long within = 1000 - Math.min(1000, allowance(times.get(j)));
            int i = j;
            while (i > 0 && Duration.between(times.get(i - 1), times.get(j)).toMillis() < within) {
                i--;
            }
            most = Math.max(most, j - i + 1);
        }
        return most;
    }

    @Override
    public void close() {
        closed = true;
    }
}
