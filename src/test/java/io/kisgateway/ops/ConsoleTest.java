package io.kisgateway.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.simulator.Fault;
import io.kisgateway.simulator.Mode;
import io.kisgateway.testing.Browser;
import io.kisgateway.testing.GatewayProcess;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Patience;
import io.kisgateway.testing.Rig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The console in a real browser. */
@org.junit.jupiter.api.Tag("browser")
class ConsoleTest {

    private static final String SNAPSHOT = "/api/market-data/snapshot";
    private static final String ORDER = "{\"stock_code\":\"005930\",\"quantity\":1}";
    private static final Path PICTURES = Path.of("target", "console");

    @AutoClose
    private static Browser browser;

    @BeforeAll
    static void startBrowser() throws IOException {
        browser = Browser.orSkip();
    }

    private static Rig rig(String... settings) {
        List<String> all = new ArrayList<>(List.of("KIS_READ_TIMEOUT_MS", "400", "COALESCE", "false"));
        all.addAll(List.of(settings));
        return Rig.start(options -> options, Mode.REAL, all.toArray(String[]::new));
    }

    private static String console(Rig rig, String options) {
        return "http://127.0.0.1:" + rig.gateway().managementPort() + "/console" + options;
    }

    private static void load(Rig rig) {
        Http http = rig.http();
        // The order is taken, and KIS neither answers nor lists it: its outcome stays unknown.
        rig.simulator().faults().add(Fault.of(Fault.Kind.LATE_LISTING).ms(600_000).times(1).onPath("order-cash"));
        rig.simulator().faults().add(Fault.of(Fault.Kind.BLANK500).share(0.3).times(100_000).onPath("inquire-price"));
        rig.simulator().faults().add(Fault.of(Fault.Kind.REPLY_LOST).ms(900).times(1).onPath("order-cash"));
        List<CompletableFuture<Http.Reply>> replies = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            replies.add(http.postAsync(SNAPSHOT, "{\"stock_code\":\"005930\"}", "X-Client-Id", "strategy-" + i % 3));
        }
        for (int i = 0; i < 4; i++) {
            replies.add(http.postAsync("/api/market-data/daily-prices", "{\"stock_code\":\"000660\"}", "X-Client-Id", "research"));
        }
        replies.add(http.postAsync("/api/trading/buy", ORDER, "X-Client-Id", "strategy-1"));
        replies.add(http.postAsync("/api/account/balance", "{}", "X-Client-Id", "strategy-1"));
        replies.forEach(CompletableFuture::join);
        rig.simulator().faults().clear();
    }

    private static void shows(String selector, String text) {
        await().untilAsserted(() -> assertThat(browser.text(selector)).contains(text));
    }

    @Test
    void itShowsWhatStatsSaysDuringALoadWithFaults() {
        try (Rig rig = rig("RATE_LIMIT_MAX_WAIT", "2")) {
            browser.window(1440, 900, "light").open(console(rig, "?lang=en&theme=light"));
            load(rig);
            JsonNode stats = rig.management().get("/stats").json();
            assertThat(stats.at("/requests/failed").intValue()).isPositive();
            assertThat(stats.at("/requests/rate_limited").intValue()).isPositive();
            for (Map.Entry<String, JsonNode> endpoint : stats.path("endpoints").properties()) {
                String card = ".endpoint[data-endpoint='" + endpoint.getKey() + "'] ";
                shows(card + "dd[data-key=total]", endpoint.getValue().path("total").asText());
                shows(card + "dd[data-key=failed]", endpoint.getValue().path("failed").asText());
                shows(card + "dd[data-key=rate_limited]", endpoint.getValue().path("rate_limited").asText());
                shows(card + ".limit", endpoint.getValue().path("limit").asText());
                await().untilAsserted(() -> assertThat(
                        browser.evaluate("document.querySelector(\"" + card + ".chart\").getAttribute('aria-label')").asText()).contains(
                                rig.management().get("/stats").at("/endpoints/" + endpoint.getKey() + "/grants_last_minute").asText()
                                        + " permits"));
            }
            shows("#gateway-requests", stats.at("/requests/successful").asText() + " / " + stats.at("/requests/failed").asText() + " / "
                    + stats.at("/requests/rate_limited").asText());
            shows("#breaker-state", "closed");
            await().untilAsserted(() -> {
                JsonNode breaker = rig.management().get("/stats").at("/circuit_breaker");
                assertThat(browser.text("#breaker-run"))
                        .isEqualTo(breaker.path("fail_counter").asText() + " / " + breaker.path("fail_max").asText());
            });
            shows("#token-state", "valid");
            shows("#redis-state", "in memory");
            shows("#orders-unresolved", "1");
            shows("#findings", "KIS is failing");
            shows("#findings", "unknown outcome");
            shows("#findings li[data-code=limit-reached]", "market-data-snapshot is at its limit, 3 per second");
            shows("#kis-errors", "HTTP 500, a blank code");
            JsonNode last = rig.management().get("/stats").at("/recent_requests");
            shows("#recent tbody tr:first-child", last.get(last.size() - 1).path("http_status").asText());
            shows("#callers", "strategy-1 at 127.0.0.1");
            JsonNode most = browser.evaluate("fetch('/console/data').then(r => r.json())"
                    + ".then(d => Math.max(...d.endpoints['market-data-snapshot'].grants_by_second))");
            assertThat(most.intValue()).isBetween(1, 3);

            for (String scheme : List.of("light", "dark")) {
                for (int width : new int[] {1440, 500, 360}) {
                    for (String language : List.of("en", "ko")) {
                        browser.window(width, 900, scheme).open(console(rig, "?lang=" + language + "&theme=" + scheme));
                        shows("#gateway-requests", stats.at("/requests/successful").asText());
                        shows("#findings", language.equals("ko") ? "KIS 장애" : "KIS is failing");
                        shows("#findings li[data-code=kis-failing]", language.equals("ko") ? "HTTP 500, 빈 코드" : "HTTP 500, a blank code");
                        assertThat(browser.evaluate(BROKEN_FIGURES).asText()).as("figures in two lines").isEmpty();
                        assertThat(browser.evaluate(BROKEN_TEXTS).asText()).as("times and codes in two lines").isEmpty();
                        assertThat(browser.evaluate("Math.max(...[...document.querySelectorAll('.endpoint')].map(e => e.clientHeight))")
                                .intValue()).as("an endpoint is a row").isLessThan(width == 1440 ? 80 : 160);
                        assertThat(browser.evaluate("document.documentElement.scrollWidth").intValue()).as(scheme + width)
                                .isLessThanOrEqualTo(width);
                        assertThat(browser.evaluate("[...document.querySelectorAll('.chart canvas')].every(c => c.clientWidth > 100)")
                                .booleanValue()).isTrue();
                        assertThat(browser.evaluate("document.documentElement.lang").asText()).isEqualTo(language);
                        assertThat(browser.evaluate(LOWEST_CONTRAST).doubleValue()).as("contrast in " + scheme).isGreaterThan(4.5);
                        assertThat(browser.evaluate("document.body.innerText").asText()).doesNotContain("undefined", "NaN", "[object",
                                "null", "{");
                        browser.picture(PICTURES.resolve("console-" + language + "-" + scheme + "-" + width + ".png"));
                    }
                }
            }
            assertThat(browser.complaints()).isEmpty();
        }
    }

    /** Times and codes that need more than one line. */
    private static final String BROKEN_TEXTS =
            "[...document.querySelectorAll('#recent td.when, #recent td.code, .state, .endpoint .limit, .endpoint dd')]"
                    + ".filter(n => n.textContent && n.clientHeight > 34).map(n => n.textContent).join(', ')";

    /** Cards whose figures need more than one line when they are long, or leave their card; at 1,440 and at 500 px "135 ms / 413 ms / 413 ms" did. */
    private static final String BROKEN_FIGURES = """
            [...document.querySelectorAll('.card dd.figures')].filter(n => {
              n.textContent = '435 ms / 435 ms / 435 ms';
              const text = document.createRange();
              text.selectNodeContents(n);
              const card = n.closest('.card');
              return text.getClientRects().length !== 1 || card.scrollWidth > card.clientWidth;
            }).map(n => n.id).join(', ')""";

    /** The least contrast of any text that the page shows now. */
    private static final String LOWEST_CONTRAST = """
            (() => {
              const parse = c => (c.match(/[\\d.]+/g) || []).map(Number);
              const light = ([r, g, b]) => [r, g, b].map(v => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; })
                .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
              const back = node => { for (; node; node = node.parentElement) {
                const c = parse(getComputedStyle(node).backgroundColor); if (c.length === 3 || c[3] === 1) return c; } return [255, 255, 255]; };
              let lowest = 21;
              document.querySelectorAll('body *').forEach(node => {
                const shown = node.getClientRects().length && [...node.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
                if (!shown || node.disabled || node.closest('[hidden]')) return;
                const a = light(parse(getComputedStyle(node).color)), b = light(back(node));
                lowest = Math.min(lowest, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
              });
              return lowest;
            })()""";

    @Test
    void theLanguageAndTheColoursFollowTheBrowserAndCanBeSwitched() {
        try (Rig rig = rig()) {
            browser.window(1440, 900, "dark").open(console(rig, ""));
            browser.evaluate("localStorage.clear()");
            browser.open(console(rig, ""));
            shows("#findings", browser.evaluate("navigator.language").asText().startsWith("ko") ? "문제 없음" : "Nothing is wrong");
            assertThat(browser.evaluate("document.documentElement.dataset.theme").asText()).isEqualTo("dark");
            browser.click("#theme");
            assertThat(browser.evaluate("document.documentElement.dataset.theme").asText()).isEqualTo("light");
            browser.click("#language");
            shows("#findings", "문제 없음");
            browser.open(console(rig, ""));
            shows("#findings", "문제 없음");
            assertThat(browser.evaluate("document.documentElement.dataset.theme").asText()).isEqualTo("light");
            browser.evaluate("localStorage.clear()");
        }
    }

    @Test
    void theBreakerCountsDownAndIsResetOnlyAfterAConfirmation() {
        try (Rig rig = rig("CIRCUIT_BREAKER_FAIL_MAX", "4")) {
            browser.window(1440, 900, "light").open(console(rig, "?lang=en&theme=light"));
            rig.simulator().faults().add(Fault.of(Fault.Kind.BLANK500).times(100_000).onPath("inquire-price"));
            await()
                    .until(() -> rig.http().post(SNAPSHOT, "{\"stock_code\":\"005930\"}").code().equals("CIRCUIT_OPEN"));
            shows("#breaker-state", "open");
            shows("#breaker-trips", "1");
            shows("#breaker-half-open", "s");
            rig.simulator().faults().clear();
            shows("#findings li[data-code=breaker-open]", "HTTP 500, a blank code");
            browser.click("#breaker-reset");
            assertThat(browser.evaluate("document.getElementById('confirm').open").booleanValue()).isTrue();
            browser.click("#confirm button[value=no]");
            await().atMost(Duration.ofSeconds(5)).until(() -> !browser.evaluate("document.getElementById('confirm').open").booleanValue());
            assertThat(rig.http().get("/health").at("/circuit_breaker/state").asText()).isEqualTo("open");
            browser.click("#breaker-reset");
            browser.click("#confirm-yes");
            shows("#breaker-state", "closed");
            assertThat(rig.http().get("/health").at("/circuit_breaker/state").asText()).isEqualTo("closed");
            assertThat(rig.http().post(SNAPSHOT, "{\"stock_code\":\"005930\"}").status()).isEqualTo(200);
        }
    }

    @Test
    void itSaysSoWhenTheGatewayStopsAnsweringAndWhenItIsBack() throws Exception {
        try (GatewayProcess gateway = new GatewayProcess("console", Map.of()).start().awaitReady()) {
            browser.window(1440, 900, "light").open(gateway.managementUrl() + "/console?lang=en&theme=light");
            shows("#findings", "Nothing is wrong");
            assertThat(browser.evaluate("document.getElementById('stale').hidden").booleanValue()).isTrue();
            // Frozen, not ended: connections stay open and nothing comes back.
            signal(gateway, "STOP");
            try {
                shows("#stale", "The gateway has not answered for");
                assertThat(browser.evaluate("document.body.classList.contains('stale')").booleanValue()).isTrue();
                shows("#stale", "for 6 s");
                browser.picture(PICTURES.resolve("console-stale.png"));
            } finally {
                signal(gateway, "CONT");
            }
            await().until(() -> browser.evaluate("document.getElementById('stale').hidden").booleanValue());
            shows("#findings", "Nothing is wrong");
        }
    }

    private static void signal(GatewayProcess gateway, String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(gateway.process().pid())).start();
        Patience.awaitEnd(kill);
        assertThat(kill.exitValue()).isZero();
    }

    @Test
    void nothingComesFromElsewhereAndNobodyElseCanPressItsButtons() {
        try (Rig rig = rig()) {
            Http.Reply page = rig.management().get("/console");
            assertThat(page.header("Content-Security-Policy")).startsWith("default-src 'none'; script-src 'self'");
            assertThat(page.text()).doesNotContain("http://", "https://", "//");
            for (String file : List.of("console.js", "words.js", "console.css", "uplot.js", "uplot.css", "icon.svg")) {
                assertThat(rig.management().get("/console/" + file).status()).as(file).isEqualTo(200);
            }
            assertThat(rig.http().get("/console").status()).isEqualTo(404);
            Http.Reply reset = rig.management().post("/admin/circuit-breaker/reset", "", "Origin", "https://elsewhere.example");
            assertThat(reset.status()).isEqualTo(403);
        }
    }
}
