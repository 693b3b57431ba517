package io.kisgateway.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.simulator.Mode;
import io.kisgateway.testing.GatewayProcess;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Rig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Routes, breaker and throttle over JMX and Jolokia, the way Hawtio asks. */
class JolokiaTest {

    private static final String SNAPSHOT = "/api/market-data/snapshot";
    private static final String STOCK = "{\"stock_code\":\"005930\"}";

    @AutoClose
    private static Rig rig;
    private static String breaker;
    private static String throttle;
    private static String route;

    @BeforeAll
    static void start() {
        Rig.showBeans();
        rig = Rig.start(options -> options, Mode.REAL, "MANAGEMENT_ORIGINS", "http://hawtio.example:8080, https://other.example");
        rig.http().post(SNAPSHOT, STOCK);
        breaker = rig.bean("io.kisgateway:type=CircuitBreaker,*");
        throttle = rig.bean("io.kisgateway:type=Throttle,*");
        route = rig.bean("org.apache.camel:type=routes,name=\"market-data-snapshot\",*");
    }

    private static JsonNode ask(String request) {
        Http.Reply reply = rig.management().post("/jolokia", request);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.json();
    }

    private static JsonNode read(String mbean, String attribute) {
        return ask("{\"type\":\"read\",\"mbean\":\"" + mbean + "\",\"attribute\":\"" + attribute + "\"}").path("value");
    }

    private static JsonNode exec(String mbean, String operation, String arguments) {
        return ask("{\"type\":\"exec\",\"mbean\":\"" + mbean + "\",\"operation\":\"" + operation + "\",\"arguments\":[" + arguments + "]}");
    }

    /** Steps, endpoints and services took a quarter of the start: they are there where JOLOKIA=true asks for them. */
    @Test
    void ofCamelTheContextItsRoutesAndItsHealthAreThere() {
        List<String> kinds = new ArrayList<>();
        ask("{\"type\":\"search\",\"mbean\":\"org.apache.camel:*\"}").path("value").forEach(name -> kinds.add(name.asText()));
        assertThat(kinds).anyMatch(name -> name.endsWith("type=context")).anyMatch(name -> name.endsWith("type=health"))
                .anyMatch(name -> name.endsWith("type=routes"))
                .noneMatch(name -> name.matches(".*type=(processors|endpoints|components|consumers|producers)"));
    }

    /** The switch of orders was not among them. */
    @Test
    void theManualsHaveEveryBeanOfOursWithAllThatItOffers() throws IOException {
        Map<String, Set<String>> beans = new TreeMap<>();
        ask("{\"type\":\"list\",\"path\":\"io.kisgateway\"}").path("value").properties().forEach(bean -> {
            Set<String> offers = new TreeSet<>();
            bean.getValue().path("attr").fieldNames().forEachRemaining(offers::add);
            bean.getValue().path("op").fieldNames().forEachRemaining(offers::add);
            // Jolokia lists how an attribute is read as an operation too.
            offers.removeIf(name -> name.matches("(?:get|is)[A-Z].*"));
            beans.put(bean.getKey().replaceFirst("context=[^,]+,", ""), offers);
        });
        assertThat(beans).hasSizeGreaterThan(3);
        for (String manual : List.of("docs/operations.md", "docs/ko/operations.md")) {
            Map<String, Set<String>> told = new TreeMap<>();
            Pattern.compile("(?m)^\\| `io\\.kisgateway:context=…,([^`]+)` \\|(.*)$").matcher(Files.readString(Path.of(manual))).results()
                    .forEach(row -> told.put(row.group(1), Pattern.compile("`(\\w+)").matcher(row.group(2)).results()
                            .map(name -> name.group(1)).collect(Collectors.toCollection(TreeSet::new))));
            assertThat(told).as(manual).isEqualTo(beans);
        }
    }

    @Test
    void theBreakerIsForcedOpenAndReset() {
        assertThat(read(breaker, "State").asText()).isEqualTo("closed");
        exec(breaker, "forceOpen()", "");
        assertThat(read(breaker, "State").asText()).isEqualTo("forced-open");
        assertThat(rig.http().post(SNAPSHOT, STOCK).code()).isEqualTo("CIRCUIT_OPEN");
        exec(breaker, "reset()", "");
        assertThat(rig.http().post(SNAPSHOT, STOCK).status()).isEqualTo(200);
    }

    @Test
    void aLimitIsChangedWithoutARestart() {
        assertThat(read(throttle, "Limits").path("account-balance").asText()).isEqualTo("3 per second");
        assertThat(exec(throttle, "changeLimit", "\"account-balance\",\"1 per hour\"").path("value").asText()).isEqualTo("1 per hour");
        assertThat(rig.http().post("/api/account/balance", "{}", "Prefer", "wait=0").status()).isEqualTo(200);
        assertThat(rig.http().post("/api/account/balance", "{}", "Prefer", "wait=0").status()).isEqualTo(429);
        exec(throttle, "changeLimit", "\"account-balance\",\"9 per second\"");
        assertThat(rig.http().post("/api/account/balance", "{}", "Prefer", "wait=0").status()).isEqualTo(200);
        assertThat(exec(throttle, "changeLimit", "\"no-such\",\"9 per second\"").path("error").asText())
                .contains("There is no endpoint no-such");
        assertThat(exec(throttle, "changeLimit", "\"account-balance\",\"many\"").path("error").asText()).contains("is no rate limit");
    }

    @Test
    void aRouteIsPausedAndGoesOn() {
        assertThat(read(route, "State").asText()).isEqualTo("Started");
        assertThat(read(route, "ExchangesTotal").asInt()).isPositive();
        exec(route, "suspend()", "");
        assertThat(rig.http().post(SNAPSHOT, STOCK).status()).isEqualTo(503);
        assertThat(rig.http().post("/api/trading/buy", "{\"stock_code\":\"005930\",\"quantity\":1}").status()).isEqualTo(200);
        exec(route, "resume()", "");
        assertThat(rig.http().post(SNAPSHOT, STOCK).status()).isEqualTo(200);
    }

    @Test
    void hawtioGetsWhatItDrawsRoutesFrom() {
        assertThat(ask("{\"type\":\"version\"}").at("/value/agent").asText()).startsWith("2.");
        assertThat(ask("{\"type\":\"list\",\"path\":\"org.apache.camel\"}").path("value").toString()).contains("type=routes");
        assertThat(exec(route, "dumpRouteAsXml()", "").path("value").asText()).contains("market-data-snapshot");
        String context = rig.bean("org.apache.camel:type=context,*");
        assertThat(exec(context, "dumpRoutesAsXml()", "").path("value").asText()).contains("<route", "account-balance");
        assertThat(rig.management().get("/jolokia/version").status()).isEqualTo(200);
    }

    @Test
    void aBodyThatIsNoJsonIsItsSendersFault() {
        for (String body : new String[] {"x", "[", "{\"type\":"}) {
            assertThat(rig.management().post("/jolokia", body).status()).isEqualTo(400);
        }
    }

    @Test
    void nothingSecretIsReadAndNothingElseIsDone() {
        assertThat(exec("com.sun.management:type=HotSpotDiagnostic", "dumpHeap", "\"heap.hprof\",true").path("status").asInt())
                .isEqualTo(403);
        assertThat(exec(rig.bean("org.apache.camel:type=context,*"), "stop()", "").path("status").asInt()).isEqualTo(403);
        assertThat(
                ask("{\"type\":\"read\",\"mbean\":\"java.lang:type=Runtime\",\"attribute\":\"SystemProperties\"}").path("status").asInt())
                .isEqualTo(403);
        assertThat(ask("{\"type\":\"write\",\"mbean\":\"java.lang:type=Memory\",\"attribute\":\"Verbose\",\"value\":true}").path("status")
                .asInt()).isEqualTo(403);
    }

    @Test
    void aPageOfAnotherSiteCannotUseIt() {
        String reset = "{\"type\":\"exec\",\"mbean\":\"" + breaker + "\",\"operation\":\"forceOpen()\"}";
        assertThat(rig.management().post("/jolokia", "{\"type\":\"version\"}", "Origin", "http://hawtio.example:8080").status())
                .isEqualTo(200);
        assertThat(rig.management().post("/jolokia", reset, "Origin", "https://elsewhere.example").status()).isEqualTo(403);
        String link = "/jolokia/exec/" + breaker.replace("\\\"", "\"").replace("\"", "%22") + "/forceOpen()";
        assertThat(rig.management().get(link).status()).isEqualTo(405);
        assertThat(rig.management().get("/jolokia?p=exec/x/y").status()).isEqualTo(405);
        assertThat(read(breaker, "State").asText()).isEqualTo("closed");
        assertThat(rig.http().get("/jolokia").status()).isEqualTo(404);
    }

    /** A process of its own shows nothing before it serves; whoever asks sooner than that gets all the same everything. */
    @Test
    void aGatewayThatHasJustStartedShowsEverythingToTheFirstWhoAsks() {
        try (GatewayProcess gateway = new GatewayProcess("jmx", Map.of()).start().awaitReady()) {
            JsonNode found = gateway.management().post("/jolokia", "[{\"type\":\"search\",\"mbean\":\"io.kisgateway:*\"},"
                    + "{\"type\":\"search\",\"mbean\":\"org.apache.camel:type=routes,*\"}]").json();
            assertThat(found.get(0).path("value").toString()).contains("CircuitBreaker", "Throttle", "trading-halt");
            assertThat(found.get(1).path("value").toString()).contains("market-data-snapshot", "trading-buy");
        }
    }
}
