package io.kisgateway.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.simulator.Fault;
import io.kisgateway.simulator.Mode;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Http.Reply;
import io.kisgateway.testing.Rig;
import io.kisgateway.testing.TestRoute;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.ResourceLockTarget;

/** Route files outside the jar: found at the start, changed without a restart, and never a worse gateway for a broken one. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(value = Rig.JMX, mode = ResourceAccessMode.READ, target = ResourceLockTarget.CHILDREN)
class RoutesAtRunTimeTest {

    private static final Pattern CLASS_OF_JAVA = Pattern.compile("java\\.[\\w.]+");
    private static final String PATH = "/api/test/flows";
    private static final String SAMSUNG = "{\"stock_code\":\"005930\"}";
    /** Without those that are wrong only beside another file, and without those of another name. */
    private static final Predicate<Path> WRONG_BY_THEMSELVES = wrong -> {
        try {
            return Files.exists(wrong.resolve("my.camel.yaml"))
                    && !Files.readString(wrong.resolve("expected.txt")).matches("(?s).*( is also in |no route begins with ).*");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    };

    @TempDir
    private Path folder;
    @AutoClose
    private Rig rig;
    private Http http;

    private void start(String... settings) {
        List<String> all = new ArrayList<>(List.of("ROUTES_DIR", folder.toString(), "ROUTES_RELOAD", "true", "KIS_READ_TIMEOUT_MS", "60000",
                "KIS_CALL_TIMEOUT_MS", "60000"));
        all.addAll(List.of(settings));
        rig = Rig.unlimited(all.toArray(String[]::new));
        http = plain();
    }

    /** Replies of changed routes are not those of the OpenAPI document that others are held against. */
    private Http plain() {
        return new Http("http://127.0.0.1:" + rig.gateway().port());
    }

    @BeforeEach
    void oneFile() throws IOException {
        save("flows.camel.yaml", route("flows", PATH, "first"));
    }

    private void save(String name, String text) throws IOException {
        Files.createDirectories(folder.resolve(name).getParent());
        Files.writeString(folder.resolve(name), text);
    }

    /** An endpoint that marks its replies. */
    private static String route(String id, String path, String mark) {
        return TestRoute.of(id, path, "{uri: \"reply:inline\", parameters: {template: '{\"data\": {\"mark\": \"" + mark
                + "\", \"days\": size(.output)}}'}}");
    }

    private String mark() {
        return http.post(PATH, SAMSUNG).at("/data/mark").asText();
    }

    private static ConditionFactory soon() {
        return await().pollInterval(Duration.ofMillis(50));
    }

    /** What was wrong is said once the rest serves. */
    private void assertFailed(String member, String end) {
        soon().untilAsserted(() -> assertThat(http.get("/health").at("/routes/failed/0/" + member).asText()).endsWith(end));
    }

    @Test
    void aKisQueryIsAddedByOneFileOutsideTheJar() {
        start("RATE_LIMIT_FLOWS", "7/second");

        Reply reply = http.post(PATH, SAMSUNG);

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.at("/data/days").intValue()).isEqualTo(30);
        assertThat(reply.header("RateLimit-Policy")).contains(";q=7;w=1");
        // A call is counted once its reply has left.
        soon().untilAsserted(() -> assertThat(http.get("/stats").at("/endpoints/flows/successful").intValue()).isEqualTo(1));
        assertThat(http.post(PATH, "{\"stock_code\":\"5\"}").at("/field").asText()).isEqualTo("stock_code");
    }

    @Test
    void aSavedChangeIsLiveAndDropsNoRequest() throws IOException {
        start();
        rig.simulator().faults().add(Fault.of(Fault.Kind.LATENCY).onPath("inquire-investor").ms(60_000).times(1));
        // Of another stock: the calls below would share its reply, and wait for it.
        CompletableFuture<Reply> slow = http.postAsync(PATH, "{\"stock_code\":\"000660\"}");
        await().until(() -> rig.simulator().calls().on("inquire-investor").size() >= 1);
        List<CompletableFuture<Reply>> others = new ArrayList<>();

        for (String mark : List.of("second", "third", "fourth")) {
            save("flows.camel.yaml", route("flows", PATH, mark));
            soon().until(() -> {
                others.add(http.postAsync(PATH, SAMSUNG));
                return mark().equals(mark);
            });
        }

        rig.simulator().hurry();
        assertThat(slow.join().status()).isEqualTo(200);
        assertThat(slow.join().at("/data/mark").asText()).isEqualTo("first");
        assertThat(RouteWatcher.EVERY)
                .as("of two seconds that are promised, what is not the machine's: a change is seen and has come to rest")
                .isLessThanOrEqualTo(Duration.ofMillis(500));
        assertThat(others).isNotEmpty().allSatisfy(other -> assertThat(other.join().status()).isEqualTo(200));
        assertThat(http.get("/stats").at("/endpoints/flows/failed").intValue()).isZero();
        assertThat(http.get("/stats").at("/endpoints/flows/total").intValue()).isGreaterThan(others.size());
    }

    /** Camel manages a step that is a service of its own under the newest route alone, and never forgets the older ones. */
    @Test
    @ResourceLock(Rig.JMX)
    void whatAChangedRouteHadInJmxIsGoneAndWhatItHasIsThere() throws IOException {
        start("JOLOKIA", "true");
        List<String> before = processors("flows");
        int all = processors().size();
        assertThat(before).containsExactlyInAnyOrder("to", "process", "to", "to");

        save("flows.camel.yaml", route("flows", PATH, "second"));
        soon().until(() -> mark().equals("second"));
        soon().until(() -> processors("flows").isEmpty());

        assertThat(processors("flows@2")).containsExactlyInAnyOrderElementsOf(before);
        assertThat(processors()).hasSize(all);
    }

    /** Every step of every route, as JMX has it. */
    private JsonNode processors() {
        return rig.management().post("/jolokia/", "{\"type\":\"read\",\"mbean\":\"org.apache.camel:type=processors,*\","
                + "\"attribute\":[\"RouteId\",\"ProcessorName\"]}").at("/value");
    }

    /** What the steps of a route are. */
    private List<String> processors(String route) {
        List<String> found = new ArrayList<>();
        for (JsonNode step : processors()) {
            if (step.path("RouteId").asText().equals(route)) {
                found.add(step.path("ProcessorName").asText());
            }
        }
        return found;
    }

    @Test
    void aBrokenFileLeavesTheOldRouteServingAndSaysWhere() throws IOException {
        start();

        save("flows.camel.yaml", route("flows", PATH, "second").replace("ref: throttle", "reff: throttle"));

        soon().untilAsserted(() -> assertThat(http.get("/health").at("/routes/failed/0/reason").asText()).contains("ref"));
        Reply health = http.get("/health");
        assertThat(health.status()).isEqualTo(200);
        assertThat(health.at("/status").asText()).isEqualTo("degraded");
        assertThat(health.at("/routes/failed/0/file").asText()).isEqualTo(folder.resolve("flows.camel.yaml").toString());
        assertThat(health.at("/routes/failed/0/line").intValue()).isEqualTo(9);
        assertThat(mark()).isEqualTo("first");

        save("flows.camel.yaml", route("flows", PATH, "second"));
        soon().until(() -> mark().equals("second"));
        soon().until(() -> http.get("/health").at("/status").asText().equals("ok"));
        assertThat(http.get("/health").at("/routes/failed")).isEmpty();
    }

    @Test
    void noWrongFileGoesLiveAndARightOneBesideThemDoes() throws IOException {
        start();
        int routes = http.get("/health").at("/routes/loaded").intValue();
        Set<String> wrong = new TreeSet<>();

        try (Stream<Path> folders = Files.list(Path.of("src/test/resources/wrong-routes"))) {
            for (Path from : folders.filter(WRONG_BY_THEMSELVES).toList()) {
                String name = from.getFileName() + ".camel.yaml";
                Files.copy(from.resolve("my.camel.yaml"), folder.resolve(name));
                wrong.add(name);
            }
        }
        save("more.camel.yaml", route("more", "/api/test/more", "more"));

        soon().until(() -> http.post("/api/test/more", SAMSUNG).status() == 200);
        soon().untilAsserted(() -> assertThat(http.get("/health").at("/routes/failed")).hasSizeGreaterThanOrEqualTo(wrong.size()));
        Set<String> failed = new TreeSet<>();
        http.get("/health").at("/routes/failed").forEach(problem -> {
            String file = Path.of(problem.path("file").asText()).getFileName().toString();
            String reason = problem.path("reason").asText();
            failed.add(file);
            assertThat(problem.path("line").intValue()).isPositive();
            assertThat(reason).isNotBlank();
            assertThat(CLASS_OF_JAVA.matcher(reason).results().map(MatchResult::group)).as("classes that the file does not name")
                    .allSatisfy(name -> assertThat(folder.resolve(file)).content().contains(name));
        });
        assertThat(failed).hasSizeGreaterThan(90).isEqualTo(wrong);
        assertThat(http.get("/health").at("/routes/loaded").intValue()).isEqualTo(routes + 1);
        assertThat(http.post("/api/my-endpoint", SAMSUNG).status()).isEqualTo(404);
        assertThat(mark()).isEqualTo("first");
    }

    @Test
    void aFileThatCannotBeReadLeavesTheOldRouteServingAndHoldsUpNoOther() throws IOException {
        start();

        Files.write(folder.resolve("flows.camel.yaml"), route("flows", PATH, "투자자").getBytes(Charset.forName("EUC-KR")));
        save("more.camel.yaml", route("more", "/api/test/more", "more"));

        soon().until(() -> http.post("/api/test/more", SAMSUNG).status() == 200);
        assertFailed("file", folder.resolve("flows.camel.yaml").toString());
        assertThat(http.get("/health").at("/routes/failed/0/line").intValue()).isEqualTo(13);
        assertThat(http.get("/health").at("/routes/failed/0/reason").asText()).contains("UTF-8");
        assertThat(mark()).isEqualTo("first");
    }

    @Test
    void aFolderThatCannotBeLookedIntoHidesNoChange() throws IOException {
        Files.createSymbolicLink(folder.resolve("a-loop"), folder);
        start();

        save("flows.camel.yaml", route("flows", PATH, "second"));

        soon().until(() -> mark().equals("second"));
    }

    /** How Kubernetes changes a mounted ConfigMap: all files at once, by exchanging one link. */
    @Test
    void aChangedConfigMapIsTaken() throws IOException {
        Files.delete(folder.resolve("flows.camel.yaml"));
        save("..first/flows.camel.yaml", route("flows", PATH, "first"));
        save("..second/flows.camel.yaml", route("flows", PATH, "second"));
        Files.createSymbolicLink(folder.resolve("..data"), Path.of("..first"));
        Files.createSymbolicLink(folder.resolve("flows.camel.yaml"), Path.of("..data/flows.camel.yaml"));
        start();
        assertThat(mark()).isEqualTo("first");

        Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of("..second"));
        Files.move(folder.resolve("..data_tmp"), folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);

        soon().until(() -> mark().equals("second"));
    }

    @Test
    void oneBrokenFileDoesNotHoldUpAnother() throws IOException {
        start();

        save("broken.camel.yaml", "- route: [");
        save("more.camel.yaml", route("more", "/api/test/more", "more"));

        soon().until(() -> http.post("/api/test/more", SAMSUNG).status() == 200);
        assertFailed("file", "broken.camel.yaml");
        assertThat(mark()).isEqualTo("first");
    }

    @Test
    void filesComeAndGoAndOtherRoutesStay() throws IOException {
        start();
        int routes = http.get("/health").at("/routes/loaded").intValue();

        save("more.camel.yaml", route("more", "/api/test/more", "more"));
        soon().until(() -> http.post("/api/test/more", SAMSUNG).status() == 200);
        soon().until(() -> http.get("/health").at("/routes/loaded").intValue() == routes + 1);
        soon().until(() -> http.post("/api/test/more", SAMSUNG).status() == 200
                && http.get("/stats").at("/endpoints/more/successful").intValue() > 0);

        Files.delete(folder.resolve("more.camel.yaml"));
        soon().until(() -> http.post("/api/test/more", SAMSUNG).status() == 404);
        soon().until(() -> http.get("/health").at("/routes/loaded").intValue() == routes);
        soon().until(() -> http.get("/stats").at("/endpoints/more").isMissingNode());

        save("more.camel.yaml", route("more", "/api/test/more", "again"));
        soon().until(() -> http.post("/api/test/more", SAMSUNG).at("/data/mark").asText().equals("again"));
        assertThat(mark()).isEqualTo("first");
    }

    @Test
    void aFileReplacesTheShippedOneOfItsNameAndGivesItBack() throws IOException {
        String shipped = Files.readString(Path.of("src/main/resources/routes/market-data.camel.yaml"));
        start();

        save("market-data.camel.yaml", shipped.replace("reply:mappings/stock-snapshot.jslt", "reply:mappings/mine.jslt"));
        save("mappings/mine.jslt", "{\"data\": {\"mine\": whole(.output.stck_prpr)}}");
        soon().until(() -> http.post("/api/market-data/snapshot", SAMSUNG).at("/data/mine").isNumber());

        Files.delete(folder.resolve("market-data.camel.yaml"));
        soon().until(() -> http.post("/api/market-data/snapshot", SAMSUNG).at("/data/price").isNumber());
    }

    @Test
    void aChangedMappingIsLiveAndABrokenOneIsNot() throws IOException {
        save("mappings/flows.jslt", "{\"data\": {\"mark\": \"one\"}}");
        save("flows.camel.yaml", route("flows", PATH, "x").replaceAll("- to: \\{uri: \"reply.*", "- to: reply:mappings/flows.jslt"));
        start();
        assertThat(mark()).isEqualTo("one");

        save("mappings/flows.jslt", "{\"data\": {\"mark\": \"two\"}}");
        soon().until(() -> mark().equals("two"));

        save("mappings/flows.jslt", "{\"data\": {\"mark\": ");
        soon().untilAsserted(() -> assertThat(http.get("/health").at("/routes/failed/0/reason").asText()).contains("mappings/flows.jslt"));
        assertThat(mark()).isEqualTo("two");
    }

    @Test
    void aFileWrittenBesideAndRenamedIsTaken() throws IOException {
        start();

        Path swap = Files.writeString(folder.resolve(".flows.swp"), route("flows", PATH, "renamed"));
        Files.move(swap, folder.resolve("flows.camel.yaml"), StandardCopyOption.ATOMIC_MOVE);

        soon().until(() -> mark().equals("renamed"));
    }

    @Test
    void theBreakerKeepsItsStateOverAChange() throws IOException {
        start();
        rig.management().post("/admin/circuit-breaker/force-open", "");

        save("flows.camel.yaml", route("flows", "/api/test/elsewhere", "second"));

        soon().until(() -> http.post("/api/test/elsewhere", SAMSUNG).code().equals("CIRCUIT_OPEN"));
        assertThat(http.post(PATH, SAMSUNG).status()).isEqualTo(404);
        rig.management().post("/admin/circuit-breaker/reset", "");
        assertThat(http.post("/api/test/elsewhere", SAMSUNG).status()).isEqualTo(200);
    }

    @Test
    void twoFilesThatContradictEachOtherChangeNothing() throws IOException {
        start();

        save("zwei.camel.yaml", route("zwei", PATH, "second"));

        soon().untilAsserted(() -> assertThat(http.get("/health").at("/routes/failed/0/reason").asText())
                .contains("POST " + PATH + " is also in"));
        assertThat(mark()).isEqualTo("first");
    }

    @Test
    void aContradictionHoldsUpNoOtherFile() throws IOException {
        start();

        save("zwei.camel.yaml", route("zwei", PATH, "second"));
        save("more.camel.yaml", route("more", "/api/test/more", "more"));

        soon().until(() -> http.post("/api/test/more", SAMSUNG).status() == 200);
        assertFailed("file", "zwei.camel.yaml");
        assertThat(mark()).isEqualTo("first");
    }

    private void startWithOneThatNeedsAnother() throws IOException {
        save("needed.camel.yaml", """
                - route:
                    id: needed
                    description: Marks the reply
                    from:
                      uri: direct:needed
                      steps:
                        - to: {uri: "reply:inline", parameters: {template: '{"data": {"mark": "needed"}}'}}
                """);
        save("flows.camel.yaml", route("flows", PATH, "x").replaceAll("- to: \\{uri: \"reply.*", "- to: direct:needed"));
        start();
        assertThat(mark()).isEqualTo("needed");
    }

    @Test
    void aFileThatAnotherNeedsServesOnWhenItIsDeletedAndHoldsUpNoOther() throws IOException {
        startWithOneThatNeedsAnother();

        Files.delete(folder.resolve("needed.camel.yaml"));
        save("more.camel.yaml", route("more", "/api/test/more", "more"));

        soon().until(() -> http.post("/api/test/more", SAMSUNG).status() == 200);
        assertFailed("reason", "no route begins with direct:needed");
        assertThat(http.get("/health").at("/routes/failed/0/line").intValue()).isEqualTo(13);
        assertThat(mark()).isEqualTo("needed");

        save("flows.camel.yaml", route("flows", PATH, "alone"));
        soon().until(() -> mark().equals("alone"));
        soon().until(() -> http.get("/health").at("/routes/failed").isEmpty());
    }

    /** It is at KIS while what comes after that in its route is taken away. */
    @Test
    void aRequestThatHasBegunFindsTheRestOfItsRoute() throws IOException {
        startWithOneThatNeedsAnother();
        rig.simulator().faults().add(Fault.of(Fault.Kind.LATENCY).onPath("inquire-investor").ms(60_000).times(1));
        CompletableFuture<Reply> slow = http.postAsync(PATH, "{\"stock_code\":\"000660\"}");
        soon().until(() -> rig.simulator().calls().on("inquire-investor").size() == 2);

        Files.delete(folder.resolve("needed.camel.yaml"));
        save("flows.camel.yaml", route("flows", PATH, "alone"));
        soon().until(() -> mark().equals("alone"));

        assertThat(slow).isNotDone();
        rig.simulator().hurry();
        assertThat(slow.join().at("/data/mark").asText()).isEqualTo("needed");
    }

    /** The former route's call to KIS may be another one altogether. */
    @Test
    void aRequestAfterAChangeIsNotAnsweredWithTheFormerRoutesReply() throws IOException {
        start();
        rig.simulator().faults().add(Fault.of(Fault.Kind.LATENCY).onPath("inquire-investor").ms(60_000).times(1));
        CompletableFuture<Reply> slow = http.postAsync(PATH, SAMSUNG);
        await().until(() -> rig.simulator().calls().on("inquire-investor").size() >= 1);

        save("flows.camel.yaml", route("flows", PATH, "second"));
        soon().until(() -> http.post(PATH, "{\"stock_code\":\"000660\"}").at("/data/mark").asText().equals("second"));

        assertThat(mark()).isEqualTo("second");
        rig.simulator().hurry();
        assertThat(slow.join().at("/data/mark").asText()).isEqualTo("first");
    }

    @Test
    void aBrokenFileStopsTheStart() throws IOException {
        save("flows.camel.yaml", route("flows", PATH, "first").replace("FHKST01010900", "FHKST01010900, ledgers: true"));

        assertThatThrownBy(() -> Rig.start(options -> options, Mode.REAL, "ROUTES_DIR", folder.toString()).close())
                .rootCause().isInstanceOf(InvalidRoutes.class)
                .hasMessageContaining("flows.camel.yaml:12: ").hasMessageContaining("unknown parameters: ledgers");
    }

    @Test
    void withoutReloadAChangeWaitsForTheNextStart() throws IOException {
        rig = Rig.unlimited("ROUTES_DIR", folder.toString());
        http = plain();

        save("flows.camel.yaml", route("flows", PATH, "second"));

        await().during(Duration.ofSeconds(1)).until(() -> mark().equals("first"));
    }
}
