package io.kisgateway.kis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.SendSlot;
import io.kisgateway.call.Urgency;
import io.kisgateway.kis.KisOutcome.Failure;
import io.kisgateway.runtime.KoreanTime;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;

/**
 * Asks KIS for a token, or for its WebSocket's key (facts 2.1, 2.3). Not a route: it belongs to no caller, happens once a day, and its request and reply
 * are nothing but secrets, which no message of Camel should ever hold. It shares connections, time limits and the
 * silence of the log with {@code camel-http}, through {@link KisHttp}.
 */
final class TokenIssuer {

    private static final DateTimeFormatter EXPIRY = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int OK = 200;

    private final KisEnvironment environment;
    private final KisCredentials credentials;
    private final CloseableHttpClient client;
    private final CallBudget budget;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final ObjectMapper json = new ObjectMapper();
    private final ReplyReader replies = new ReplyReader(KisCodes.LISTED);

    TokenIssuer(KisEnvironment environment, KisCredentials credentials, KisHttp http, CallBudget budget, Clock clock,
            LongSupplier nanoTime) {
        this.environment = environment;
        this.credentials = credentials;
        this.client = http.client();
        this.budget = budget;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /** One request for a token, on its way. */
    static final class Ask implements OutboundRequest {

        private final SendSlot slot;
        private final long deadline;
        private volatile boolean sent;
        private volatile Deadline deadlineTimer;

        private Ask(SendSlot slot, long deadline) {
            this.slot = slot;
            this.deadline = deadline;
        }

        @Override
        public SendSlot slot() {
            return slot;
        }

        @Override
        public long deadline() {
            return deadline;
        }

        @Override
        public void sending() {
            sent = true;
        }

        @Override
        public boolean sent() {
            return sent;
        }

        @Override
        public void watch(Deadline timer) {
            deadlineTimer = timer;
        }

        @Override
        public Deadline watched() {
            return deadlineTimer;
        }

        @Override
        public KisFailure failure(Failure outcome, Throwable cause) {
            return new KisFailure(outcome, cause);
        }
    }

    /** Asks once. A failure says whether KIS can have heard of it. */
    Token issue() {
        return ask("/oauth2/tokenP", "appsecret", this::token);
    }

    /** A key for KIS's WebSocket (facts 2.3). */
    String approvalKey() {
        return ask("/oauth2/Approval", "secretkey", (status, body) -> {
            String key = KisMessages.text(tree(body), "approval_key");
            if (status == OK && !key.isEmpty()) {
                return key;
            }
            throw refused(status, body, "HTTP " + status + " without an approval key");
        });
    }

    private <T> T ask(String path, String secretName, BiFunction<Integer, byte[], T> read) {
        for (int missed = 0; missed < SendSlot.MOST_RENEWALS; missed++) {
            Ask ask = new Ask(awaitSlot(), nanoTime.getAsLong() + PATIENCE.toNanos());
            try {
                return ask(ask, path, secretName, read);
            } catch (MissedSlot e) {
                ask.slot().missed();
            }
        }
        throw Problems.noBudget();
    }

    private <T> T ask(Ask ask, String path, String secretName, BiFunction<Integer, byte[], T> read) {
        HttpClientContext context = HttpClientContext.create();
        context.setAttribute(KisHttp.ATTEMPT, ask);
        try {
            HttpPost request = new HttpPost(URI.create(environment.baseUrl() + path));
            request.setEntity(new ByteArrayEntity(json.writeValueAsBytes(Map.of("grant_type", "client_credentials",
                    "appkey", credentials.appKey(), secretName, credentials.appSecret())),
                    ContentType.APPLICATION_JSON));
            return client.execute(request, context,
                    response -> read.apply(response.getCode(),
                            response.getEntity() == null ? null : EntityUtils.toByteArray(response.getEntity())));
        } catch (IOException e) {
            throw new KisFailure(replies.fault(e, ask.sent()), e);
        } finally {
            if (ask.watched() != null) {
                ask.watched().end();
            }
        }
    }

    private SendSlot awaitSlot() {
        try {
            return budget.spend(Urgency.ORDER).toCompletableFuture()
                    .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting to ask for a token", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Problem refusal && refusal.code() == ProblemCode.RATE_LIMITED) {
                // The caller has its own permit: it is the gateway that has none for the token.
                throw Problems.noBudget().retryAfter(refusal.retryAfter());
            }
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw Problems.noBudget();
        }
    }

    private Token token(int status, byte[] body) {
        JsonNode reply = tree(body);
        String value = KisMessages.text(reply, "access_token");
        if (status == OK && !value.isEmpty()) {
            Instant now = clock.instant();
            return new Token(value, now, expiry(reply, now));
        }
        throw refused(status, body, "HTTP " + status + " without a token");
    }

    private KisFailure refused(int status, byte[] body, String otherwise) {
        KisOutcome outcome = replies.read(status, body, null);
        return new KisFailure(outcome instanceof Failure failure ? failure : replies.unreadable(otherwise, KisMessages.NONE), null);
    }

    /** KIS says it twice, as seconds and as Korean time; the earlier counts. */
    private Instant expiry(JsonNode reply, Instant now) {
        Instant expiry = null;
        long seconds = reply.path("expires_in").asLong(0);
        if (seconds > 0) {
            expiry = now.plusSeconds(seconds);
        }
        try {
            Instant named = LocalDateTime.parse(KisMessages.text(reply, "access_token_token_expired"), EXPIRY)
                    .toInstant(KoreanTime.KST);
            expiry = expiry == null || named.isBefore(expiry) ? named : expiry;
        } catch (DateTimeException e) {
            if (expiry == null) {
                throw new KisFailure(replies.unreadable("a token without an expiry", KisMessages.NONE), e);
            }
        }
        return expiry;
    }

    private JsonNode tree(byte[] body) {
        try {
            JsonNode tree = body == null ? null : json.readTree(body);
            return tree == null ? json.missingNode() : tree;
        } catch (IOException e) {
            return json.missingNode();
        }
    }
}
