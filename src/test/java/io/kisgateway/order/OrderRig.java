package io.kisgateway.order;

import io.kisgateway.Gateway;
import io.kisgateway.order.journal.DurableRedis;
import io.kisgateway.simulator.Mode;
import io.kisgateway.simulator.Order;
import io.kisgateway.simulator.RateLimits;
import io.kisgateway.simulator.Simulator;
import io.kisgateway.simulator.SimulatorOptions;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Http.Reply;
import io.kisgateway.testing.Rig;
import io.kisgateway.testing.TestFolder;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;

/** A simulator, and gateways that come and go in front of it; their journal is in files, or in a Redis that they share. */
final class OrderRig implements AutoCloseable {

    static final String BUY = "/api/trading/buy";
    static final String SELL = "/api/trading/sell";
    static final String CANCEL = "/api/trading/cancel";
    /** Limit orders of it stay open. */
    static final String STICKY = "035720";

    private final Simulator simulator;
    private final DurableRedis redis;
    private final Path folder;
    private final Map<String, String> settings;

    /** A gateway of the rig. */
    record One(Gateway gateway, Http http, Http management) implements AutoCloseable {
        @Override
        public void close() {
            gateway.close();
        }
    }

    private OrderRig(DurableRedis redis, UnaryOperator<SimulatorOptions.Builder> kis) {
        this.redis = redis;
        this.simulator = Simulator.start(kis.apply(SimulatorOptions.builder()).rateLimits(RateLimits.OFF).tokenInterval(Duration.ZERO)
                .cash(1_000_000_000_000L).stickyCodes(Set.of(STICKY)).build());
        this.folder = TestFolder.create();
        this.settings = new HashMap<>(Map.of("RATE_LIMIT", "100000 per second", "MAX_CONNECTIONS", "2000", "KIS_ACCOUNT_RATE",
                "100000/second",
                "KIS_READ_TIMEOUT_MS", "3000", "KIS_CALL_TIMEOUT_MS", "6000", "ORDER_LISTING_GRACE", "2", "ORDER_UNRESOLVED_AFTER", "1",
                "CIRCUIT_BREAKER_FAIL_MAX", "10000", "DATA_DIR", folder.toString()));
        if (redis != null) {
            settings.put("REDIS_URL", redis.url());
        }
    }

    static OrderRig inFiles() {
        return new OrderRig(null, kis -> kis);
    }

    static OrderRig inFiles(Mode mode) {
        return new OrderRig(null, kis -> kis.mode(mode));
    }

    /** KIS's clock shows this. */
    static OrderRig inFiles(Clock clock) {
        return new OrderRig(null, kis -> kis.clock(clock));
    }

    static OrderRig inFilesWithDescendingNumbers() {
        return new OrderRig(null, kis -> kis.descendingOrderNumbers(true));
    }

    static OrderRig inRedis() {
        return new OrderRig(DurableRedis.start(), kis -> kis);
    }

    /** One more gateway; with files, there is only one at a time. */
    One gateway(String... more) {
        return gateway(Clock.systemUTC(), more);
    }

    /** Its machine's clock shows this. */
    One gateway(Clock clock, String... more) {
        Map<String, String> all = new HashMap<>(settings);
        for (int i = 0; i < more.length; i += 2) {
            all.put(more[i], more[i + 1]);
        }
        Gateway gateway = Rig.gateway(simulator, all, clock);
        return new One(gateway, new Http("http://127.0.0.1:" + gateway.port()), new Http("http://127.0.0.1:" + gateway.managementPort()));
    }

    /** A gateway of somebody else's in front of the same account, with a journal of its own. */
    One stranger() {
        return gateway("DATA_DIR", TestFolder.create().toString(), "REDIS_URL", "memory://");
    }

    Simulator simulator() {
        return simulator;
    }

    DurableRedis redis() {
        return redis;
    }

    Path folder() {
        return folder;
    }

    /** What KIS has taken, without cancellations. */
    List<Order> taken() {
        return simulator.orders().list().stream().filter(order -> order.kind() == Order.Kind.NEW).toList();
    }

    static String order(String code, int quantity, long price) {
        return "{\"stock_code\":\"" + code + "\",\"quantity\":" + quantity + ",\"price\":" + price + "}";
    }

    /** Repeats with the same key until the reply says how it ended. */
    static Reply untilKnown(Http http, String path, String body, String key) {
        Reply[] last = new Reply[1];
        Awaitility.await().pollDelay(Duration.ZERO).until(() -> {
            last[0] = http.post(path, body, "Idempotency-Key", key, "Prefer", "wait=5");
            return last[0].status() < 500 && last[0].status() != 409 || last[0].code().equals("ORDER_NOT_PLACED");
        });
        return last[0];
    }

    @Override
    public void close() {
        simulator.close();
        if (redis != null) {
            redis.close();
        }
    }
}
