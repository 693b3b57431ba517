package io.kisgateway.kis;

import static org.awaitility.Awaitility.await;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A server at the level of the socket: breaks where a test says so. Issues tokens properly. */
final class RawKis implements AutoCloseable {

    /** What to do with a request other than for a token. Returning keeps the connection; throwing closes it. */
    interface Behaviour {

        void answer(Socket socket, int request) throws Exception;
    }

    record Request(int connection, String head, String body) {}

    static final class Close extends Exception {

        private static final long serialVersionUID = 1L;
    }

    private final ServerSocket server;
    private final Socket held = new Socket();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile Behaviour behaviour = (socket, request) -> ok(socket);

    RawKis() {
        try {
            server = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                int number = connections.incrementAndGet();
                threads.execute(() -> serve(socket, number));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket socket, int number) {
        open.add(socket);
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            while (true) {
                String head = head(in);
                if (head == null) {
                    return;
                }
                String body = new String(in.readNBytes(length(head)), StandardCharsets.UTF_8);
                if (head.startsWith("POST " + StubKis.TOKEN_PATH)) {
                    json(socket, 200, "{\"access_token\":\"token-1\",\"expires_in\":86400}");
                } else {
                    requests.add(new Request(number, head, body));
                    behaviour.answer(socket, requests.size());
                }
            }
        } catch (Exception e) {
            // The connection ends.
        } finally {
            open.remove(socket);
        }
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            head.write(b);
            if (b == '\n' && head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
                return head.toString(StandardCharsets.US_ASCII);
            }
        }
        return null;
    }

    private static int length(String head) {
        return head.lines().map(line -> line.toLowerCase(Locale.ROOT))
                .filter(line -> line.startsWith("content-length:"))
                .mapToInt(line -> Integer.parseInt(line.substring(15).strip())).findFirst().orElse(0);
    }

    static void write(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    static void json(Socket socket, int status, String body) throws IOException {
        write(socket, "HTTP/1.1 " + status + " x\r\ncontent-type: application/json\r\ncontent-length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body);
    }

    static void ok(Socket socket) throws IOException {
        json(socket, 200, StubKis.ORDERED.replace("\"ODNO\"", "\"stck_prpr\":\"70000\",\"ODNO\""));
    }

    void behaviour(Behaviour next) {
        behaviour = next;
    }

    /** Closes every connection without a word. */
    void closeConnections() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
    }

    int openConnections() {
        return open.size();
    }

    /** How many have been made so far. */
    int connections() {
        return connections.get();
    }

    List<Request> requests() {
        return requests;
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    /** Nobody listens any more: who still does is in the way of holding the port, which no other test's server shall have next. */
    void refuse() throws IOException {
        int port = server.getLocalPort();
        server.close();
        closeConnections();
        held.setReuseAddress(true);
        await().pollInterval(Duration.ofMillis(5)).ignoreExceptions().until(() -> {
            held.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        });
    }

    @Override
    public void close() throws IOException {
        server.close();
        held.close();
        closeConnections();
        threads.shutdownNow();
    }
}
