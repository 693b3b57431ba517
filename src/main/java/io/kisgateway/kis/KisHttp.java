package io.kisgateway.kis;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.HttpVersion;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * How {@code camel-http} reaches KIS. Sends every request exactly once; adds token, key, secret and account where the
 * bytes leave, on a copy that nothing else sees; bounds a request in time and a reply in size; and turns every fault of the
 * connection into a {@link KisFailure} that says whether anything can have been sent.
 */
public final class KisHttp implements HttpClientConfigurer, AutoCloseable {

    /** The header by which a request finds its attempt; never sent. */
    static final String ATTEMPT = "kis-gateway-attempt";

    /** What the route needs of a reply's headers; the rest ends here. */
    private static final Set<String> REPLY_HEADERS = Set.of("content-type", "tr_id", "tr_cont", "gt_uid", "retry-after", "date");
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final int LARGEST_REPLY = 4 * 1024 * 1024;
    /** KIS drops connections of clients that do not name themselves (facts 1.2). */
    private static final String USER_AGENT = "Mozilla/5.0 (compatible; kis-gateway)";
    private static final TimeValue KEEP_ALIVE = TimeValue.ofSeconds(30);

    private final KisCredentials credentials;
    private final KisTimeouts timeouts;
    private final KisConnections connections;
    private final ReplyReader replies;
    private final LongSupplier nanoTime;
    private final ScheduledExecutorService timers;
    private final HttpHost host;
    private final ObjectMapper json = new ObjectMapper();
    private final Map<String, KisAttempt> attempts = new ConcurrentHashMap<>();
    private final AtomicLong count = new AtomicLong();

    /**
     * @param baseUrl     of KIS: credentials go nowhere else
     * @param connections how many connections for queries, at least as many as there are workers for them
     * @param timers      closes connections whose time is over
     * @param nanoTime    a monotonic clock
     * @param startup     does what takes long, beside the rest of the start
     */
    public KisHttp(URI baseUrl, KisCredentials credentials, KisTimeouts timeouts, int connections, ScheduledExecutorService timers,
            LongSupplier nanoTime, Executor startup) {
        this.host = HttpHost.create(baseUrl);
        this.credentials = credentials;
        this.timeouts = timeouts;
        this.connections = new KisConnections(timeouts, connections, startup);
        this.replies = new ReplyReader(KisCodes.LISTED);
        this.timers = timers;
        this.nanoTime = nanoTime;
    }

    @Override
    public void configureHttpClient(HttpClientBuilder builder) {
        builder.setConnectionManager(connections)
                .setConnectionManagerShared(true)
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(Timeout.of(timeouts.connect()))
                        .setResponseTimeout(Timeout.of(timeouts.read()))
                        .setProtocolUpgradeEnabled(false)
                        .setRedirectsEnabled(false)
                        .build())
                // Nobody is known by a connection; it would be looked for in each reply's credentials.
                .setUserTokenHandler((route, context) -> null)
                .setKeepAliveStrategy((response, context) -> KEEP_ALIVE)
                .setUserAgent(USER_AGENT)
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableContentCompression()
                .disableCookieManagement()
                .disableAuthCaching()
                .addExecInterceptorFirst("kis-gateway", this::execute)
                .setRequestExecutor(new Sender());
    }

    /** Waits until KIS can be spoken to; throws if it never can. */
    void awaitReady() {
        connections.awaitReady();
    }

    /** A client of the same kind for the token endpoint, which is no TR. */
    CloseableHttpClient client() {
        HttpClientBuilder builder = HttpClientBuilder.create();
        configureHttpClient(builder);
        return builder.build();
    }

    /** Makes an attempt known; returns the name by which its request carries it. */
    String begin(KisAttempt attempt) {
        String name = Long.toString(count.incrementAndGet());
        attempts.put(name, attempt);
        return name;
    }

    /** Forgets an attempt whose request was never made. */
    void end(String name) {
        attempts.remove(name);
    }

    private ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain) {
        Header header = request.getFirstHeader(ATTEMPT);
        request.removeHeaders(ATTEMPT);
        KisAttempt attempt = header == null ? null : attempts.remove(header.getValue());
        if (attempt != null) {
            scope.clientContext.setAttribute(ATTEMPT, attempt);
            if (attempt.tr().order()) {
                scope.clientContext.setUserToken(KisConnections.FOR_ORDER);
            }
        }
        OutboundRequest outbound = outbound(scope.clientContext);
        if (outbound == null) {
            throw new IllegalStateException("a request to KIS that is no attempt: kis-request comes before it");
        }
        if (!isKis(scope.route.getTargetHost())) {
            throw new IllegalStateException("a request with credentials to " + scope.route.getTargetHost() + ", which is not KIS");
        }
        Deadline deadline = null;
        try {
            deadline = Deadline.of(timers, (Cancellable) scope.execRuntime, outbound.deadline() - nanoTime.getAsLong());
            outbound.watch(deadline);
            ClassicHttpResponse response = chain.proceed(request, scope);
            if (!outbound.sent()) {
                throw new MissedSlot();
            }
            return onlyNeeded(response);
        } catch (ConnectionRequestTimeoutException e) {
            throw Problem.of(ProblemCode.OVERLOADED, "Too many calls to KIS are under way")
                    .retryAfter(Duration.ofSeconds(1)).causedBy(e);
        } catch (IOException | HttpException e) {
            throw failure(outbound, deadline, e);
        } catch (IllegalStateException e) {
            // So the client says that the connection was taken from it.
            throw deadline != null && deadline.isPassed() ? failure(outbound, deadline, e) : e;
        }
    }

    private KisFailure failure(OutboundRequest outbound, Deadline deadline, Exception fault) {
        Exception cause = deadline == null ? fault : deadline.cause(fault);
        return outbound.failure(replies.fault(cause, outbound.sent()), cause);
    }

    /** Scheme, host and port. */
    private boolean isKis(HttpHost target) {
        return target.getSchemeName().equals(host.getSchemeName()) && target.getHostName().equalsIgnoreCase(host.getHostName())
                && port(target) == port(host);
    }

    private static int port(HttpHost host) {
        return host.getPort() > 0 ? host.getPort() : host.getSchemeName().equals("https") ? HTTPS_PORT : HTTP_PORT;
    }

    static OutboundRequest outbound(HttpContext context) {
        return (OutboundRequest) context.getAttribute(ATTEMPT);
    }

    private static ClassicHttpResponse onlyNeeded(ClassicHttpResponse response) {
        for (Header header : response.getHeaders()) {
            if (!REPLY_HEADERS.contains(header.getName().toLowerCase(Locale.ROOT))) {
                response.removeHeaders(header.getName());
            }
        }
        return response;
    }

    @Override
    public void close() {
        connections.close();
    }

    /** The last step before the connection. */
    private final class Sender extends HttpRequestExecutor {

        @Override
        public ClassicHttpResponse execute(ClassicHttpRequest request, HttpClientConnection connection,
                HttpResponseInformationCallback informed, HttpContext context) throws IOException, HttpException {
            OutboundRequest outbound = outbound(context);
            outbound.requireClearance();
            if (outbound.slot() != null && !outbound.slot().begins(nanoTime)) {
                // A reply without a body, so that the connection, just made perhaps, is there for the next slot.
                ClassicHttpResponse none = new BasicClassicHttpResponse(HttpStatus.SC_NO_CONTENT);
                none.setVersion(HttpVersion.HTTP_1_1);
                return none;
            }
            ClassicHttpRequest complete =
                    outbound instanceof KisAttempt attempt ? complete(request, attempt) : request;
            if (!outbound.mayLeave()) {
                throw Problems.timeOver();
            }
            outbound.sending();
            ClassicHttpResponse response = super.execute(complete, connection, informed, context);
            HttpEntity entity = response.getEntity();
            if (entity != null) {
                response.setEntity(new BoundedReply(entity, LARGEST_REPLY, () -> connection.close(CloseMode.IMMEDIATE),
                        fault -> failure(outbound, outbound.watched(), fault)));
            }
            return response;
        }
    }

    private ClassicHttpRequest complete(ClassicHttpRequest request, KisAttempt attempt) throws JsonProcessingException {
        TrCall tr = attempt.tr();
        ClassicHttpRequest complete = ClassicRequestBuilder.copy(request).build();
        complete.setHeader(HttpHeaders.CONTENT_TYPE, "application/json; charset=utf-8");
        complete.setHeader("tr_id", tr.trId());
        complete.setHeader("tr_cont", tr.next() ? "N" : "");
        complete.setHeader("custtype", "P");
        complete.setHeader("authorization", "Bearer " + attempt.token().value());
        complete.setHeader("appkey", credentials.appKey());
        complete.setHeader("appsecret", credentials.appSecret());
        if (tr.passed() != null) {
            tr.passed().complete(complete);
        } else {
            write(complete, tr);
        }
        return complete;
    }

    private void write(ClassicHttpRequest request, TrCall tr) throws JsonProcessingException {
        Map<String, String> parameters = tr.parameters();
        if (tr.ledger()) {
            parameters = new LinkedHashMap<>();
            parameters.put("CANO", credentials.account());
            parameters.put("ACNT_PRDT_CD", credentials.product());
            parameters.putAll(tr.parameters());
        }
        if (tr.order()) {
            // Bytes, so that their number is known: KIS answers EGW00202 to a chunked body.
            byte[] body = json.writeValueAsBytes(parameters);
            request.setPath(tr.path());
            request.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_JSON));
            request.setHeader(HttpHeaders.CONTENT_LENGTH, body.length);
        } else {
            request.setPath(tr.path() + '?' + TrCall.query(parameters));
        }
    }
}
