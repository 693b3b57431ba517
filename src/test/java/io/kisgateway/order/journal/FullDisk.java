package io.kisgateway.order.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Real files on a disk that is full once, after so many bytes: as a full disk does, it takes the part that fits. */
final class FullDisk implements JournalFile.Disk {

    private long room = Long.MAX_VALUE;

    synchronized void refuseOnceAfter(int bytes) {
        room = bytes;
    }

    @Override
    public FileChannel open(Path path) throws IOException {
        return new Filling(FileChannel.open(path, StandardOpenOption.WRITE));
    }

    private synchronized int write(FileChannel file, ByteBuffer bytes) throws IOException {
        if (room == 0) {
            room = Long.MAX_VALUE;
            throw new IOException("No space left on device");
        }
        int fits = (int) Math.min(room, bytes.remaining());
        int limit = bytes.limit();
        bytes.limit(bytes.position() + fits);
        int written = file.write(bytes);
        bytes.limit(limit);
        room -= written;
        return written;
    }

    private final class Filling extends FileChannel {

        private final FileChannel file;

        Filling(FileChannel file) {
            this.file = file;
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            return FullDisk.this.write(file, bytes);
        }

        @Override
        public long position() throws IOException {
            return file.position();
        }

        @Override
        public FileChannel position(long at) throws IOException {
            return file.position(at);
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            return file.truncate(size);
        }

        @Override
        public void force(boolean metaData) throws IOException {
            file.force(metaData);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            file.close();
        }

        @Override
        public int read(ByteBuffer bytes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long read(ByteBuffer[] bytes, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long write(ByteBuffer[] bytes, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferFrom(ReadableByteChannel source, long position, long count) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(ByteBuffer bytes, long position) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int write(ByteBuffer bytes, long position) {
            throw new UnsupportedOperationException();
        }

        @Override
        public MappedByteBuffer map(MapMode mode, long position, long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock lock(long position, long size, boolean shared) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) {
            throw new UnsupportedOperationException();
        }
    }
}
