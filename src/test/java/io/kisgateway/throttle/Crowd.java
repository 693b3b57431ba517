package io.kisgateway.throttle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kisgateway.call.ProblemCode;
import io.kisgateway.testing.Patience;
import io.kisgateway.throttle.TestGateway.Arrival;
import io.kisgateway.throttle.TestGateway.Request;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Callers who ask again as soon as they are answered, and what the arrivals at KIS show of it. */
final class Crowd {

    final AtomicInteger served = new AtomicInteger();
    final Map<ProblemCode, AtomicInteger> problems = new ConcurrentHashMap<>();
    final AtomicInteger slowestRefusalMillis = new AtomicInteger();
    /** Java's common pool has a single thread on a machine of two cores, where one caller who waits would hold up all. */
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(8, task -> {
        Thread thread = new Thread(task, "caller");
        thread.setDaemon(true);
        return thread;
    });
    private volatile boolean ended;

    /** @param callers at each of the gateways */
    void start(Collection<TestGateway> gateways, int callers, String endpoint) {
        for (TestGateway gateway : gateways) {
            for (int i = 0; i < callers; i++) {
                next(gateway, endpoint, 0);
            }
        }
    }

    void end() {
        ended = true;
        threads.shutdown();
    }

    private void next(TestGateway gateway, String endpoint, int pause) {
        if (ended) {
            return;
        }
        var unusedTask = threads.schedule(() -> {
            Request request = gateway.send(endpoint, null);
            var unused = request.reply().thenAccept(exchange -> {
                if (exchange.getException() == null) {
                    served.incrementAndGet();
                    next(gateway, endpoint, 0);
                } else {
                    ProblemCode code = request.problem().code();
                    problems.computeIfAbsent(code, c -> new AtomicInteger()).incrementAndGet();
                    next(gateway, endpoint, 20);
                }
            });
        }, pause, TimeUnit.MILLISECONDS);
    }

    static TreeMap<Long, Integer> windows(Collection<Arrival> arrivals) {
        return arrivals.stream().collect(Collectors.groupingBy(a -> a.millis() / 1000, TreeMap::new, Collectors.summingInt(a -> 1)));
    }

    /**
     * Goes on until so many of the windows of a second that begin from now on have been full. A window that holds more ends it
     * at once.
     */
    static void awaitFullWindows(Collection<Arrival> arrivals, int limit, int windows) {
        awaitFullWindows(arrivals, limit, limit, windows);
    }

    /** @param most how many any window may hold, be it an earlier one */
    static void awaitFullWindows(Collection<Arrival> arrivals, int most, int limit, int windows) {
        long next = System.currentTimeMillis() / 1000 + 1;
        await().failFast(() -> assertThat(windows(arrivals).values()).allMatch(n -> n <= most)).untilAsserted(() -> {
            TreeMap<Long, Integer> counts = windows(arrivals);
            assertThat(counts.tailMap(next).values().stream().filter(n -> n == limit).count()).as("full ones of %s", counts)
                    .isGreaterThanOrEqualTo(windows);
        });
    }

    /** Some time passes, be it much more on a busy machine. */
    static void run(Duration time) {
        await().pollDelay(time).atMost(time.plus(Patience.MOST)).until(() -> true);
    }

    /** The most in any rolling second, wherever it begins. */
    static int mostInRollingSecond(Collection<Arrival> arrivals) {
        List<Long> times = arrivals.stream().map(Arrival::millis).sorted().toList();
        int most = 0;
        for (int i = 0, j = 0; j < times.size(); j++) {
            while (times.get(j) - times.get(i) >= 1000) {
                i++;
            }
            most = Math.max(most, j - i + 1);
        }
        return most;
    }
}
