package io.kisgateway.kis;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLSession;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParserFactory;
import org.apache.hc.core5.http.impl.io.SocketHolder;
import org.apache.hc.core5.util.Timeout;

/**
 * A connection that can write neither headers nor bytes to any log, whatever the log levels: they hold credentials; and
 * that sees without waiting whether KIS has closed it.
 */
final class QuietConnection extends DefaultBHttpClientConnection implements ManagedHttpClientConnection {

    /** More than KIS ever sends; keeps a foreign server from filling the memory with headers. */
    private static final Http1Config LIMITS =
            Http1Config.custom().setMaxHeaderCount(100).setMaxLineLength(16 * 1024).build();

    private volatile Timeout timeout = Timeout.INFINITE;
    /** Of the plain socket, below TLS. */
    private volatile SocketChannel channel;

    QuietConnection() {
        // A query is passed on byte by byte, and one of its bytes is one character here: in US-ASCII some would be question marks.
        super(LIMITS, null, StandardCharsets.ISO_8859_1.newEncoder(), null, null, null, new DefaultHttpResponseParserFactory(LIMITS));
    }

    @Override
    public void bind(Socket socket) throws IOException {
        if (socket.getChannel() != null) {
            channel = socket.getChannel();
        }
        super.bind(socket);
    }

    /**
     * Looks without waiting, where the client would wait a millisecond for a byte. A byte from KIS that nobody asked for
     * counts as an end too: it is the end of a TLS session, or would be taken for the next reply.
     */
    @Override
    public boolean isStale() throws IOException {
        SocketChannel socket = channel;
        if (socket == null || !isOpen()) {
            return true;
        }
        try {
            socket.configureBlocking(false);
            boolean silent = socket.read(ByteBuffer.allocate(1)) == 0;
            socket.configureBlocking(true);
            return !silent;
        } catch (IOException e) {
            return true;
        }
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
