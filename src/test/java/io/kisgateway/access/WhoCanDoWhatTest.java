package io.kisgateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.call.Scope;
import io.kisgateway.routes.RouteCatalogue;
import io.kisgateway.testing.RawHttp;
import io.kisgateway.testing.RawHttp.Answer;
import io.kisgateway.testing.Rig;
import io.kisgateway.testing.ScopeTable;
import io.kisgateway.testing.ScopeTable.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every line of the table in docs/security.md, with every kind of key. */
class WhoCanDoWhatTest {

    private static Map<Scope, String> keys;
    private static String expired;
    private static String notYet;
    @AutoClose
    private static Rig rig;
    private static int number;

    static List<Row> rows() {
        return ScopeTable.of("public", "management");
    }

    @BeforeAll
    static void start() {
        TestClients clients = new TestClients();
        keys = ScopeTable.keys(clients::add);
        String all = "may: [" + Scope.all() + "]";
        expired = clients.add("late", " until 2020-01-01", all);
        notYet = clients.add("early", " from 2999-01-01", all);
        rig = Rig.unlimited("CLIENTS_FILE", clients.write().toString(), "TRUSTED_PROXIES", "127.0.0.1");
    }

    /** It looks at another kind of key: {@code WhoCanDoWhatAtTheFrontTest}. */
    private static boolean byAppKey(Row row) {
        return row.scopes().equals("by app key");
    }

    /** A body that no order is made of, so that what is let in does nothing. */
    private static Answer ask(Row row, String... headers) {
        String path = row.word(1).replaceAll("\\{file}", "start.js").replaceAll("\\{[a-z]+}", "0000000001");
        boolean management = row.port().equals("management");
        boolean post = row.word(0).equals("POST");
        // From another address each time: nobody is slowed down.
        List<String> lines = new ArrayList<>(List.of(row.word(0) + " " + path + " HTTP/1.1", "Host: localhost",
                "X-Forwarded-For: 10.0." + number / 250 + "." + number++ % 250));
        if (post && !management) {
            lines.add("Content-Type: application/json");
        }
        lines.addAll(List.of(headers));
        return RawHttp.send(management ? rig.gateway().managementPort() : rig.gateway().port(),
                !post ? null : management ? "" : "{\"nothing\":1}", lines.toArray(String[]::new));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void isAsTheTableSays(Row row) {
        for (String header : new String[] {null, "Authorization: Bearer kisgw_buyer_" + "x".repeat(43), "X-API-Key: " + expired,
            "Authorization: Bearer " + notYet, "Authorization: Basic b3BzOm9wcw=="}) {
            Answer answer = header == null ? ask(row) : ask(row, header);
            if (byAppKey(row)) {
                assertThat(answer.status()).as("%s with %s", row, header).isGreaterThanOrEqualTo(400);
                continue;
            }
            if (row.isOpen()) {
                assertThat(answer.status()).as("%s with %s", row, header).isNotIn(401, 403, 429);
            } else {
                assertThat(answer.status()).as("%s with %s: %s", row, header, answer.text()).isEqualTo(401);
                assertThat(answer.headers("WWW-Authenticate")).hasSize(1).first().asString().startsWith("Bearer ");
                if (row.word(1).startsWith("/api/trading/") && row.word(0).equals("POST")) {
                    assertThat(answer.body()).contains("\"outcome\":\"not_placed\"");
                }
            }
        }
        for (Scope scope : byAppKey(row) ? new Scope[0] : Scope.values()) {
            for (String header : new String[] {"Authorization: Bearer ", "X-API-Key: "}) {
                Answer answer = ask(row, header + keys.get(scope));
                if (row.allows(scope)) {
                    assertThat(answer.status()).as("%s with %s: %s", row, scope, answer.text()).isNotIn(401, 403, 429);
                } else {
                    assertThat(answer.status()).as("%s with %s: %s", row, scope, answer.text()).isEqualTo(403);
                    assertThat(answer.body()).contains("\"code\":\"FORBIDDEN\"").contains("lacks the scope " + row.scopes());
                }
            }
        }
    }

    @Test
    void everyShippedRouteIsInTheTable() {
        Set<String> told = ScopeTable.of("public").stream()
                .map(row -> String.join(" ", row.call()) + " " + (byAppKey(row) ? "open" : row.scopes()))
                .collect(Collectors.toSet());
        Set<String> routes =
                ((List<?>) RouteCatalogue.shipped(id -> "").json(List.of()).get("routes")).stream().map(route -> (Map<?, ?>) route)
                        .map(route -> route.get("method") + " " + route.get("path") + " " + route.get("scope")).collect(Collectors.toSet());
        assertThat(told).isEqualTo(routes);
    }

    /** As they are registered: a path of the management port that is not in the table must not go unseen. */
    @Test
    void everyPathOfTheManagementPortIsInTheTable() throws IOException {
        Set<String> told = ScopeTable.of("management").stream().map(row -> String.join(" ", row.call())).collect(Collectors.toSet());
        Set<String> registered = new TreeSet<>(Set.of("GET /jolokia/version", "POST /jolokia"));
        Pattern registers = Pattern.compile(
                "(?:management|ops|router)\\s*\\.(get|getText|getSlowly|post|probe|page|redirect|put|delete|patch)\\(\"(/[^\"]*)\"");
        Pattern file = Pattern.compile("\"(/console/[a-z.]*)\"");
        try (Stream<Path> sources = Files.walk(Path.of("src", "main", "java", "io", "kisgateway"))) {
            for (Path source : sources.filter(path -> path.toString().matches(".*(/ops/[A-Za-z]+|/Modules)\\.java")).toList()) {
                String text = Files.readString(source);
                registers.matcher(text).results()
                        .forEach(found -> registered.add((found.group(1).equals("post") ? "POST " : "GET ") + found.group(2)));
                if (source.endsWith("ConsolePages.java")) {
                    file.matcher(text).results().forEach(found -> registered.add("GET " + found.group(1)));
                    registered.remove("GET /console/index.html");
                }
                assertThat(source.getFileName().toString().matches("(ManagementServer|ConsolePages|Jolokia)\\.java")
                        || !text.contains("outer."))
                        .as("%s registers paths in a way that this test does not see", source).isTrue();
            }
        }
        assertThat(told).isEqualTo(registered);
    }

    /** Whatever path asks to become something else than HTTP: first it is asked where it comes from and who it is. */
    @ParameterizedTest
    @ValueSource(strings = {"/", "/api/realtime/ws", "/tryitout/H0STCNT0", "/api/trading/orders", "/health", "/console/data"})
    void anUpgradeIsAskedTheSame(String path) {
        String[] upgrade = {"GET " + path + " HTTP/1.1", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="};
        for (int port : new int[] {rig.gateway().port(), rig.gateway().managementPort()}) {
            for (String origin : new String[] {"http://elsewhere.test", "null", "http://localhost:1"}) {
                assertThat(upgraded(port, upgrade, "Host: localhost", "Origin: " + origin)).as(path).isEqualTo(403);
            }
            assertThat(upgraded(port, upgrade, "Host: rebind.test", "Origin: http://rebind.test")).as(path).isEqualTo(421);
        }
        if (path.equals("/api/trading/orders") || path.equals("/console/data")) {
            int port = path.startsWith("/api/") ? rig.gateway().port() : rig.gateway().managementPort();
            assertThat(upgraded(port, upgrade, "Host: localhost")).as(path).isIn(401, 404, 429);
        }
    }

    private static int upgraded(int port, String[] lines, String... more) {
        return RawHttp.first(port, String.join("\r\n", Stream.concat(Stream.of(lines), Stream.of(more)).toList()) + "\r\n\r\n").status();
    }

    @Test
    void aKeyIsShownOnceAndOnlyItsHashIsKept() {
        Stream.of(keys.values().toArray(String[]::new)).forEach(key -> {
            assertThat(key).matches("kisgw_[a-z-]+_[A-Za-z0-9_-]{43}");
            assertThat(rig.management().send(rig.management().request("/metrics").GET()).text()).doesNotContain(key);
        });
    }
}
