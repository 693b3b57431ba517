package io.kisgateway.kis;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Function;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;

/** A reply's body, bounded in size, whose faults are the call's failure. */
final class BoundedReply extends HttpEntityWrapper {

    /** A reply longer than the gateway will read. */
    static final class TooLarge extends IOException {

        private static final long serialVersionUID = 1L;

        TooLarge(int limit) {
            super("reply of more than " + limit + " bytes");
        }
    }

    private final int size;
    private final Runnable abort;
    private final Function<Exception, RuntimeException> failure;

    /**
     * @param size    in bytes
     * @param abort   closes the connection, or closing the stream would read on for as long as the reply drips
     * @param failure what a fault while reading becomes
     */
    BoundedReply(HttpEntity entity, int size, Runnable abort, Function<Exception, RuntimeException> failure) {
        super(entity);
        this.size = size;
        this.abort = abort;
        this.failure = failure;
    }

    @Override
    public InputStream getContent() throws IOException {
        return new Bounded(super.getContent());
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        try (InputStream content = getContent()) {
            content.transferTo(out);
        }
    }

    private final class Bounded extends FilterInputStream {

        private int left = size;

        Bounded(InputStream in) {
            super(in);
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            try {
                int count = in.read(into, offset, length);
                left -= Math.max(count, 0);
                if (left < 0) {
                    throw new TooLarge(size);
                }
                return count;
            } catch (IOException | RuntimeException e) {
                abort.run();
                throw failure.apply(e);
            }
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
