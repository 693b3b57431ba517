package io.kisgateway.kis;

import java.net.Socket;
import javax.net.ssl.SSLSession;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParserFactory;
import org.apache.hc.core5.http.impl.io.SocketHolder;
import org.apache.hc.core5.util.Timeout;

/** A connection that can write neither headers nor bytes to any log, whatever the log levels: they hold credentials. */
final class QuietConnection extends DefaultBHttpClientConnection implements ManagedHttpClientConnection {

    /** More than KIS ever sends; keeps a foreign server from filling the memory with headers. */
    private static final Http1Config LIMITS =
            Http1Config.custom().setMaxHeaderCount(100).setMaxLineLength(16 * 1024).build();

    private volatile Timeout timeout = Timeout.INFINITE;

    QuietConnection() {
        super(LIMITS, null, null, null, null, null, new DefaultHttpResponseParserFactory(LIMITS));
    }

    @Override
    public Socket getSocket() {
        SocketHolder holder = getSocketHolder();
        return holder == null ? null : holder.getSocket();
    }

    @Override
    public SSLSession getSSLSession() {
        SocketHolder holder = getSocketHolder();
        return holder == null || holder.getSSLSocket() == null ? null : holder.getSSLSocket().getSession();
    }

    @Override
    public void setSocketTimeout(Timeout value) {
        timeout = value;
        super.setSocketTimeout(value);
    }

    @Override
    public void passivate() {
        super.setSocketTimeout(Timeout.INFINITE);
    }

    @Override
    public void activate() {
        super.setSocketTimeout(timeout);
    }
}
