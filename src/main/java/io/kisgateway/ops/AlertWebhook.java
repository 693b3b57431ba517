package io.kisgateway.ops;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kisgateway.runtime.Members;
import io.kisgateway.runtime.Stages;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells one address of what somebody must know at once: when it begins and when it is over. The same thing is told again
 * only after a quiet time, however often it comes and goes meanwhile. Nothing waits for the address; what it does not take is sent
 * a few times more.
 */
final class AlertWebhook {

    /** What is told; other findings are for whoever looks at the console. */
    static final Set<String> TOLD = Set.of("breaker-open", "forced-open", "halted", "journal-away", "journal-unreadable", "orders-fail",
            "order-unknown", "late-sighting", "number-lost", "redis-away", "redis-required", "token-refused", "token-none", "credentials",
            "realtime-lost");

    /** While one of these is found the other is not looked for, or goes on in it: it is not over. */
    private static final Map<String, Set<String>> HIDDEN_BY = Map.of(
            "breaker-open", Set.of("breaker-half-open", "forced-open"),
            "orders-fail", Set.of("journal-away"),
            "token-none", Set.of("token-refused"),
            "credentials", Set.of("token-refused", "token-none", "token-died"));

    private static final Logger LOG = LoggerFactory.getLogger(AlertWebhook.class);
    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int TRIES = 5;
    private static final Duration FIRST_WAIT = Duration.ofSeconds(2);

    /** The last that there is to say of a code. @param again when it is sent again; null while it is on its way */
    private record Message(String code, String body, int tries, Instant again) {}

    private final URI address;
    private final Duration quiet;
    private final String mode;
    private final Supplier<List<Finding>> findings;
    private final InstantSource clock;
    private final JsonMapper json = new JsonMapper();
    private final HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final Map<String, Finding> present = new HashMap<>();
    private final Map<String, Instant> told = new HashMap<>();
    private final ConcurrentMap<String, Message> untold = new ConcurrentHashMap<>();

    /**
     * @param address  may hold a secret, so it is shown nowhere
     * @param quiet    for so long nothing is told twice
     * @param mode     of trading
     * @param findings what is wrong now; reads memory only
     */
    AlertWebhook(URI address, Duration quiet, String mode, Supplier<List<Finding>> findings, InstantSource clock) {
        this.address = address;
        this.quiet = quiet;
        this.mode = mode;
        this.findings = findings;
        this.clock = clock;
    }

    void start(ScheduledExecutorService timers) {
        var unused = timers.scheduleWithFixedDelay(this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    synchronized void look() {
        try {
            untold.values().stream().filter(one -> one.again() != null && !clock.instant().isBefore(one.again())).toList()
                    .forEach(one -> send(new Message(one.code(), one.body(), one.tries() + 1, null)));
            Map<String, Finding> now = findings.get().stream()
                    .collect(Collectors.toMap(Finding::code, finding -> finding, (one, other) -> one));
            now.forEach((code, finding) -> {
                if (TOLD.contains(code) && !present.containsKey(code) && isQuietOver(code)) {
                    told.put(code, clock.instant());
                    tell(finding, "begins");
                    present.put(code, finding);
                }
            });
            present.values().removeIf(finding -> {
                boolean over = !now.containsKey(finding.code())
                        && Collections.disjoint(now.keySet(), HIDDEN_BY.getOrDefault(finding.code(), Set.of()));
                if (over) {
                    tell(finding, "over");
                }
                return over;
            });
        } catch (RuntimeException e) {
            LOG.error("Alerts cannot be told", e);
        }
    }

    private boolean isQuietOver(String code) {
        Instant last = told.get(code);
        return last == null || !clock.instant().isBefore(last.plus(quiet));
    }

    private void tell(Finding finding, String state) {
        Map<String, Object> body = Members.of(
                "text", "kis-gateway " + mode + ": " + finding.code() + (state.equals("over") ? " is over" : "") + values(finding),
                "code", finding.code(),
                "state", state,
                "cause", finding.cause(),
                "level", finding.level(),
                "values", finding.values(),
                "mode", mode,
                "at", clock.instant().toString());
        send(new Message(finding.code(), json.valueToTree(body).toString(), 1, null));
    }

    private void send(Message message) {
        // That it has begun is no news once it is over, nor the other way round.
        untold.put(message.code(), message);
        HttpRequest request = HttpRequest.newBuilder(address).timeout(PATIENCE).header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(message.body())).build();
        var unused = client.sendAsync(request, BodyHandlers.discarding()).handle((response, failure) -> failure != null
                ? Stages.reason(failure) : response.statusCode() / 100 == 2 ? null : "it answers HTTP " + response.statusCode())
                .thenAccept(why -> answered(message, why));
    }

    private static String values(Finding finding) {
        return finding.values().isEmpty() ? "" : finding.values().entrySet().stream().map(value -> value.getKey() + " " + value.getValue())
                .collect(Collectors.joining(", ", " (", ")"));
    }

    /** The address stays out of the log: it may hold a token. @param why it was not told; null if it was */
    private void answered(Message message, String why) {
        boolean again = why != null && message.tries() < TRIES && untold.replace(message.code(), message, new Message(message.code(),
                message.body(), message.tries(), clock.instant().plus(FIRST_WAIT.multipliedBy(1L << message.tries() - 1))));
        untold.remove(message.code(), message);
        if (why != null) {
            LOG.warn("ALERT_WEBHOOK was not told of {}: {}; {}", message.code(), why,
                    again ? "it is tried again" : "it is not tried again");
        }
    }
}
