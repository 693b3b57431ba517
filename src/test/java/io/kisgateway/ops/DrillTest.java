package io.kisgateway.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kisgateway.simulator.Fault;
import io.kisgateway.simulator.Mode;
import io.kisgateway.testing.Browser;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Rig;
import io.kisgateway.throttle.FreePort;
import io.kisgateway.throttle.RedisProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The drill: something breaks, and whoever reads the console, and nothing else, learns within seconds what it is. */
@org.junit.jupiter.api.Tag("browser")
class DrillTest {

    private static final String SNAPSHOT = "/api/market-data/snapshot";
    private static final String STOCK = "{\"stock_code\":\"005930\"}";
    private static final Path PICTURES = Path.of("target", "drill");
    private static final Duration SECONDS = Duration.ofSeconds(6);

    @AutoClose
    private static Browser browser;

    @BeforeAll
    static void startBrowser() throws IOException {
        browser = Browser.orSkip();
    }

    private static Rig rig(String... settings) {
        List<String> all = new ArrayList<>(List.of("KIS_READ_TIMEOUT_MS", "500", "COALESCE", "false"));
        all.addAll(List.of(settings));
        Rig rig = Rig.start(options -> options, Mode.REAL, all.toArray(String[]::new));
        assertThat(rig.http().post(SNAPSHOT, STOCK).status()).isEqualTo(200);
        browser.window(1200, 900, "light").open("http://127.0.0.1:" + rig.gateway().managementPort() + "/console?lang=en&theme=light");
        await().atMost(SECONDS).until(() -> browser.text("#findings").contains("Nothing is wrong"));
        return rig;
    }

    private static void finds(String cause, String code, String... words) {
        String selector = "#findings li[data-code='" + code + "']";
        await().atMost(SECONDS).untilAsserted(() -> assertThat(browser.text(selector)).contains(words));
        assertThat(browser.evaluate("document.querySelector(\"" + selector + "\").dataset.cause").asText()).isEqualTo(cause);
        browser.picture(PICTURES.resolve(code + ".png"));
    }

    @Test
    void kisAnswersBlank500s() {
        try (Rig rig = rig("RATE_LIMIT", "100/second", "CIRCUIT_BREAKER_FAIL_MAX", "12")) {
            rig.simulator().faults().add(Fault.of(Fault.Kind.BLANK500).times(100_000));
            rig.http().post(SNAPSHOT, STOCK);
            rig.http().post(SNAPSHOT, STOCK);
            finds("kis", "kis-failing", "KIS is failing", "HTTP 500, a blank code", "at 12 the breaker opens");
            await().until(() -> rig.http().post(SNAPSHOT, STOCK).code().equals("CIRCUIT_OPEN"));
            finds("kis", "breaker-open", "KIS failed and the circuit breaker is open", "HTTP 500, a blank code");
            assertThat(browser.text("#breaker-state")).isEqualTo("open");
        }
    }

    @Test
    void redisFreezes() {
        int port = FreePort.next();
        try (RedisProcess redis = RedisProcess.start(port);
                Rig rig = rig("REDIS_URL", "redis://127.0.0.1:" + port, "RATE_LIMIT", "100/second")) {
            assertThat(browser.text("#redis-state")).isEqualTo("answers");
            redis.freeze();
            assertThat(rig.http().post(SNAPSHOT, STOCK).status()).isEqualTo(200);
            finds("redis", "redis-away", "Redis (redis://127.0.0.1:" + port, "does not answer");
            assertThat(browser.text("#redis-state")).isEqualTo("does not answer");
            assertThat(rig.management().get("/metrics").text()).contains("kis_gateway_redis_up 0.0");
            redis.thaw();
            await().until(() -> {
                rig.http().post(SNAPSHOT, STOCK);
                return browser.text("#redis-state").equals("answers");
            });
        }
    }

    @Test
    void oneCallerFloods() {
        try (Rig rig = rig("RATE_LIMIT_MAX_WAIT", "1")) {
            Http http = rig.http();
            List<CompletableFuture<Http.Reply>> replies = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                replies.add(http.postAsync(SNAPSHOT, STOCK, "X-Client-Id", "runaway"));
            }
            for (int i = 0; i < 6; i++) {
                replies.add(http.postAsync(SNAPSHOT, STOCK, "X-Client-Id", "strategy-" + i));
            }
            replies.forEach(CompletableFuture::join);
            finds("caller", "flood", "runaway at 127.0.0.1 makes", "% of all calls");
            finds("limit", "limit-reached", "market-data-snapshot is at its limit, 3 per second");
            assertThat(browser.text("#callers tbody tr:first-child")).contains("runaway at 127.0.0.1");
        }
    }

    @Test
    void aTokenDiesEarly() {
        try (Rig rig = rig("RATE_LIMIT", "100/second")) {
            rig.simulator().tokens().kill();
            Http.Reply reply = rig.http().post(SNAPSHOT, STOCK);
            if (reply.status() == 200) {
                finds("token", "token-died", "KIS ended an access token early");
            } else {
                // At most one token a minute can be asked for, and the first was just now.
                finds("token", "token-refused", "KIS no longer takes the access token");
                assertThat(browser.text("#token-state")).isEqualTo("refused by KIS");
            }
            assertThat(browser.text("#token-refusals")).isEqualTo("1");
        }
    }

    @Test
    void anOrdersOutcomeStaysUnknown() {
        try (Rig rig = rig("RATE_LIMIT", "100/second")) {
            rig.simulator().faults().add(Fault.of(Fault.Kind.LATE_LISTING).ms(600_000).times(1).onPath("order-cash"));
            rig.simulator().faults().add(Fault.of(Fault.Kind.REPLY_LOST).ms(1500).times(1).onPath("order-cash"));
            Http.Reply reply = rig.http().post("/api/trading/buy", "{\"stock_code\":\"005930\",\"quantity\":1}");
            assertThat(reply.at("/outcome").asText()).isEqualTo("unknown");
            finds("order", "order-unknown", "1 order(s) with an unknown outcome", "nobody may order it anew");
            assertThat(browser.text("#orders-list")).contains("buy 005930");
        }
    }
}
