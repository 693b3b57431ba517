package io.kisgateway.kis;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.ConnectionEndpoint;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.client5.http.io.LeaseRequest;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.http.ssl.TLS;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * The pool of connections to KIS. KIS closes idle connections without a word (facts 5.5), so every connection is looked
 * at before it is used again; and an order never uses one a second time, since a connection that closes while the order
 * is on its way would leave open whether KIS took it.
 */
final class KisConnections implements HttpClientConnectionManager {

    /** The state by which a lease says that it is for an order. */
    static final Object FOR_ORDER = new Object();

    private static final TimeValue LIFETIME = TimeValue.ofMinutes(5);

    private final PoolingHttpClientConnectionManager pool;

    KisConnections(KisTimeouts timeouts, int size) {
        Timeout connect = Timeout.of(timeouts.connect());
        Timeout read = Timeout.of(timeouts.read());
        pool = PoolingHttpClientConnectionManagerBuilder.create()
                .setConnectionFactory(socket -> new QuietConnection())
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
        LeaseRequest lease = pool.lease(id, route, wait, null);
        return state == FOR_ORDER ? new FreshLease(lease) : lease;
    }

    @Override
    public void release(ConnectionEndpoint endpoint, Object state, TimeValue keepAlive) {
        pool.release(endpoint, null, keepAlive);
    }

    @Override
    public void connect(ConnectionEndpoint endpoint, TimeValue timeout, HttpContext context) throws IOException {
        pool.connect(endpoint, timeout, context);
    }

    @Override
    public void upgrade(ConnectionEndpoint endpoint, HttpContext context) throws IOException {
        pool.upgrade(endpoint, context);
    }

    @Override
    public void close(CloseMode mode) {
        pool.close(mode);
    }

    @Override
    public void close() {
        pool.close();
    }

    /** Closes what it is handed if it was used before; the client then connects anew. */
    private record FreshLease(LeaseRequest lease) implements LeaseRequest {

        @Override
        public ConnectionEndpoint get(Timeout wait) throws InterruptedException, ExecutionException, TimeoutException {
            ConnectionEndpoint endpoint = lease.get(wait);
            if (endpoint.isConnected()) {
                endpoint.close(CloseMode.IMMEDIATE);
            }
            return endpoint;
        }

        @Override
        public boolean cancel() {
            return lease.cancel();
        }
    }
}
