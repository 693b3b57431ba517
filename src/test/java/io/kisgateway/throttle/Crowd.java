package io.kisgateway.throttle;

import io.kisgateway.call.ProblemCode;
import io.kisgateway.throttle.TestGateway.Arrival;
import io.kisgateway.throttle.TestGateway.Request;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Callers who ask again as soon as they are answered, and what the arrivals at KIS show of it. */
final class Crowd {

    final AtomicInteger served = new AtomicInteger();
    final Map<ProblemCode, AtomicInteger> problems = new ConcurrentHashMap<>();
    final AtomicInteger slowestRefusalMillis = new AtomicInteger();
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
    }

    private void next(TestGateway gateway, String endpoint, int pause) {
        if (ended) {
            return;
        }
        Executor later = CompletableFuture.delayedExecutor(pause, TimeUnit.MILLISECONDS);
        later.execute(() -> {
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
        });
    }

    static TreeMap<Long, Integer> windows(Collection<Arrival> arrivals) {
        return arrivals.stream().collect(Collectors.groupingBy(a -> a.millis() / 1000, TreeMap::new, Collectors.summingInt(a -> 1)));
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
