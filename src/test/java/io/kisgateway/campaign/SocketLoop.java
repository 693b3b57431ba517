package io.kisgateway.campaign;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Reads many connections on one thread, as cheaply as can be: it shares the processors with what is measured. */
final class SocketLoop implements AutoCloseable {

    private static final int LARGEST_READ = 256 * 1024;

    private final Selector selector;
    private final Queue<Opened> opened = new ConcurrentLinkedQueue<>();
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(LARGEST_READ);
    private final Thread thread;

    private record Opened(SocketChannel channel, Reader reader) {}

    /** What becomes of a connection, on the loop's thread. */
    interface Reader {

        void read(ByteBuffer some) throws IOException;

        void closed();
    }

    SocketLoop() {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread = new Thread(this::run, "listeners");
        thread.setDaemon(true);
        thread.start();
    }

    /** The connection; what is written first is up to the caller. */
    SocketChannel open(int port) throws IOException {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
        channel.configureBlocking(false);
        return channel;
    }

    void begin(SocketChannel channel, Reader reader) {
        opened.add(new Opened(channel, reader));
        selector.wakeup();
    }

    private void run() {
        try {
            while (selector.isOpen()) {
                selector.select(this::ready);
                for (Opened one = opened.poll(); one != null; one = opened.poll()) {
                    one.channel.register(selector, SelectionKey.OP_READ, one.reader);
                }
            }
        } catch (IOException | ClosedSelectorException e) {
            // It is over.
        }
    }

    private void ready(SelectionKey key) {
        Reader reader = (Reader) key.attachment();
        try {
            bytes.clear();
            if (((SocketChannel) key.channel()).read(bytes) >= 0) {
                reader.read(bytes.flip());
                return;
            }
            key.channel().close();
        } catch (IOException e) {
            key.cancel();
        }
        reader.closed();
    }

    @Override
    public void close() {
        try {
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
