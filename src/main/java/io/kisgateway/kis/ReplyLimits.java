package io.kisgateway.kis;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;

/** Bounds one reply in time, however slowly it drips, and in size. */
final class ReplyLimits {

    /** A reply longer than the gateway will read. */
    static final class TooLarge extends IOException {

        private static final long serialVersionUID = 1L;

        TooLarge(int limit) {
            super("reply of more than " + limit + " bytes");
        }
    }

    private final HttpClientConnection connection;
    private final Duration read;
    private final long deadline;
    private final int size;
    private final LongSupplier nanoTime;

    /**
     * @param read     the longest wait for one byte
     * @param deadline of the whole reply, in nanoseconds of the clock
     * @param size     in bytes
     */
    ReplyLimits(HttpClientConnection connection, Duration read, long deadline, int size, LongSupplier nanoTime) {
        this.connection = connection;
        this.read = read;
        this.deadline = deadline;
        this.size = size;
        this.nanoTime = nanoTime;
    }

    /** Lets the next read wait no longer than there is time. */
    void beforeRead() throws SocketTimeoutException {
        Duration left = Duration.ofNanos(deadline - nanoTime.getAsLong());
        if (left.toMillis() < 1) {
            throw new SocketTimeoutException("no reply within the call's time");
        }
        connection.setSocketTimeout(Timeout.of(KisHttp.shorter(read, left)));
    }

    /** @param failure what a fault while reading becomes */
    HttpEntity apply(HttpEntity entity, Function<IOException, RuntimeException> failure) {
        return new HttpEntityWrapper(entity) {
            @Override
            public InputStream getContent() throws IOException {
                return new Bounded(super.getContent(), failure);
            }

            @Override
            public void writeTo(OutputStream out) throws IOException {
                try (InputStream content = getContent()) {
                    content.transferTo(out);
                }
            }
        };
    }

    private final class Bounded extends FilterInputStream {

        private final Function<IOException, RuntimeException> failure;
        private int left = size;

        Bounded(InputStream in, Function<IOException, RuntimeException> failure) {
            super(in);
            this.failure = failure;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            try {
                beforeRead();
                int count = in.read(into, offset, length);
                left -= Math.max(count, 0);
                if (left < 0) {
                    throw new TooLarge(size);
                }
                return count;
            } catch (IOException e) {
                // Or closing the stream would read on for as long as the reply drips.
                connection.close(CloseMode.IMMEDIATE);
                throw failure.apply(e);
            }
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
