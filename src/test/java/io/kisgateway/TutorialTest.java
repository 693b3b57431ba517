package io.kisgateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kisgateway.testing.Http;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Does what docs/adding-an-endpoint.md says, step by step, and compares what comes out. */
class TutorialTest {

    private static final Path TUTORIAL = Path.of("docs/adding-an-endpoint.md");
    /** A mark, and the block after it if it has one. */
    private static final Pattern STEP =
            Pattern.compile("<!-- (run|file|output|change)(?: ([^\\n]*?))? -->\\n(?:```\\w*\\n(.*?)```)?", Pattern.DOTALL);
    private static final Pattern CURL = Pattern.compile("curl -s localhost:8080(\\S+) -H 'Content-Type: application/json' -d '(.*)'");
    private static final Pattern CHECK = Pattern.compile("java -jar target/kis-gateway.jar check (\\S+)");
    private static final Pattern START = Pattern.compile("((?:[A-Z_]+=\\S+ )+)java -jar target/kis-gateway.jar");

    @TempDir
    private Path folder;
    private Gateway gateway;
    /** Gives what the last command says; asked again while it is not what is expected: a change takes a moment. */
    private Supplier<String> last = () -> "";

    @AfterEach
    void stop() {
        if (gateway != null) {
            gateway.close();
        }
    }

    @Test
    void everyStepWorksAsWritten() throws Exception {
        List<String> done = new ArrayList<>();
        for (MatchResult step : STEP.matcher(Files.readString(TUTORIAL)).results().toList()) {
            done.add(step.group(1));
            switch (step.group(1)) {
                case "file" -> write(step.group(2), step.group(3));
                case "change" -> change(step.group(2));
                case "run" -> step.group(3).lines().forEach(this::run);
                default -> expect(step.group(3).strip());
            }
        }
        assertThat(done).as("the tutorial's marks are found").hasSizeGreaterThan(15);
    }

    private void write(String name, String text) throws IOException {
        Files.createDirectories(folder.resolve(name).getParent());
        Files.writeString(folder.resolve(name), text);
    }

    private void change(String change) throws IOException {
        String[] fileAndChange = change.split(": ", 2);
        String[] fromTo = fileAndChange[1].split(" -> ");
        String text = Files.readString(folder.resolve(fileAndChange[0]));
        assertThat(text).contains(fromTo[0]);
        Files.writeString(folder.resolve(fileAndChange[0]), text.replace(fromTo[0], fromTo[1]));
    }

    private void run(String command) {
        Matcher start = START.matcher(command);
        Matcher check = CHECK.matcher(command);
        Matcher curl = CURL.matcher(command);
        if (command.startsWith("mkdir ")) {
            assertThat(folder.resolve(command.substring(6)).toFile().mkdir()).isTrue();
        } else if (start.matches()) {
            start(start.group(1));
        } else if (check.matches()) {
            last = () -> check(check.group(1));
        } else if (curl.matches()) {
            Http http = new Http("http://127.0.0.1:" + gateway.port());
            last = () -> http.post(curl.group(1), curl.group(2)).text();
        } else {
            throw new AssertionError("this test does not know the command: " + command);
        }
    }

    private void start(String settings) {
        Map<String, String> environment =
                new HashMap<>(Map.of("PORT", "0", "MANAGEMENT_PORT", "0", "DATA_DIR", folder.resolve("data").toString()));
        for (String setting : settings.strip().split(" ")) {
            String[] halves = setting.split("=", 2);
            environment.put(halves[0], halves[0].endsWith("_DIR") ? folder.resolve(halves[1]).toString() : halves[1]);
        }
        try {
            gateway = Gateway.start(environment);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private String check(String name) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            RouteChecks.command(List.of(folder.resolve(name).toString()), Map.of(), new PrintStream(out, true, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toString(StandardCharsets.UTF_8).replace(folder + "/", "").strip();
    }

    /** Figures and dates are another day's: what is expected holds up to the first of them, and up to each "…". */
    private void expect(String output) {
        String regex = Pattern.compile("…|\\d{4}-\\d\\d-\\d\\d|(?<=\":)-?\\d+|(?<=\":)null").matcher(output).replaceAll(
                match -> Matcher.quoteReplacement("\\E" + (match.group().equals("…") ? ".*" : "(null|-?[0-9-]+)") + "\\Q"));
        Pattern expected = Pattern.compile("\\Q" + regex + "\\E", Pattern.DOTALL);
        await().pollDelay(Duration.ZERO).untilAsserted(() -> assertThat(last.get()).matches(expected));
    }
}
