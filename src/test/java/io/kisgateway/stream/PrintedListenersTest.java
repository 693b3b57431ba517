package io.kisgateway.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kisgateway.simulator.Mode;
import io.kisgateway.testing.Patience;
import io.kisgateway.testing.Rig;
import io.kisgateway.testing.TestFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The listeners that docs/realtime.md prints, run as they are printed but for the port. */
class PrintedListenersTest {

    private static boolean runs(String program, String version) throws IOException {
        try {
            Process process = new ProcessBuilder(program, "--version").redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Patience.awaitEnd(process);
            return said.matches("(?s)" + version + ".*");
        } catch (IOException e) {
            return false;
        }
    }

    @ParameterizedTest
    @CsvSource({"python, python3, .py, Python 3, 20", "javascript, node, .mjs, v(1[89]|[2-9]\\d), 10"})
    void printsWhatComesAndGoesOnAfterALoss(String language, String program, String suffix, String version, int lines) throws Exception {
        Assumptions.assumeTrue(runs(program, version), program + " is not here");
        MatchResult printed = Pattern.compile("(?s)<!-- listener " + language + " -->\\n```\\w+\\n(.*?)```")
                .matcher(Files.readString(Path.of("docs", "realtime.md"))).results().findFirst().orElseThrow();
        assertThat(printed.group(1).lines().filter(line -> !line.isBlank())).hasSizeLessThanOrEqualTo(lines);
        try (Rig rig = Rig.start(options -> options.recordsPerSecond(0), Mode.REAL)) {
            Path file = Files.writeString(TestFolder.create().resolve("listener" + suffix),
                    printed.group(1).replace("127.0.0.1:8080", "127.0.0.1:" + rig.gateway().port()));
            Path output = file.resolveSibling("output");
            Process process =
                    new ProcessBuilder(program, file.toString()).redirectErrorStream(true).redirectOutput(output.toFile()).start();
            try {
                // A record that comes before the listener is told that it listens is not its own.
                await().until(
                        () -> rig.simulator().realtime().push("H0STCNT0", "005930", 1) && Files.readString(output).contains("price"));
                assertThat(Files.readString(output)).contains("005930").contains("trade");
                rig.simulator().realtime().close(0);
                await().until(() -> Files.readString(output).contains("gap"));
                assertThat(process.isAlive()).isTrue();
            } finally {
                process.destroyForcibly();
                Patience.awaitEnd(process);
            }
        }
    }
}
