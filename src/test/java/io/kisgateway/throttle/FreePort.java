package io.kisgateway.throttle;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A port for a server that starts in a moment. Below those that the system hands to clients, and in a range of this process's
 * own, so that nobody else takes it meanwhile; a Redis of a cluster finds its second port, ten thousand above, free as well.
 */
public final class FreePort {

    private static final int FIRST = 10_000;
    private static final int EACH = 600;
    private static final int RANGE = FIRST + EACH * (Integer.getInteger("surefire.forkNumber", 1) % 16);
    private static final AtomicInteger NEXT = new AtomicInteger(new Random().nextInt(EACH));

    private FreePort() {}

    public static int next() {
        while (true) {
            int port = RANGE + NEXT.getAndIncrement() % EACH;
            if (isFree(port) && isFree(port + 10_000)) {
                return port;
            }
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName("0.0.0.0"))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
