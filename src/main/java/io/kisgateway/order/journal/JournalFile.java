package io.kisgateway.order.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file of records, appended to only. A record is a line: eight hex digits of its CRC-32, a blank, its text. A last
 * record that was cut off, or never got its line break, is what a crash in the middle of a write leaves: it is dropped.
 * Whatever waited for it has not happened; and whatever has happened is in a record before.
 */
final class JournalFile implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(JournalFile.class);
    private static final int CRC_LENGTH = 8;
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /** Opens a file that exists for writing. */
    interface Disk {
        FileChannel open(Path path) throws IOException;
    }

    private final Path path;
    private final FileChannel channel;
    /** Where the last whole record ends. */
    private long end;
    private String last;

    private JournalFile(Path path, FileChannel channel, long end) {
        this.path = path;
        this.channel = channel;
        this.end = end;
    }

    /** Opens for appending, after a torn end has been cut off. */
    static JournalFile open(Path path, Disk disk) throws IOException {
        boolean isNew = Files.notExists(path);
        if (isNew) {
            Files.createFile(path, OWNER_ONLY);
            sync(path.getParent());
        }
        long whole = read(path, record -> { });
        FileChannel channel = disk.open(path);
        try {
            if (channel.size() > whole) {
                LOG.warn("The last record of {} was cut off; {} bytes of it are dropped", path.getFileName(), channel.size() - whole);
                channel.truncate(whole);
                channel.force(true);
            }
            channel.position(whole);
            return new JournalFile(path, channel, whole);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Makes a new name in a folder outlive a crash of the machine. */
    static void sync(Path folder) throws IOException {
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    /**
     * Reads all whole records, oldest first; a damaged one before the end is logged and left out.
     *
     * @return where the last whole record ends
     */
    static long read(Path path, Consumer<String> records) throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        int start = 0;
        long whole = 0;
        int damaged = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != '\n') {
                continue;
            }
            String record = record(bytes, start, i);
            if (record == null) {
                damaged++;
            } else {
                records.accept(record);
                whole = i + 1L;
            }
            start = i + 1;
        }
        if (damaged > 0) {
            LOG.error("{} records of {} are damaged and left out", damaged, path.getFileName());
        }
        return whole;
    }

    private static String record(byte[] bytes, int from, int to) {
        if (to - from <= CRC_LENGTH || bytes[from + CRC_LENGTH] != ' ') {
            return null;
        }
        int begin = from + CRC_LENGTH + 1;
        String expected = new String(bytes, from, CRC_LENGTH, StandardCharsets.US_ASCII);
        return crc(bytes, begin, to - begin).equals(expected) ? new String(bytes, begin, to - begin, StandardCharsets.UTF_8) : null;
    }

    private static String crc(byte[] bytes, int from, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, from, length);
        return String.format(Locale.ROOT, "%08x", crc.getValue());
    }

    /** Appends; lasting only after {@link #force()}. */
    void append(String text) throws IOException {
        write(text);
        last = text;
    }

    private void write(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer record = ByteBuffer.allocate(bytes.length + CRC_LENGTH + 2);
        record.put(crc(bytes, 0, bytes.length).getBytes(StandardCharsets.US_ASCII)).put((byte) ' ').put(bytes).put((byte) '\n').flip();
        while (record.hasRemaining()) {
            channel.write(record);
        }
    }

    /** What was appended is now on the disk, the last of it twice: a file that loses its last record has lost nothing. */
    void force() throws IOException {
        if (last == null) {
            return;
        }
        write(last);
        last = null;
        channel.force(false);
        end = channel.position();
    }

    /** Takes back what was appended since the last {@link #force()}. */
    void takeBack() throws IOException {
        last = null;
        channel.truncate(end);
        channel.position(end);
    }

    Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
