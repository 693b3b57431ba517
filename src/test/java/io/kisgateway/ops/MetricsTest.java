package io.kisgateway.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kisgateway.simulator.Fault;
import io.kisgateway.simulator.Mode;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Http.Reply;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What Prometheus gets from a running gateway, and that dashboard and alert rules ask for nothing else. */
class MetricsTest {

    private static final String SNAPSHOT = "/api/market-data/snapshot";
    private static final String ORDER = "{\"stock_code\":\"005930\",\"quantity\":1}";
    private static final Pattern SERIES = Pattern.compile("^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? \\S+$");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_]+)=~?\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern METRIC =
            Pattern.compile("\\b((?:kis_gateway|jvm|process|system|camel|resilience4j)_[a-z0-9_]+)\\s*(?:\\{([^}]*)})?");
    private static final Pattern SELECTOR = Pattern.compile("([a-z_]+)\\s*(?:=~|!~|!=|=)");
    private static final Pattern BY = Pattern.compile("\\bby \\(([a-z_, ]+)\\)");
    /** What Prometheus itself adds. */
    private static final Set<String> ADDED = Set.of("instance", "job");

    @AutoClose
    private static Rig rig;
    private static String text;
    private static final Map<String, Set<String>> LABELS = new TreeMap<>();

    @BeforeAll
    static void scrapeAfterSomeTraffic() {
        rig = Rig.start(options -> options, Mode.REAL, "RATE_LIMIT", "1000/second", "KIS_ACCOUNT_RATE", "1000/second",
                "RATE_LIMIT_ACCOUNT_BALANCE", "1 per 1 hour", "COALESCE", "false", "KIS_READ_TIMEOUT_MS", "300");
        Http http = rig.http();
        for (int i = 0; i < 5; i++) {
            assertThat(http.post(SNAPSHOT, "{\"stock_code\":\"005930\"}").status()).isEqualTo(200);
        }
        http.post(SNAPSHOT, "{\"stock_code\":\"ABCDEFGH\"}");
        http.post(SNAPSHOT, "{\"stock_code\":\"999999\"}");
        http.post("/api/market-data/daily-prices", "{\"stock_code\":\"005930\"}");
        http.post("/api/account/balance", "{}", "Prefer", "wait=0");
        http.post("/api/account/balance", "{}", "Prefer", "wait=0");
        http.post("/api/trading/buy", ORDER);
        http.post("/api/trading/sell", "{\"stock_code\":\"005930\",\"quantity\":99999}");
        rig.simulator().faults().add(Fault.code("EGW00201").times(1));
        http.post(SNAPSHOT, "{\"stock_code\":\"000660\"}");
        rig.simulator().faults().add(Fault.of(Fault.Kind.BLANK500).times(3).onPath("inquire-price"));
        assertThat(http.post(SNAPSHOT, "{\"stock_code\":\"000660\"}").status()).isEqualTo(503);
        // KIS lists the order only much later, so that its outcome stays unknown.
        rig.simulator().faults().add(Fault.of(Fault.Kind.LATE_LISTING).ms(600_000).times(1).onPath("order-cash"));
        rig.simulator().faults().add(Fault.of(Fault.Kind.REPLY_LOST).ms(1000).times(1).onPath("order-cash"));
        assertThat(http.post("/api/trading/buy", ORDER).status()).isEqualTo(504);
        http.post("/api/no/such/path", "{}");
        rig.management().post("/admin/circuit-breaker/force-open", "");
        assertThat(http.post(SNAPSHOT, "{\"stock_code\":\"005930\"}").status()).isEqualTo(503);
        rig.management().post("/admin/circuit-breaker/reset", "");

        Reply reply = rig.management().get("/metrics");
        assertThat(reply.header("Content-Type")).startsWith("text/plain; version=0.0.4");
        text = reply.text();
        text.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            Matcher series = SERIES.matcher(line);
            assertThat(series.matches()).as(line).isTrue();
            Set<String> labels = LABELS.computeIfAbsent(series.group(1), ignored -> new TreeSet<>());
            if (series.group(2) != null) {
                LABEL.matcher(series.group(2)).results().forEach(label -> labels.add(label.group(1)));
            }
        });
    }

    private static double value(String series) {
        return text.lines().filter(line -> line.startsWith(series + " ")).findFirst()
                .map(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .orElseThrow(() -> new AssertionError("no " + series + " in\n" + text));
    }

    @Test
    void everythingThatAnOperatorAsksForIsCounted() {
        assertThat(value("kis_gateway_requests_total{endpoint=\"market-data-snapshot\",result=\"success\"}")).isEqualTo(6);
        assertThat(value("kis_gateway_requests_total{endpoint=\"market-data-snapshot\",result=\"invalid_request\"}")).isEqualTo(1);
        assertThat(value("kis_gateway_requests_total{endpoint=\"market-data-snapshot\",result=\"unknown_stock\"}")).isEqualTo(1);
        assertThat(value("kis_gateway_requests_total{endpoint=\"market-data-snapshot\",result=\"kis_unavailable\"}")).isEqualTo(1);
        assertThat(value("kis_gateway_requests_total{endpoint=\"market-data-snapshot\",result=\"circuit_open\"}")).isEqualTo(1);
        assertThat(value("kis_gateway_requests_total{endpoint=\"account-balance\",result=\"rate_limited\"}")).isEqualTo(1);
        assertThat(value("kis_gateway_requests_total{endpoint=\"none\",result=\"not_found\"}")).isEqualTo(1);
        assertThat(value("kis_gateway_requests_total{endpoint=\"trading-sell\",result=\"kis_rejected\"}")).isEqualTo(1);
        for (String part : List.of("", "queue_", "kis_", "own_")) {
            assertThat(value("kis_gateway_request_" + part + "duration_seconds_count{endpoint=\"trading-buy\"}")).isEqualTo(2);
            assertThat(value("kis_gateway_request_" + part + "duration_seconds_bucket{endpoint=\"trading-buy\",le=\"+Inf\"}")).isEqualTo(2);
        }
        double whole = value("kis_gateway_request_duration_seconds_sum{endpoint=\"market-data-snapshot\"}");
        double parts = List.of("queue_", "kis_", "own_").stream()
                .mapToDouble(part -> value("kis_gateway_request_" + part + "duration_seconds_sum{endpoint=\"market-data-snapshot\"}"))
                .sum();
        assertThat(parts).isCloseTo(whole, org.assertj.core.data.Percentage.withPercentage(5));
        assertThat(value("kis_gateway_permits_total{endpoint=\"account-balance\",outcome=\"granted\"}")).isEqualTo(1);
        assertThat(value("kis_gateway_permits_total{endpoint=\"account-balance\",outcome=\"refused\"}")).isEqualTo(1);
        assertThat(value("kis_gateway_queue_length{endpoint=\"account-balance\"}")).isZero();
        assertThat(value("kis_gateway_coalesced_total{endpoint=\"market-data-snapshot\"}")).isZero();
        assertThat(value("kis_gateway_account_pacing_ratio")).isLessThan(1);
        assertThat(value("kis_gateway_permit_decision_seconds_count{endpoint=\"market-data-snapshot\"}")).isPositive();
        assertThat(value("kis_gateway_kis_replies_total{class=\"throttled\",msg_cd=\"EGW00201\"}")).isEqualTo(1);
        assertThat(value("kis_gateway_kis_replies_total{class=\"unavailable\",msg_cd=\"rt_cd_1_http_5xx\"}")).isEqualTo(3);
        assertThat(value("kis_gateway_kis_call_duration_seconds_count{class=\"unavailable\"}")).as("the gateway looks for the order too")
                .isGreaterThanOrEqualTo(4);
        assertThat(value("kis_gateway_breaker_state{state=\"closed\"}")).isEqualTo(1);
        assertThat(value("kis_gateway_breaker_transitions_total{to=\"forced-open\"}")).isEqualTo(1);
        assertThat(value("kis_gateway_breaker_transitions_total{to=\"closed\"}")).isEqualTo(1);
        assertThat(value("kis_gateway_token_issues_total{result=\"issued\"}")).isEqualTo(1);
        assertThat(value("kis_gateway_token_age_seconds")).isBetween(0.0, 60.0);
        assertThat(value("kis_gateway_redis_configured")).isZero();
        assertThat(value("kis_gateway_limiter_degraded")).isZero();
        assertThat(value("kis_gateway_order_calls_total{outcome=\"placed\"}")).isEqualTo(1);
        assertThat(value("kis_gateway_order_calls_total{outcome=\"unknown\"}")).isEqualTo(1);
        assertThat(value("kis_gateway_orders_unresolved")).isEqualTo(1);
        assertThat(value("kis_gateway_trading_halted")).isZero();
        assertThat(LABELS).containsKeys("camel_route_policy_seconds_count", "resilience4j_circuitbreaker_state", "jvm_memory_used_bytes");
    }

    @Test
    void noLabelHasUnboundedValues() {
        Set<String> known = new TreeSet<>(
                Set.of("endpoint", "result", "outcome", "class", "msg_cd", "state", "to", "counter", "kind", "client", "reason", "le",
                        "version", "mode", "protocol"));
        LABELS.forEach((metric, labels) -> {
            if (metric.startsWith("kis_gateway_")) {
                assertThat(known).as(metric).containsAll(labels);
            }
        });
        assertThat(text).doesNotContain("005930", "000660", "999999", "127.0.0.1", "/api/no/such/path");
        long endpoints = Pattern.compile("endpoint=\"([^\"]+)\"").matcher(text).results().map(found -> found.group(1)).distinct().count();
        assertThat(endpoints).isBetween(5L, 40L);
        assertThat(text.lines().filter(line -> line.startsWith("kis_gateway_")).count()).isLessThan(endpoints * 150);
    }

    @Test
    void namesAndUnitsFollowTheConventions() {
        List<String> lines = text.lines().toList();
        for (String line : lines) {
            if (line.startsWith("# TYPE kis_gateway_")) {
                String[] words = line.split(" ");
                assertThat(words[2].endsWith("_total")).as(line).isEqualTo(words[3].equals("counter"));
                assertThat(lines)
                        .anyMatch(help -> help.startsWith("# HELP " + words[2] + " ") && help.length() > 8 + words[2].length() + 5);
                assertThat(words[2]).doesNotContain("millis").doesNotContain("_ms");
            }
        }
    }

    @Test
    void bothPathsServeTheSame() {
        assertThat(rig.management().get("/observe/metrics").text()).contains("kis_gateway_requests_total");
        assertThat(rig.http().get("/metrics").status()).isEqualTo(404);
    }

    @Test
    void theDashboardAsksForNothingThatIsNotThere() throws IOException {
        JsonNode dashboard = new ObjectMapper().readTree(Path.of("deploy/grafana/kis-gateway.json").toFile());
        List<String> queries = new ArrayList<>();
        dashboard.findValues("expr").forEach(query -> queries.add(query.asText()));
        assertThat(queries).hasSizeGreaterThan(30);
        dashboard.at("/templating/list").forEach(variable -> queries.add(variable.path("query").asText()));
        assertKnown(queries);
    }

    @Test
    void noAlertAsksForWhatIsNotThereAndEachIsExplained() throws IOException {
        String rules = Files.readString(Path.of("deploy/prometheus/kis-gateway.rules.yaml"));
        String manual = Files.readString(Path.of("docs/operations.md"));
        String korean = Files.readString(Path.of("docs/ko/operations.md"));
        List<String> names = Pattern.compile("- alert: (\\S+)").matcher(rules).results().map(match -> match.group(1)).toList();
        List<String> queries = Pattern.compile("expr: \\|-\\n\\s+(.+)").matcher(rules).results().map(match -> match.group(1)).toList();
        assertThat(queries).hasSameSizeAs(names).hasSizeGreaterThan(15);
        assertKnown(queries);
        names.forEach(name -> {
            assertThat(manual).contains("### " + name + "\n");
            assertThat(korean).contains("`" + name + "`");
            assertThat(rules).contains(
                    "runbook_url: \"{{ $externalLabels.kis_gateway_docs }}/operations.md#" + name.toLowerCase(java.util.Locale.ROOT)
                            + "\"\n");
        });
    }

    private static void assertKnown(List<String> queries) {
        for (String query : queries) {
            Set<String> ofMetrics = new TreeSet<>(ADDED);
            METRIC.matcher(query).results().forEach(match -> {
                String metric = match.group(1);
                assertThat(LABELS).as("the metric of: " + query).containsKey(metric);
                ofMetrics.addAll(LABELS.get(metric));
                if (match.group(2) != null) {
                    SELECTOR.matcher(match.group(2)).results()
                            .forEach(label -> assertThat(LABELS.get(metric).contains(label.group(1)) || ADDED.contains(label.group(1)))
                                    .as(metric + " has no label " + label.group(1) + ": " + query).isTrue());
                }
            });
            BY.matcher(query).results().flatMap(match -> List.of(match.group(1).split(", *")).stream())
                    .forEach(label -> assertThat(ofMetrics).as(query).contains(label.strip()));
        }
    }

    /** What Prometheus takes every few seconds. */
    @Test
    void aScrapeIsSmall() {
        assertThat(text.length()).isLessThan(500_000);
        assertThat(text.lines().count()).isLessThan(5000);
    }
}
