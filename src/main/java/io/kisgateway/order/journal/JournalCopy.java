package io.kisgateway.order.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a folder's journal holds at a moment, copied so that a gateway which writes it meanwhile is not disturbed. A copy is whole
 * if SQLite's log has not begun anew while it was made: whatever was moved from the log into the file meanwhile is then in the
 * copied log as well.
 */
public final class JournalCopy implements AutoCloseable {

    private static final int TRIES = 10;
    private static final int LOG_HEADER = 32;
    private static final String LOG = SqliteStore.NAME + "-wal";

    private final Path folder;
    private final SqliteStore store;
    private final Unreadable unreadable = new Unreadable();

    private JournalCopy(Path folder) {
        this.folder = folder;
        this.store = new SqliteStore(folder);
    }

    /** @throws IOException if there is no journal, or it cannot be opened; its message is for operators */
    public static JournalCopy of(Path journal) throws IOException {
        Path temporary = temporaryFolder(journal);
        JournalCopy copy = new JournalCopy(temporary);
        try {
            copy(journal, temporary);
            copy.store.open();
            return copy;
        } catch (IOException | SQLException e) {
            copy.close();
            throw e instanceof IOException io ? io : new IOException(e.getMessage(), e);
        }
    }

    private static Path temporaryFolder(Path journal) throws IOException {
        try {
            return Files.createTempDirectory("kis-gateway-journal");
        } catch (IOException e) {
            // A container may have nothing else that it can write.
            return Files.createTempDirectory(journal.toAbsolutePath().getParent(), "journal-copy");
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        for (int i = 0; i < TRIES; i++) {
            byte[] begun = logHeader(from);
            deleteAll(to);
            Files.copy(from.resolve(SqliteStore.NAME), to.resolve(SqliteStore.NAME));
            try {
                Files.copy(from.resolve(LOG), to.resolve(LOG));
            } catch (NoSuchFileException e) {
                Files.deleteIfExists(to.resolve(LOG));
            }
            if (Arrays.equals(begun, logHeader(from))) {
                return;
            }
        }
        throw new IOException("the journal changes too fast to be copied; try again");
    }

    /** Another one each time that the log begins anew; empty without a log. */
    private static byte[] logHeader(Path folder) throws IOException {
        try (SeekableByteChannel log = Files.newByteChannel(folder.resolve(LOG))) {
            ByteBuffer header = ByteBuffer.allocate(LOG_HEADER);
            while (header.hasRemaining() && log.read(header) >= 0) {
                // On to its end.
            }
            return Arrays.copyOf(header.array(), header.position());
        } catch (NoSuchFileException e) {
            return new byte[0];
        }
    }

    /** As {@link Journal#list}, for all clients. */
    public Journal.Page list(LocalDate day, String after) throws IOException {
        try {
            return unreadable.page(store.list(day, null, Cursor.parse(after), Journal.MOST_OF_A_PAGE + 1), Journal.MOST_OF_A_PAGE);
        } catch (SQLException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** As {@link Journal#audited}. */
    public List<AuditLine> audited(LocalDate day) throws IOException {
        try {
            return store.audited(day);
        } catch (SQLException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** What is not as it should be in the whole journal, a sentence each. */
    public List<String> faults() throws IOException {
        try {
            List<String> faults = new ArrayList<>(store.faults());
            for (LocalDate day : store.days()) {
                String next = null;
                do {
                    Journal.Page page = list(day, next);
                    page.unreadable().forEach(id -> faults.add("entry " + id + " of " + day + " cannot be read"));
                    next = page.next();
                } while (next != null);
            }
            return faults;
        } catch (SQLException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static void deleteAll(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    @Override
    public void close() throws IOException {
        store.close();
        deleteAll(folder);
        Files.deleteIfExists(folder);
    }
}
