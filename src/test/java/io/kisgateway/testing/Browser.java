package io.kisgateway.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/** One page in a headless Chromium, driven by the DevTools protocol. */
public final class Browser implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome", "chrome");
    private static final String LISTENING = "DevTools listening on ";

    private final Process process;
    private final Path profile;
    private final WebSocket socket;
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final String session;

    /** The program, if this machine has one; {@code CHROMIUM} names another. */
    private static Optional<String> program() {
        String named = System.getenv("CHROMIUM");
        if (named != null) {
            return Optional.of(named);
        }
        return NAMES.stream()
                .flatMap(name -> Stream.of(System.getenv("PATH").split(File.pathSeparator)).map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable).map(Path::toString).findFirst();
    }

    /** CI sets REQUIRE_BROWSER; elsewhere a machine without a browser skips, and says so. */
    public static Browser orSkip(String... options) throws IOException {
        if (program().isEmpty() && System.getenv("REQUIRE_BROWSER") == null) {
            System.err.println("NO BROWSER: the tests of the console are skipped; install chromium to run them");
            Assumptions.abort("no chromium on this machine");
        }
        return new Browser(options);
    }

    private Browser(String... options) throws IOException {
        profile = TestFolder.create();
        List<String> command = new ArrayList<>(
                List.of(program().orElseThrow(), "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                        "--hide-scrollbars", "--no-first-run", "--disable-background-networking", "--remote-debugging-port=0",
                        "--user-data-dir=" + profile, "about:blank"));
        command.addAll(command.size() - 1, List.of(options));
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        socket = HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(URI.create(address()), new Listener()).join();
        String target = call(null, "Target.createTarget", Map.of("url", "about:blank")).path("targetId").asText();
        session = call(null, "Target.attachToTarget", Map.of("targetId", target, "flatten", true)).path("sessionId").asText();
        for (String domain : List.of("Page", "Runtime", "Log")) {
            send(domain + ".enable", Map.of());
        }
    }

    private String address() throws IOException {
        BufferedReader output = process.inputReader();
        List<String> seen = new ArrayList<>();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            seen.add(line);
            if (line.startsWith(LISTENING)) {
                Thread reader = new Thread(() -> output.lines().forEach(ignored -> {}), "browser-output");
                reader.setDaemon(true);
                reader.start();
                return line.substring(LISTENING.length());
            }
        }
        throw new IOException("the browser did not start: " + seen);
    }

    private final class Listener implements WebSocket.Listener {

        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                try {
                    handle(JSON.readTree(text.toString()));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                } finally {
                    text.setLength(0);
                }
            }
            from.request(1);
            return null;
        }
    }

    private void handle(JsonNode message) {
        if (message.has("id")) {
            answers.remove(message.path("id").asInt()).complete(message);
            return;
        }
        JsonNode params = message.path("params");
        switch (message.path("method").asText()) {
            case "Runtime.exceptionThrown" -> complaints.add(params.path("exceptionDetails").toString());
            case "Runtime.consoleAPICalled" -> {
                if (List.of("error", "warning", "assert").contains(params.path("type").asText())) {
                    complaints.add(params.toString());
                }
            }
            case "Log.entryAdded" -> {
                if (!params.path("entry").path("level").asText().matches("verbose|info")) {
                    complaints.add(params.path("entry").toString());
                }
            }
            default -> {}
        }
    }

    private JsonNode send(String method, Map<String, ?> params) {
        return call(session, method, params);
    }

    private JsonNode call(String inSession, String method, Map<String, ?> params) {
        ObjectNode message = JSON.createObjectNode().put("id", ids.incrementAndGet()).put("method", method);
        message.set("params", JSON.valueToTree(params));
        if (inSession != null) {
            message.put("sessionId", inSession);
        }
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        answers.put(message.path("id").asInt(), answer);
        synchronized (socket) {
            socket.sendText(message.toString(), true).join();
        }
        JsonNode reply = answer.orTimeout(30, TimeUnit.SECONDS).join();
        if (reply.has("error")) {
            throw new AssertionError(method + ": " + reply);
        }
        return reply.path("result");
    }

    /** @param scheme {@code light} or {@code dark}, what the system prefers */
    public Browser window(int width, int height, String scheme) {
        send("Emulation.setDeviceMetricsOverride", Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
        send("Emulation.setEmulatedMedia", Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
        return this;
    }

    public Browser open(String url) {
        send("Page.navigate", Map.of("url", url));
        Awaitility.await().until(() -> evaluate("document.readyState").asText().equals("complete"));
        return this;
    }

    /** The value of an expression in the page; a promise is waited for. */
    public JsonNode evaluate(String expression) {
        JsonNode result = send("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
        if (result.has("exceptionDetails")) {
            throw new AssertionError(expression + ": " + result.path("exceptionDetails"));
        }
        return result.path("result").path("value");
    }

    /** The text of the first element that a selector finds. */
    public String text(String selector) {
        return evaluate("document.querySelector(" + JSON.valueToTree(selector) + ")?.textContent ?? null").asText();
    }

    public void click(String selector) {
        evaluate("document.querySelector(" + JSON.valueToTree(selector) + ").click()");
    }

    /** Errors and warnings of the page so far. */
    public List<String> complaints() {
        return complaints;
    }

    /** A picture of the whole page. */
    public void picture(Path file) {
        JsonNode size = send("Page.getLayoutMetrics", Map.of()).path("cssContentSize");
        String data = send("Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true, "clip", Map.of("x", 0, "y", 0,
                "width", size.path("width").asInt(), "height", size.path("height").asInt(), "scale", 1))).path("data").asText();
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.write(file, Base64.getDecoder().decode(data));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        socket.abort();
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            try (Stream<Path> files = Files.walk(profile)) {
                files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
            }
        } catch (IOException e) {
            // A leftover in the temporary folder harms nobody.
            profile.toFile().deleteOnExit();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
