package io.kisgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.testing.Rig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What OpenAPI Generator makes of the gateway's document calls the gateway; see CONTRIBUTING.md for what this needs. */
@Tag("clients")
class GeneratedClientsTest {

    private static final Path OURS = Path.of("src/test/resources/clients").toAbsolutePath();
    private static final Path GENERATOR = Path.of("target/clients/openapi-generator-cli.jar").toAbsolutePath();

    @TempDir
    private Path folder;

    private String run(Map<String, String> environment, String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Path output = Files.createTempFile(folder, "output", ".txt");
        Process process = builder.redirectOutput(output.toFile()).start();
        boolean ended = process.waitFor(10, TimeUnit.MINUTES);
        process.destroyForcibly();
        assertThat(ended && process.exitValue() == 0).as(String.join(" ", command) + "\n" + Files.readString(output)).isTrue();
        return Files.readString(output);
    }

    private void generate(Rig rig, String language) throws IOException, InterruptedException {
        Files.writeString(folder.resolve("openapi.yaml"), rig.http().get("/openapi.yaml").text());
        run(Map.of(), Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", GENERATOR.toString(), "generate",
                "-i", "openapi.yaml", "-g", language, "-o", "generated");
    }

    private static String url(Rig rig) {
        return "http://127.0.0.1:" + rig.gateway().port();
    }

    private static void isWhatTheGatewayDoes(String said, String yes) {
        assertThat(said.lines()).containsExactly("snapshot " + yes, "order " + yes, "journal " + yes, "balance " + yes,
                "refused 404 " + yes);
    }

    /** That for Pydantic 1, which Debian has. It has no aenum, of which the client needs little. */
    @Test
    void python() throws IOException, InterruptedException {
        try (Rig rig = Rig.unlimited()) {
            generate(rig, "python-pydantic-v1");
            String said =
                    run(Map.of("PYTHONPATH", OURS + ":" + folder.resolve("generated")), System.getProperty("clients.python", "python3"),
                            OURS.resolve("call.py").toString(), url(rig));
            isWhatTheGatewayDoes(said, "True");
        }
    }

    @Test
    void typeScript() throws IOException, InterruptedException {
        try (Rig rig = Rig.unlimited()) {
            generate(rig, "typescript-fetch");
            Files.writeString(folder.resolve("package.json"), "{\"private\": true}");
            Files.copy(OURS.resolve("call.ts"), folder.resolve("call.ts"));
            run(Map.of(), "npm", "install", "--silent", "--no-audit", "--no-fund", "typescript@5.9.3");
            run(Map.of(), "node_modules/.bin/tsc", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "commonjs",
                    "--moduleResolution", "node", "--lib", "es2022,dom", "--outDir", "out", "call.ts");
            isWhatTheGatewayDoes(run(Map.of(), "node", "out/call.js", url(rig)), "true");
        }
    }

    @Test
    void goAndJavaAreGenerated() throws IOException, InterruptedException {
        try (Rig rig = Rig.unlimited()) {
            for (String language : List.of("go", "java")) {
                generate(rig, language);
                assertThat(folder.resolve("generated/README.md")).exists();
            }
        }
    }
}
