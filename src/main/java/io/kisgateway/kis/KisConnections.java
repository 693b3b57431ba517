package io.kisgateway.kis;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.SchemePortResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.ConnectionEndpoint;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.client5.http.io.HttpClientConnectionOperator;
import org.apache.hc.client5.http.io.LeaseRequest;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.http.ssl.TLS;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * The connections to KIS. KIS closes idle connections without a word (facts 5.5), so every connection is looked at before
 * it is used again; and an order never uses one that has carried a request, since a connection that closes while the order
 * is on its way would leave open whether KIS took it. Orders therefore have a pool of their own, where a connection stays
 * only if the order that it was made for has not left: it missed its slot and goes in the next.
 */
final class KisConnections implements HttpClientConnectionManager {

    /** The state by which a lease says that it is for an order. */
    static final Object FOR_ORDER = new Object();

    private static final TimeValue LIFETIME = TimeValue.ofMinutes(5);
    /** So long an order's connection is kept for its next slot. */
    private static final TimeValue UNUSED = TimeValue.ofSeconds(5);

    private final CompletableFuture<TlsSocketStrategy> trusted;
    private final PoolingHttpClientConnectionManager queries;
    private final PoolingHttpClientConnectionManager orders;

    /**
     * @param size    of the pool for queries, which the token's request shares
     * @param startup reads the authorities that are trusted, which takes a tenth of a second, beside the rest of the start
     */
    KisConnections(KisTimeouts timeouts, int size, Executor startup) {
        trusted = CompletableFuture.supplyAsync(DefaultClientTlsStrategy::createDefault, startup);
        TlsSocketStrategy tls = (socket, target, port, attachment, context) -> trusted.join().upgrade(socket, target, port, attachment,
                context);
        queries = pool(timeouts, size + 1, tls);
        orders = pool(timeouts, KisWorkers.FOR_ORDERS, tls);
    }

    /** Waits until TLS can be spoken; throws if it never can. */
    void awaitReady() {
        trusted.join();
    }

    private static PoolingHttpClientConnectionManager pool(KisTimeouts timeouts, int size, TlsSocketStrategy tls) {
        Timeout connect = Timeout.of(timeouts.connect());
        Timeout read = Timeout.of(timeouts.read());
        return new Builder()
                .setConnectionFactory(socket -> new QuietConnection())
                .setTlsSocketStrategy(tls)
                .setMaxConnTotal(size)
                .setMaxConnPerRoute(size)
                .setDefaultSocketConfig(SocketConfig.custom().setSoTimeout(read).setTcpNoDelay(true).build())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(connect)
                        .setSocketTimeout(read)
                        .setValidateAfterInactivity(TimeValue.ZERO_MILLISECONDS)
                        .setTimeToLive(LIFETIME)
                        .build())
                .setDefaultTlsConfig(TlsConfig.custom()
                        .setHandshakeTimeout(connect)
                        .setSupportedProtocols(TLS.V_1_3, TLS.V_1_2)
                        .build())
                .build();
    }

    @Override
    public LeaseRequest lease(String id, HttpRoute route, Timeout wait, Object state) {
        return state == FOR_ORDER ? new OrderLease(orders.lease(id, route, wait, null)) : queries.lease(id, route, wait, null);
    }

    @Override
    public void release(ConnectionEndpoint endpoint, Object state, TimeValue keepAlive) {
        if (endpoint instanceof OrderConnection order) {
            orders.release(order.inner, null, order.used ? null : UNUSED);
        } else {
            queries.release(endpoint, null, keepAlive);
        }
    }

    @Override
    public void connect(ConnectionEndpoint endpoint, TimeValue timeout, HttpContext context) throws IOException {
        if (endpoint instanceof OrderConnection order) {
            orders.connect(order.inner, timeout, context);
        } else {
            queries.connect(endpoint, timeout, context);
        }
    }

    @Override
    public void upgrade(ConnectionEndpoint endpoint, HttpContext context) throws IOException {
        throw new UnsupportedOperationException("no proxy, no tunnel");
    }

    @Override
    public void close(CloseMode mode) {
        queries.close(mode);
        orders.close(mode);
    }

    @Override
    public void close() {
        queries.close();
        orders.close();
    }

    /** Makes connections of channels, which can be looked at without waiting. */
    private static final class Builder extends PoolingHttpClientConnectionManagerBuilder {

        @Override
        protected HttpClientConnectionOperator createConnectionOperator(SchemePortResolver ports, DnsResolver dns,
                TlsSocketStrategy tls) {
            return new DefaultHttpClientConnectionOperator(noProxy -> SocketChannel.open().socket(), ports, dns,
                    RegistryBuilder.<TlsSocketStrategy>create().register(URIScheme.HTTPS.id, tls).build());
        }
    }

    private record OrderLease(LeaseRequest lease) implements LeaseRequest {

        @Override
        public ConnectionEndpoint get(Timeout wait) throws InterruptedException, ExecutionException, TimeoutException {
            return new OrderConnection(lease.get(wait));
        }

        @Override
        public boolean cancel() {
            return lease.cancel();
        }
    }

    /** Knows whether its request has left. */
    private static final class OrderConnection extends ConnectionEndpoint {

        private final ConnectionEndpoint inner;
        private boolean used;

        OrderConnection(ConnectionEndpoint inner) {
            this.inner = inner;
        }

        @Override
        @Deprecated
        public ClassicHttpResponse execute(String id, ClassicHttpRequest request, HttpRequestExecutor executor,
                HttpContext context) throws IOException, HttpException {
            return execute(id, request, (RequestExecutor) executor::execute, context);
        }

        @Override
        public ClassicHttpResponse execute(String id, ClassicHttpRequest request, RequestExecutor executor,
                HttpContext context) throws IOException, HttpException {
            try {
                return inner.execute(id, request, executor, context);
            } finally {
                used = KisHttp.outbound(context).sent();
            }
        }

        @Override
        public boolean isConnected() {
            return inner.isConnected();
        }

        @Override
        public void setSocketTimeout(Timeout timeout) {
            inner.setSocketTimeout(timeout);
        }

        @Override
        public void close(CloseMode mode) {
            inner.close(mode);
        }

        @Override
        public void close() throws IOException {
            inner.close();
        }
    }
}
