package io.kisgateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.kisgateway.testing.Browser;
import io.kisgateway.testing.Rig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Pages of another site in a real browser, beside a real gateway: whatever they try, nothing is ordered and nothing is read. */
@Tag("browser")
class BrowserAttackTest {

    private static final AtomicInteger PAGES = new AtomicInteger();
    private static Browser browser;
    private static Rig rig;
    private static HttpServer site;

    @BeforeAll
    static void start() throws IOException {
        // Every name but this machine's leads here, as if the attacker's records had been changed meanwhile.
        browser = Browser.orSkip("--host-resolver-rules=MAP *.test 127.0.0.1",
                "--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests");
        rig = Rig.unlimited();
        site = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        site.start();
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
        if (rig != null) {
            rig.close();
            site.stop(0);
        }
    }

    private static String page(String body) {
        String path = "/page" + PAGES.incrementAndGet();
        byte[] bytes = ("<!doctype html><meta charset=utf-8><title>elsewhere</title>" + body).getBytes(StandardCharsets.UTF_8);
        site.createContext(path, exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        return "http://elsewhere.test:" + site.getAddress().getPort() + path;
    }

    private static String gateway() {
        return "http://127.0.0.1:" + rig.gateway().port();
    }

    private static String management() {
        return "http://127.0.0.1:" + rig.gateway().managementPort();
    }

    private static void nothingHappened() {
        assertThat(rig.http().get("/api/trading/orders").at("/data")).isEmpty();
        assertThat(rig.simulator().calls().on("order-cash")).isEmpty();
        assertThat(rig.http().get("/health").at("/circuit_breaker/state").asText()).isEqualTo("closed");
        assertThat(rig.management().get("/console/data").at("/orders/halted").asBoolean()).isFalse();
    }

    @Test
    void aFormPlacesNoOrder() {
        for (String type : new String[] {"application/x-www-form-urlencoded", "text/plain", "multipart/form-data"}) {
            for (String query : new String[] {"", "?stock_code=005930&quantity=11"}) {
                browser.open(page("<form id=f method=POST enctype='" + type + "' action='" + gateway() + "/api/trading/buy" + query + "'>"
                        + "<input name='{\"stock_code\":\"005930\",\"quantity\":11,\"x\":\"' value='\"}'></form><script>f.submit()</script>"));
                await().until(() -> browser.evaluate("location.href").asText().startsWith(gateway()));
                assertThat(browser.evaluate("document.body.innerText").asText()).contains("not_placed");
            }
        }
        nothingHappened();
    }

    @Test
    void aFetchPlacesNoOrderAndSteersNothing() {
        browser.open(page(""));
        for (String mode : new String[] {"no-cors", "cors"}) {
            for (String url : new String[] {gateway() + "/api/trading/buy?stock_code=005930&quantity=1", gateway() + "/api/trading/buy",
                management() + "/admin/trading/halt", management() + "/admin/circuit-breaker/force-open"}) {
                for (String type : new String[] {"text/plain", "application/json"}) {
                    browser.evaluate(
                            "fetch('" + url + "', {method: 'POST', mode: '" + mode + "', headers: {'Content-Type': '" + type + "'},"
                                    + " body: '{\"stock_code\":\"005930\",\"quantity\":1}'}).then(r => r.status, e => String(e))");
                }
            }
        }
        nothingHappened();
    }

    @Test
    void nothingCanBeReadAcrossSites() {
        browser.open(page(""));
        for (String url : new String[] {gateway() + "/api/trading/orders", management() + "/console/data", management() + "/metrics"}) {
            assertThat(browser.evaluate("fetch('" + url + "').then(r => r.text(), e => 'refused')").asText()).isEqualTo("refused");
        }
    }

    /** Browsers ask nobody before they open one across sites; they only say from where. */
    @Test
    void noWebSocketOpensAcrossSites() {
        browser.open(page(""));
        for (String url : new String[] {gateway() + "/", gateway() + "/api/realtime/ws", gateway() + "/tryitout/H0STCNT0",
            management() + "/console/data"}) {
            assertThat(browser.evaluate("new Promise(done => { const s = new WebSocket('" + url.replace("http:", "ws:") + "');"
                    + " s.onopen = () => done('open'); s.onerror = () => done('refused'); })").asText()).as(url).isEqualTo("refused");
        }
        nothingHappened();
    }

    /** The page's own name now leads to the gateway: same origin to the browser, but not to the gateway, whose refusal lets nothing be sent. */
    @Test
    void aReboundNameIsNoName() {
        for (int port : new int[] {rig.gateway().port(), rig.gateway().managementPort()}) {
            browser.open("http://rebind.test:" + port + "/docs");
            assertThat(browser.evaluate("document.body.innerText").asText()).contains("MISDIRECTED_REQUEST");
            for (String path : new String[] {"/api/trading/orders", "/api/trading/buy", "/admin/trading/halt", "/console/data",
                "/jolokia"}) {
                String method = path.contains("orders") || path.contains("data") ? "GET" : "POST";
                assertThat(browser.evaluate("fetch('" + path + "', {method: '" + method + "', headers: {'Content-Type': 'application/json'}"
                        + (method.equals("POST") ? ", body: '{\"stock_code\":\"005930\",\"quantity\":1}'" : "")
                        + "}).then(r => String(r.status), e => 'not sent')").asText())
                        .as(path).isIn("421", "not sent");
            }
        }
        nothingHappened();
    }

    @Test
    void noPageOfTheGatewayCanBeFramed() {
        for (String url : new String[] {gateway() + "/docs", management() + "/console", management() + "/routes"}) {
            browser.open(page("<iframe id=f src='" + url + "' width=900 height=600></iframe>"));
            // What is refused is a page of the browser's own, of no origin that this page may look into.
            assertThat(browser.evaluate("new Promise(done => { const f = document.getElementById('f');"
                    + " const look = () => { try { done(String(f.contentDocument && f.contentDocument.title)); } catch (e) { done('closed'); } };"
                    + " f.addEventListener('load', look); setTimeout(look, 3000); })").asText()).isIn("closed", "null");
            assertThat(browser.complaints()).anyMatch(said -> said.contains("frame") || said.contains("403"));
        }
    }

    @Test
    void itsOwnPagesWork() {
        browser.open(gateway() + "/docs");
        await().until(() -> browser.evaluate("document.querySelectorAll('.opblock').length").asInt() > 10);
    }
}
