package io.kisgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kisgateway.Gateway;
import io.kisgateway.simulator.RateLimits;
import io.kisgateway.simulator.Simulator;
import io.kisgateway.simulator.SimulatorOptions;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Http.Reply;
import io.kisgateway.testing.LogLines;
import io.kisgateway.testing.NextSecond;
import io.kisgateway.testing.Rig;
import io.kisgateway.throttle.FreePort;
import io.kisgateway.throttle.RedisProcess;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three gateways on one real Redis are one gateway to KIS. */
class SharedRedisTest {

    private static final String SNAPSHOT = "/api/market-data/snapshot";

    private static final String CASH = "/api/account/cash-balance";

    private final List<Gateway> gateways = new ArrayList<>();
    private final List<Http> doors = new ArrayList<>();
    private RedisProcess redis;
    private Simulator kis;
    private String url;

    @BeforeEach
    void start() {
        redis = RedisProcess.start(FreePort.next(), "requirepass s3cret-word");
        url = "redis://:s3cret-word@127.0.0.1:" + redis.port() + "/2";
        kis = Simulator.start(SimulatorOptions.builder().rateLimits(RateLimits.OFF).build());
        // One after the other: Camel gives two that start at once in one process the same name.
        for (int i = 0; i < 3; i++) {
            gateways.add(Rig.gateway(kis, Map.of("REDIS_URL", url, "COALESCE", "false", "RATE_LIMIT_MAX_WAIT", "2",
                    "RATE_LIMIT_ACCOUNT_CASH_BALANCE", "1 per 2 seconds", "RATE_LIMIT_WAIT_CAP", "300")));
        }
        gateways.forEach(gateway -> doors.add(new Http("http://127.0.0.1:" + gateway.port())));
        doors.forEach(door -> await().until(() -> !door.get("/health").at("/rate_limiter/degraded").asBoolean()));
    }

    @AfterEach
    void stop() {
        gateways.forEach(Gateway::close);
        kis.close();
        redis.close();
    }

    @Test
    void theyShareOneTokenAndOneLimit() {
        // The first request of all takes its time.
        doors.forEach(door -> await().until(() -> door.post(SNAPSHOT, "{\"stock_code\":\"000660\"}").status() == 200));
        Map<Long, Integer> perWindow = new TreeMap<>();
        // While a busy machine's Redis is late for one of them, that one counts by itself.
        await().until(() -> {
            doors.forEach(door -> await().until(() -> !door.get("/health").at("/rate_limiter/degraded").asBoolean()));
            perWindow.clear();
            return LogLines.of("io.kisgateway.throttle.SharedLimiter", () -> perWindow.putAll(crowd())).stream()
                    .noneMatch(line -> line.contains(url.substring(url.indexOf('@') + 1)));
        });
        assertThat(perWindow.values()).isNotEmpty().allSatisfy(calls -> assertThat(calls).isLessThanOrEqualTo(3));
        assertThat(kis.tokens().issued()).isEqualTo(1);
        assertThat(kis.tokens().requests()).isEqualTo(1);
        doors.forEach(door -> {
            String health = door.get("/health").text();
            assertThat(health).contains("redis://").doesNotContain("s3cret-word");
            assertThat(door.get("/stats").text()).doesNotContain("s3cret-word");
        });
    }

    /** @return how many of sixty who come at once KIS saw in each second */
    private Map<Long, Integer> crowd() {
        kis.calls().clear();
        NextSecond.await();
        List<CompletableFuture<Reply>> replies = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            replies.add(doors.get(i % 3).postAsync(SNAPSHOT, "{\"stock_code\":\"005930\"}"));
        }
        List<Integer> statuses = replies.stream().map(reply -> reply.join().status()).toList();
        assertThat(statuses).allMatch(status -> status == 200 || status == 429).contains(200, 429);
        return kis.calls().on("inquire-price").stream()
                .collect(Collectors.groupingBy(call -> call.at().getEpochSecond(), Collectors.summingInt(call -> 1)));
    }

    /** A gateway once went on refusing for an empty queue until the moment that it had been told of. */
    @Test
    void whoWasRefusedIsServedSoonAfterTheOthersQueueHasEmptied() throws IOException {
        List<Socket> waiting = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            Socket caller = new Socket("127.0.0.1", gateways.get(0).port());
            waiting.add(caller);
            caller.getOutputStream().write(("POST " + CASH + " HTTP/1.1\r\nHost: 127.0.0.1:" + gateways.get(0).port()
                    + "\r\nContent-Type: application/json\r\nPrefer: wait=290\r\nContent-Length: 2\r\n\r\n{}")
                    .getBytes(StandardCharsets.US_ASCII));
        }
        await().until(() -> queueLength() > 45);
        // While Redis has no time to answer, each counts by itself.
        await().until(() -> {
            Reply refused = doors.get(1).post(CASH, "{}", "Prefer", "wait=0");
            return refused.status() == 429 && Long.parseLong(refused.header("Retry-After")) > 80;
        });
        for (Socket caller : waiting) {
            caller.close();
        }
        await().until(() -> queueLength() == 0);
        await().until(() -> doors.get(1).post(CASH, "{}", "Prefer", "wait=0").status() == 200);
    }

    private int queueLength() {
        return doors.get(0).get("/stats").at("/endpoints/account-cash-balance/queue_length").asInt();
    }
}
