package io.kisgateway.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kisgateway.Gateway;
import io.kisgateway.access.TestClients;
import io.kisgateway.simulator.RateLimits;
import io.kisgateway.simulator.Simulator;
import io.kisgateway.simulator.SimulatorOptions;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Http.Reply;
import io.kisgateway.testing.Rig;
import io.kisgateway.throttle.FreePort;
import io.kisgateway.throttle.RedisProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.redisson.Redisson;
import org.redisson.api.RStream;
import org.redisson.api.RedissonClient;
import org.redisson.api.StreamMessageId;
import org.redisson.api.stream.StreamRangeArgs;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/** What is subscribed without a connection, and the Redis Stream that its records go to; on a real Redis. */
class SubscribedCodesTest {

    private static final String SUBSCRIBE = "/api/realtime/subscribe";
    private static final String UNSUBSCRIBE = "/api/realtime/unsubscribe";
    private static final String STATUS = "/api/realtime/status";

    private RedisProcess redis;
    private RedissonClient client;
    private Simulator kis;
    private String url;
    private Gateway gateway;

    @BeforeEach
    void start() {
        int port = FreePort.next();
        redis = RedisProcess.start(port);
        url = "redis://127.0.0.1:" + port;
        Config config = new Config();
        config.setCodec(StringCodec.INSTANCE);
        config.useSingleServer().setAddress(url).setConnectionMinimumIdleSize(1).setConnectionPoolSize(2);
        client = Redisson.create(config);
        kis = Simulator.start(SimulatorOptions.builder().rateLimits(RateLimits.OFF).recordsPerSecond(0).build());
    }

    @AfterEach
    void stop() {
        if (gateway != null) {
            gateway.close();
        }
        kis.close();
        client.shutdown();
        redis.close();
    }

    private Http gateway(String... settings) {
        Map<String, String> all = new HashMap<>(Map.of("REDIS_URL", url, "REALTIME_STREAM", "records", "REALTIME_STREAM_MAXLEN", "100"));
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        gateway = Rig.gateway(kis, all);
        Http http = new Http("http://127.0.0.1:" + gateway.port());
        await().until(() -> !http.get("/health").at("/rate_limiter/degraded").asBoolean());
        return http;
    }

    private RStream<String, String> stream() {
        return client.getStream("records", StringCodec.INSTANCE);
    }

    private static void awaitHere(Http http, String... headers) {
        await().until(() -> http.send(headers.length == 0 ? http.request(STATUS) : http.request(STATUS).headers(headers))
                .at("/data/subscribed/0/here").asBoolean());
    }

    private void push(int records) {
        await().until(() -> kis.realtime().push("H0STCNT0", "005930", records));
    }

    @Test
    void recordsOfSubscribedCodesGoToTheRedisStreamWhichStaysBounded() throws IOException {
        Http http = gateway();
        Reply reply = http.post(SUBSCRIBE, "{\"codes\":[\"005930\"]}");
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.at("/data/kinds/0").asText()).isEqualTo("trade");
        awaitHere(http);
        assertThat(http.get(STATUS).at("/data/connected").asBoolean()).isTrue();

        push(3);
        await().until(() -> stream().size() == 3);
        Map<String, String> first =
                stream().range(StreamRangeArgs.startId(StreamMessageId.MIN).endId(StreamMessageId.MAX).count(1)).values().iterator().next();
        assertThat(first).containsEntry("event", "trade").containsEntry("code", "005930").containsKey("id");
        JsonNode data = new JsonMapper().readTree(first.get("data"));
        assertThat(data.get("price").longValue()).isPositive();

        for (int i = 0; i < 10; i++) {
            push(100);
        }
        await().until(() -> http.get("/stats").at("/realtime/records").asLong() >= 1003);
        await().until(() -> stream().size() >= 100);
        assertThat(stream().size()).isLessThan(400);

        assertThat(http.post(UNSUBSCRIBE, "{\"codes\":[\"005930\"]}").status()).isEqualTo(200);
        await().until(() -> http.get(STATUS).at("/data/subscribed").isEmpty());
    }

    @Test
    void fillsGoToTheRedisStreamToo() throws IOException {
        Http http = gateway("KIS_HTS_ID", "trader01");
        assertThat(http.post(SUBSCRIBE, "{\"kinds\":[\"fills\"]}").status()).isEqualTo(200);
        awaitHere(http);
        String number = http.post("/api/trading/buy", "{\"stock_code\":\"005930\",\"quantity\":2}").at("/order_no").asText();
        assertThat(number).isNotEmpty();
        List<Map<String, String>> told = new ArrayList<>();
        await().until(() -> {
            told.clear();
            told.addAll(stream().range(StreamRangeArgs.startId(StreamMessageId.MIN).endId(StreamMessageId.MAX)).values());
            return told.stream().anyMatch(entry -> entry.get("data").contains("\"fill\""));
        });
        assertThat(told).allSatisfy(entry -> assertThat(entry).containsEntry("event", "fills").containsKey("id").doesNotContainKey("code"));
        JsonNode fill = new JsonMapper().readTree(told.get(told.size() - 1).get("data"));
        assertThat(fill.get("order_no").asText()).isEqualTo(number);
        assertThat(fill.get("quantity").longValue()).isEqualTo(2);
    }

    @Test
    void aSubscriptionOutlivesItsInstance() {
        Http first = gateway();
        assertThat(first.post(SUBSCRIBE, "{\"codes\":[\"005930\"],\"kinds\":[\"trade\",\"quote\"]}").status()).isEqualTo(200);
        awaitHere(first);
        gateway.close();
        Http second = gateway();
        awaitHere(second);
        push(1);
        await().until(() -> stream().size() >= 1);
    }

    @Test
    void eachClientHasItsOwnAndSeesNobodyElses() {
        TestClients clients = new TestClients();
        String one = clients.add("one", "", "may: [market:read]");
        String other = clients.add("other", "", "may: [market:read]");
        Http http = gateway("CLIENTS_FILE", clients.write().toString());
        assertThat(http.post(SUBSCRIBE, "{\"codes\":[\"005930\"]}", "X-API-Key", one).status()).isEqualTo(200);
        awaitHere(http, "X-API-Key", one);
        assertThat(http.send(http.request(STATUS).header("X-API-Key", other)).at("/data/subscribed")).isEmpty();
        assertThat(http.post(UNSUBSCRIBE, "{\"codes\":[\"005930\"]}", "X-API-Key", other).status()).isEqualTo(200);
        push(1);
        await().until(() -> stream().size() == 1);
        Reply refused = http.post(SUBSCRIBE, "{\"kinds\":[\"fills\"]}", "X-API-Key", one);
        assertThat(refused.status()).isIn(403, 501);
        for (String wrong : List.of("{\"codes\":\"005930\",\"kind\":1}", "{\"codes\":[5930]}", "{\"codes\":[]}", "{}")) {
            assertThat(http.post(SUBSCRIBE, wrong, "X-API-Key", one).status()).as(wrong).isEqualTo(400);
        }
    }
}
