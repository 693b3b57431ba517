package io.kisgateway.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.kisgateway.settings.Setting;
import io.kisgateway.settings.Settings;
import io.kisgateway.testing.Patience;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What deploy/ says of the gateway is what the jar, its routes and its Dockerfile really have. */
class DeployTest {

    private static final Set<String> OF_THE_PLATFORM = Set.of("GOOGLE_CLOUD_PROJECT");
    private static final Map<String, String> SECRETS = Map.of("KIS_APP_KEY", "k".repeat(36), "KIS_APP_SECRET", "s".repeat(180),
            "KIS_ACCOUNT_NO", "12345678-01", "REDIS_URL", "redis://redis:6379/0");

    @TempDir
    private Path folder;

    /** Checks one document against the model of its kind. */
    @FunctionalInterface
    interface Model {
        void validate(JsonElement document) throws IOException;
    }

    private static final Map<String, Model> KINDS = Map.of("Deployment", V1Deployment::validateJsonElement,
            "StatefulSet", V1StatefulSet::validateJsonElement, "Service", V1Service::validateJsonElement,
            "NetworkPolicy", V1NetworkPolicy::validateJsonElement, "PodDisruptionBudget", V1PodDisruptionBudget::validateJsonElement,
            "ConfigMap", V1ConfigMap::validateJsonElement, "Secret", V1Secret::validateJsonElement);

    static List<Path> kubernetesFiles() {
        return DeployFiles.below("kubernetes", ".yaml").stream().filter(file -> !file.endsWith("kustomization.yaml")).toList();
    }

    @ParameterizedTest
    @MethodSource("kubernetesFiles")
    void isWhatKubernetesTakes(Path file) throws IOException {
        for (JsonNode document : DeployFiles.documents(file)) {
            String kind = document.path("kind").asText();
            if (kind.equals("ServiceMonitor")) {
                assertThat(document.path("apiVersion").asText()).isEqualTo("monitoring.coreos.com/v1");
                continue;
            }
            assertThat(KINDS).as("a kind whose model the test knows").containsKey(kind);
            KINDS.get(kind).validate(JsonParser.parseString(document.toString()));
        }
    }

    @Test
    void everyFileOfAKustomizationIsThere() {
        Set<Path> named = new HashSet<>();
        for (Path file : DeployFiles.below("kubernetes", "kustomization.yaml")) {
            for (JsonNode resource : DeployFiles.documents(file).get(0).path("resources")) {
                Path target = file.resolveSibling(resource.asText()).normalize();
                assertThat(target).exists();
                named.add(target);
            }
        }
        assertThat(named).containsAll(kubernetesFiles());
    }

    /** It once asked everybody for a key that nobody had, and for an image of example.com. */
    @Test
    void whatIsThereToLookAtAsksNobodyForAKey() {
        JsonNode base = DeployFiles.document("kubernetes/base/deployment.yaml").at("/spec/template/spec/containers/0/env");
        JsonNode kustomization = DeployFiles.document("kubernetes/try/kustomization.yaml");
        String patch = kustomization.at("/patches/0/patch").asText();
        assertThat(base.at("/0/name").asText()).isEqualTo("TRADING_MODE");
        assertThat(patch).contains("path: /spec/template/spec/containers/0/env/0/value").contains("value: SIM");
        assertThat(base.at("/10/name").asText()).isEqualTo("CLIENTS_FILE");
        assertThat(patch).contains("op: remove").contains("path: /spec/template/spec/containers/0/env/10");
        assertThat(kustomization.at("/images/0/name").asText())
                .isEqualTo(DeployFiles.document("kubernetes/base/kustomization.yaml").at("/images/0/newName").asText());
    }

    /** Cloud Run refuses tokens for an audience that it does not know, whatever the gateway takes. */
    @Test
    void cloudRunTakesTheAudienceThatTheGatewayTakes() {
        String audience = DeployFiles.environment(container("cloudrun/service.yaml").path("env")).get("AUTH_AUDIENCE");
        assertThat(DeployFiles.document("cloudrun/service.yaml").at("/metadata/annotations").path("run.googleapis.com/custom-audiences")
                .asText()).isEqualTo("[\"" + audience + "\"]");
    }

    @Test
    void thePodOfCloudRunIsOne() throws IOException {
        JsonNode spec = DeployFiles.document("cloudrun/service.yaml").at("/spec/template/spec");
        var pod = (com.fasterxml.jackson.databind.node.ObjectNode) spec.deepCopy();
        // Knative's own, beside what a pod has.
        assertThat(pod.remove("containerConcurrency").asInt()).isEqualTo(80);
        assertThat(pod.remove("timeoutSeconds").asInt()).isEqualTo(300);
        V1PodSpec.validateJsonElement(JsonParser.parseString(pod.toString()));
    }

    static Stream<Map<String, String>> environments() {
        JsonNode compose = DeployFiles.document("compose.yaml").path("services");
        return Stream.of(DeployFiles.environment(container("cloudrun/service.yaml").path("env")),
                DeployFiles.environment(container("kubernetes/base/deployment.yaml").path("env")),
                DeployFiles.members(DeployFiles.document("cloudrun/env-vars-real.yaml")),
                DeployFiles.members(DeployFiles.document("cloudrun/env-vars-mock.yaml")),
                DeployFiles.members(compose.path("gateway-1").path("environment")),
                DeployFiles.members(compose.path("gateway-2").path("environment")));
    }

    private static JsonNode container(String file) {
        return DeployFiles.document(file).at("/spec/template/spec/containers/0");
    }

    @ParameterizedTest
    @MethodSource("environments")
    void everyVariableIsASettingWithAValueThatFits(Map<String, String> environment) throws IOException {
        Map<String, String> here = new TreeMap<>();
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            String name = variable.getKey();
            if (OF_THE_PLATFORM.contains(name)) {
                continue;
            }
            String setting = name.endsWith("_FILE") && SECRETS.containsKey(name.substring(0, name.length() - 5))
                    ? name.substring(0, name.length() - 5) : name;
            assertThat(Stream.of(Setting.values()).map(Setting::name)).as(name).contains(setting);
            here.put(name, setting.equals(name) ? variable.getValue().replace("${TRADING_MODE:-SIM}", "SIM") : file(setting));
        }
        Settings settings = Settings.from(here);
        assertThat(settings.text(Setting.HOST)).isEqualTo("0.0.0.0");
    }

    private String file(String setting) throws IOException {
        return Files.writeString(folder.resolve(setting), SECRETS.get(setting)).toString();
    }

    @Test
    void realAndMockDifferInTheModeAlone() {
        Map<String, String> real = DeployFiles.members(DeployFiles.document("cloudrun/env-vars-real.yaml"));
        Map<String, String> mock = DeployFiles.members(DeployFiles.document("cloudrun/env-vars-mock.yaml"));
        assertThat(real.put("TRADING_MODE", "MOCK")).isEqualTo("REAL");
        assertThat(mock).isEqualTo(real);
    }

    /** A sed that looks for PROJECT alone changed the name of the variable as well, and gcloud asked for a region. */
    @ParameterizedTest
    @ValueSource(strings = {"real", "mock"})
    void whatTheFilesOfVariablesSayCanBeTyped(String mode) throws Exception {
        String file = "deploy/cloudrun/env-vars-" + mode + ".yaml";
        List<String> commands = Files.readAllLines(Path.of(file)).stream().filter(line -> line.matches("# (sed|gcloud) .*"))
                .map(line -> line.substring(2)).toList();
        assertThat(commands).hasSize(2);
        Path made = folder.resolve("env-vars.yaml");
        Process sed = new ProcessBuilder("sh", "-c", commands.get(0).replace("> env-vars.yaml", "> " + made)).start();
        Patience.awaitEnd(sed);
        Map<String, String> before = DeployFiles.members(DeployFiles.document("cloudrun/env-vars-" + mode + ".yaml"));
        before.put("GOOGLE_CLOUD_PROJECT", "my-project");
        assertThat(DeployFiles.members(DeployFiles.documents(made).get(0))).isEqualTo(before);
        assertThat(Files.readString(made)).doesNotContainPattern("(?m)^[^#]*\\bPROJECT\\b");
    }

    /** Without it gcloud asks, and a script stops. */
    @Test
    void everyCommandOfCloudRunNamesTheRegion() throws IOException {
        List<Path> texts = new ArrayList<>(DeployFiles.below("cloudrun", ""));
        try (Stream<Path> docs = Files.walk(Path.of("docs"))) {
            docs.filter(file -> file.toString().endsWith(".md")).forEach(texts::add);
        }
        List<String> commands = new ArrayList<>();
        for (Path text : texts) {
            Files.readString(text).replace("\\\n", " ").lines()
                    .filter(line -> line.matches(".*gcloud (run (services|deploy)|compute networks vpc-access connectors) .*"))
                    .forEach(commands::add);
        }
        assertThat(commands).hasSizeGreaterThan(5).allMatch(command -> command.contains("--region="));
    }

    /** Whoever takes the API server's tokens needs one to ask for its keys, and the way there. */
    @Test
    void tokensOfTheApiServerItselfCanBeChecked() throws IOException {
        assertThat(DeployFiles.document("kubernetes/base/deployment.yaml").at("/spec/template/spec/automountServiceAccountToken")
                .booleanValue()).isFalse();
        assertThat(Files.readString(Path.of("docs/security.md"))).contains("`automountServiceAccountToken: true`");
        assertThat(DeployFiles.document("kubernetes/base/network-policy.yaml").at("/spec/egress").findValuesAsText("port"))
                .contains("443", "6443");
    }

    /** A file of variables replaces those of the service: one that it left out, which Cloud Logging needs, was gone after the first update. */
    @Test
    void theVariablesOfCloudRunsServiceAreInTheFilesThatReplaceThem() {
        assertThat(DeployFiles.members(DeployFiles.document("cloudrun/env-vars-real.yaml")))
                .containsAllEntriesOf(DeployFiles.environment(container("cloudrun/service.yaml").path("env")));
    }

    /** What is read from a file is mounted where it is read. */
    @ParameterizedTest
    @MethodSource("mounts")
    void everyFileOfASettingIsMounted(JsonNode container) {
        List<String> mounts = StreamSupport.stream(container.path("volumeMounts").spliterator(), false)
                .map(mount -> mount.path("mountPath").asText()).toList();
        DeployFiles.environment(container.path("env")).forEach((name, value) -> {
            if (name.endsWith("_FILE")) {
                assertThat(mounts).as(name).contains(Path.of(value).getParent().toString());
            }
        });
    }

    static Stream<JsonNode> mounts() {
        return Stream.of(container("cloudrun/service.yaml"), container("kubernetes/base/deployment.yaml"));
    }

    @ParameterizedTest
    @MethodSource("mounts")
    void everyProbeAsksForAPathThatIsServed(JsonNode container) throws IOException {
        String routes = Files.readString(Path.of("src/main/resources/routes/operations.camel.yaml"));
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            JsonNode get = container.path(probe).path("httpGet");
            assertThat(routes).contains("platform-http:" + get.path("path").asText());
            assertThat(get.path("port").asText()).isIn("http", "8080");
        }
    }

    @Test
    void portsAndFoldersAreThoseOfTheImage() {
        assertThat(DeployFiles.dockerfile()).contains("EXPOSE 8080");
        assertThat(DeployFiles.image("DATA_DIR")).isEqualTo("/app/data");
        assertThat(Setting.PORT.defaultText()).isEqualTo("8080");
        assertThat(Setting.MANAGEMENT_PORT.defaultText()).isEqualTo("9876");
        JsonNode pod = DeployFiles.document("kubernetes/base/deployment.yaml").at("/spec/template/spec");
        assertThat(pod.at("/containers/0/ports")).extracting(port -> port.path("containerPort").asInt()).containsExactly(8080, 9876);
        assertThat(pod.at("/containers/0/volumeMounts")).extracting(mount -> mount.path("mountPath").asText()).contains("/app/data",
                "/tmp");
        assertThat(DeployFiles.dockerfile()).contains("--uid " + pod.at("/securityContext/runAsUser").asText());
        assertThat(container("cloudrun/service.yaml").at("/ports/0/containerPort").asInt()).isEqualTo(8080);
    }

    /** C-8, C-12: what the image is made of can be read in it, and its bases are pinned. */
    @Test
    void theImageSaysWhatItIsMadeOf() throws IOException {
        List<String> bases = DeployFiles.dockerfile().lines().filter(line -> line.startsWith("FROM ")).toList();
        assertThat(bases).hasSizeGreaterThan(1).allMatch(line -> line.matches("FROM [a-z-]+:[0-9]\\S+@sha256:[0-9a-f]{64}( AS build)?"));
        assertThat(DeployFiles.dockerfile()).containsPattern("cp -a [^\n]*target/sbom\\.json [^\n]*/app/")
                .contains("COPY --from=build /app /app");
        String pom = Files.readString(Path.of("pom.xml"));
        assertThat(pom).containsPattern("(?s)cyclonedx-maven-plugin.*?<phase>package</phase>.*?<outputName>sbom</outputName>");
    }

    /** C-11: Camel's reports since 4.17 are on modules that are not here; one that comes must come with a look at them. */
    @Test
    void noModuleOfCamelIsThereWithoutNeed() {
        List<String> modules = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(path -> Path.of(path).getFileName().toString()).filter(name -> name.matches("camel-.*-\\d.*\\.jar")).toList();
        assertThat(modules).isNotEmpty();
        assertThat(modules.stream().map(name -> name.replaceAll(".*-(\\d[^-]*)\\.jar", "$1")).distinct()).hasSize(1);
        assertThat(modules).noneMatch(name -> name.matches(
                "camel-(platform-http-main|oauth|exec|groovy|joor|js|kamelet|jms|ftp|sql|velocity|freemarker|netty|undertow|jetty)-\\d.*"));
    }

    /** Java takes the cache only with the collector that it was made with. */
    @Test
    void theCacheIsTrainedWithTheImagesHeapAndCollector() throws IOException {
        String train = Files.readString(Path.of("deploy/train.sh"));
        for (String flag : List.of("-XX:+UseSerialGC", "-Xms40m", "-Xmx256m", "-Xmn16m", "-Djdk.reflect.useNativeAccessorOnly=true")) {
            assertThat(DeployFiles.dockerfile()).contains(flag);
            assertThat(train).contains(flag);
        }
        assertThat(DeployFiles.dockerfile()).contains("-XX:AOTCache=kis-gateway.aot");
        assertThat(train).contains("-XX:AOTCacheOutput=kis-gateway.aot");
    }

    /** The gateway has stopped by itself before the platform ends it. */
    @Test
    void thereIsTimeToDrain() {
        JsonNode pod = DeployFiles.document("kubernetes/base/deployment.yaml").at("/spec/template/spec");
        int callTimeout = Integer.parseInt(Setting.KIS_CALL_TIMEOUT_MS.defaultText()) / 1000;
        int drain = Integer.parseInt(DeployFiles.environment(pod.at("/containers/0/env")).get("SHUTDOWN_TIMEOUT"));
        int preStop = Integer.parseInt(pod.at("/containers/0/lifecycle/preStop/exec/command/1").asText());
        assertThat(pod.path("terminationGracePeriodSeconds").asInt()).isGreaterThan(preStop + drain + callTimeout);
        assertThat(Integer.parseInt(DeployFiles.environment(container("cloudrun/service.yaml").path("env")).get("SHUTDOWN_TIMEOUT")))
                .isLessThan(10);
    }

    @Test
    void composeMountsFilesThatExistAndNamesItsVolumesAndNetworks() {
        JsonNode compose = DeployFiles.document("compose.yaml");
        Set<String> volumes = DeployFiles.members(compose.path("volumes")).keySet();
        Set<String> networks = DeployFiles.members(compose.path("networks")).keySet();
        List<String> mounted = new ArrayList<>();
        compose.path("services").properties().forEach(service -> {
            for (JsonNode volume : service.getValue().path("volumes")) {
                String source = volume.asText().split(":")[0];
                mounted.add(source);
                if (source.startsWith(".")) {
                    assertThat(DeployFiles.FOLDER.resolve(source)).as(service.getKey()).isRegularFile();
                } else {
                    assertThat(volumes).contains(source);
                }
            }
            for (JsonNode network : service.getValue().path("networks")) {
                assertThat(networks).contains(network.asText());
            }
            for (JsonNode port : service.getValue().path("ports")) {
                assertThat(port.asText()).as("published to this machine only").startsWith("127.0.0.1:");
            }
            service.getValue().path("depends_on").fieldNames()
                    .forEachRemaining(name -> assertThat(compose.path("services").has(name)).isTrue());
            String image = service.getValue().path("image").asText();
            assertThat(image.equals("kis-gateway") || image.matches("[a-z/]+:v?[0-9][\\w.-]*@sha256:[0-9a-f]{64}")).as(image).isTrue();
        });
        assertThat(mounted).contains("./prometheus/kis-gateway.rules.yaml", "./grafana/kis-gateway.json");
    }

    @Test
    void nginxAndPrometheusReachTheServicesOfCompose() throws IOException {
        Set<String> services = DeployFiles.members(DeployFiles.document("compose.yaml").path("services")).keySet();
        String nginx = Files.readString(Path.of("deploy/compose/nginx.conf"));
        assertThat(nginx).contains("server gateway-1:8080", "server gateway-2:8080", "listen 8080");
        String targets = DeployFiles.document("compose/prometheus.yaml").at("/scrape_configs/0/static_configs/0/targets").toString();
        assertThat(targets).isEqualTo("[\"gateway-1:9876\",\"gateway-2:9876\"]");
        assertThat(services).contains("gateway-1", "gateway-2", "prometheus", "redis");
        assertThat(DeployFiles.document("compose/grafana/datasources.yaml").at("/datasources/0/url").asText())
                .isEqualTo("http://prometheus:9090");
    }

    /** Without it a runbook's address would begin with nothing. */
    @Test
    void everyPrometheusSaysWhereRunbooksAre() {
        for (String file : List.of("compose/prometheus.yaml", "prometheus/prometheus.yaml")) {
            assertThat(DeployFiles.document(file).at("/global/external_labels/kis_gateway_docs").asText()).as(file).startsWith("https://");
        }
    }

    /** An order that a gateway may have taken is never handed to the other one. */
    @Test
    void nginxSendsNoOrderTwice() throws IOException {
        String nginx = Files.readString(Path.of("deploy/compose/nginx.conf"));
        assertThat(nginx).doesNotContain("non_idempotent");
        String orders = nginx.substring(nginx.indexOf("location ~ ^/(api/trading/|uapi/)"));
        assertThat(orders).contains("proxy_next_upstream off;");
    }

    /** Its own README led to a page that was not in it. */
    @Test
    void whatTheReadmeLeadsToIsInTheRelease() throws IOException {
        String release = Files.readString(Path.of("src/assembly/release.xml"));
        for (String readme : List.of("README.md", "README.ko.md")) {
            Pattern.compile("\\]\\(([^):#/]+)[#)/]").matcher(Files.readString(Path.of(readme))).results().map(link -> link.group(1))
                    .distinct()
                    .forEach(name -> assertThat(release).containsPattern("<include>" + Pattern.quote(name) + "(?:/\\*\\*)?</include>"));
        }
    }

    @Test
    void noSecretStandsInAnyFile() throws IOException {
        for (Path file : DeployFiles.below("", "")) {
            if (file.toString().endsWith(".yaml")) {
                assertThat(Files.readString(file)).as(file.toString()).doesNotContainPattern("KIS_APP_(KEY|SECRET): ")
                        .doesNotContainPattern("name: KIS_APP_(KEY|SECRET),");
            }
        }
        assertThat(DeployFiles.below("cloudrun", ".yaml").stream().map(file -> file.getFileName().toString()).collect(Collectors.toSet()))
                .contains("service.yaml", "cloudbuild.yaml", "env-vars-real.yaml", "env-vars-mock.yaml");
    }
}
