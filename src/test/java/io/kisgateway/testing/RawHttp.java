package io.kisgateway.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Sends exactly the bytes that a test writes, and reads whatever comes back. */
public final class RawHttp {

    private static final int QUIET_MILLIS = 3000;
    private static final int MOST_MILLIS = 60_000;

    private RawHttp() {}

    /** What came back: one answer, or none. */
    public record Answer(String text) {

        public int status() {
            String[] words = text.split(" ", 3);
            return words.length < 2 || !words[0].startsWith("HTTP/") ? 0 : Integer.parseInt(words[1]);
        }

        public String body() {
            int end = text.indexOf("\r\n\r\n");
            return end < 0 ? "" : text.substring(end + 4);
        }

        public List<String> headers(String name) {
            String prefix = name.toLowerCase(Locale.ROOT) + ":";
            return Arrays.stream(text.split("\r\n\r\n", 2)[0].split("\r\n")).skip(1)
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix)).map(line -> line.substring(prefix.length()).strip())
                    .toList();
        }

        /** Whether its head and as much of its body as its head promises have come. */
        private boolean isWhole() {
            int end = text.indexOf("\r\n\r\n");
            if (end < 0) {
                return false;
            }
            return headers("Content-Length").stream().findFirst().map(Integer::parseInt)
                    .map(length -> text.substring(end + 4).getBytes(StandardCharsets.UTF_8).length >= length)
                    .orElse(headers("Transfer-Encoding").isEmpty() || text.endsWith("0\r\n\r\n"));
        }

        /** How many answers there are. */
        public long count() {
            return Stream.of(text.split("HTTP/1\\.[01] [0-9]{3} ", -1)).count() - 1;
        }
    }

    /** A request whose lines are joined as HTTP wants it, with {@code Connection: close} and the length of its body. */
    public static Answer send(int port, String body, String... lines) {
        String length = body == null ? "" : "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n";
        return exactly(port, String.join("\r\n", lines) + "\r\n" + length + "Connection: close\r\n\r\n" + (body == null ? "" : body));
    }

    /** All that comes until the connection ends. */
    public static Answer exactly(int port, String text) {
        return exactly(port, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The first answer, of a connection that may go on: it is waited for, and nothing after it. */
    public static Answer first(int port, String text) {
        return read(port, text.getBytes(StandardCharsets.ISO_8859_1), Answer::isWhole, 0);
    }

    /** The first answer of a connection that may go on, and what comes soon after it. */
    public static Answer firstAndMore(int port, String text) {
        return read(port, text.getBytes(StandardCharsets.ISO_8859_1), Answer::isWhole, QUIET_MILLIS);
    }

    public static Answer exactly(int port, byte[] bytes) {
        return read(port, bytes, answer -> false, 0);
    }

    /** @param more how long to read on once it is enough, milliseconds */
    private static Answer read(int port, byte[] bytes, Predicate<Answer> enough, int more) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(MOST_MILLIS);
            socket.getOutputStream().write(bytes);
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            InputStream in = socket.getInputStream();
            byte[] piece = new byte[8192];
            try {
                for (int n = in.read(piece); n >= 0;) {
                    answer.write(piece, 0, n);
                    boolean last = enough.test(whole(answer));
                    if (last && more > 0) {
                        socket.setSoTimeout(more);
                    }
                    n = last && more == 0 ? -1 : in.read(piece);
                }
            } catch (SocketTimeoutException e) {
                // All that will come has come.
            } catch (IOException e) {
                // The connection was reset, which is an answer as well.
            }
            return whole(answer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Answer whole(ByteArrayOutputStream bytes) {
        return new Answer(bytes.toString(StandardCharsets.UTF_8));
    }
}
