package io.kisgateway.throttle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;

/** A port that was free a moment ago. */
public final class FreePort {

    private FreePort() {
    }

    /** For a server that wants another port ten thousand above its own. */
    public static int below(int limit) {
        int port;
        do {
            port = next();
        } while (port >= limit);
        return port;
    }

    public static int next() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
