package io.kisgateway.order;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** The way of one gateway to Redis, which can be cut while both live on. */
public final class RedisLink implements AutoCloseable {

    private final ServerSocket server;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;
    private volatile boolean deaf;
    private volatile Duration delay = Duration.ZERO;

    private RedisLink(int target) {
        this.target = target;
        try {
            server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        begin("redis-link", this::accept);
    }

    public static RedisLink to(int port) {
        return new RedisLink(port);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** What Redis answers comes so much later. */
    void slow(Duration by) {
        delay = by;
    }

    /** What is sent arrives, but no answer comes back. */
    void deafen() {
        deaf = true;
    }

    /** All connections break, and no new one is made. */
    public void cut() {
        cut = true;
        sockets.forEach(RedisLink::end);
    }

    public void mend() {
        cut = false;
    }

    private static void begin(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket from = server.accept();
                if (cut) {
                    end(from);
                } else {
                    join(from);
                }
            } catch (IOException e) {
                // This is the end.
            }
        }
    }

    private void join(Socket from) {
        try {
            Socket to = new Socket(InetAddress.getLoopbackAddress(), target);
            sockets.add(from);
            sockets.add(to);
            begin("redis-there", () -> copy(from, to, false));
            begin("redis-back", () -> copy(to, from, true));
        } catch (IOException e) {
            // Redis is away.
            end(from);
        }
        if (cut) {
            cut();
        }
    }

    private void copy(Socket from, Socket to, boolean back) {
        byte[] some = new byte[65_536];
        try (from; to) {
            for (int read = from.getInputStream().read(some); read >= 0; read = from.getInputStream().read(some)) {
                if (back) {
                    LockSupport.parkNanos(delay.toNanos());
                }
                if (!back || !deaf) {
                    to.getOutputStream().write(some, 0, read);
                }
            }
        } catch (IOException e) {
            // The other direction ends with it.
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
    }
}
