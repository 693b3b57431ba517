package io.kisgateway.order.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kisgateway.runtime.KoreanTime;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Journals as they were before SQLite: a file of records for each day, a record a line of its CRC-32, a blank and its text; the
 * last of an entry counts. Each file is taken over once and then renamed, never deleted.
 */
final class DayFiles {

    private static final Logger LOG = LoggerFactory.getLogger(DayFiles.class);
    private static final String ENDING = ".jsonl";
    private static final String TAKEN = ".taken-over";
    private static final JsonMapper JSON = new JsonMapper();
    private static final int CRC_LENGTH = 8;

    private final Path file;
    private final SqliteStore store;
    private long records;
    private long damaged;

    private DayFiles(Path file, SqliteStore store) {
        this.file = file;
        this.store = store;
    }

    /** @throws IllegalStateException if a gateway of the former version still writes them */
    static void takeOver(Path folder, SqliteStore store) throws IOException, SQLException {
        new SqliteDayValues(store).takeOver(folder);
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(path -> path.getFileName().toString().matches("[0-9]{8}" + ENDING)).sorted().toList();
        }
        if (files.isEmpty()) {
            return;
        }
        try (FileChannel lock = FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            if (isTaken(lock)) {
                throw new IllegalStateException("another gateway, of a former version, keeps its orders in " + folder);
            }
            for (Path file : files) {
                new DayFiles(file, store).takeOver();
            }
            OwnerOnly.sync(folder);
        }
    }

    private static boolean isTaken(FileChannel lock) throws IOException {
        try {
            return lock.tryLock() == null;
        } catch (OverlappingFileLockException e) {
            return true;
        }
    }

    private void takeOver() throws IOException, SQLException {
        store.begin();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                take(line);
            }
            store.commit();
        } catch (IOException | SQLException | RuntimeException e) {
            store.rollBack();
            throw e;
        }
        LOG.info("{} records of {} are in {} now; the file is kept as {}", records, file.getFileName(), SqliteStore.NAME, keep(file));
        if (damaged > 0) {
            LOG.warn("{} records of {} were cut off or damaged, and are left out", damaged, file.getFileName());
        }
    }

    /** Whoever went back to the former version for a while has files of the same name from before. @return its name from now on */
    static Path keep(Path file) throws IOException {
        Path kept = file.resolveSibling(file.getFileName() + TAKEN);
        for (int number = 2; Files.exists(kept); number++) {
            kept = file.resolveSibling(file.getFileName() + TAKEN + '-' + number);
        }
        return Files.move(file, kept).getFileName();
    }

    private void take(String line) throws SQLException {
        String text = line.length() > CRC_LENGTH + 1 && line.charAt(CRC_LENGTH) == ' ' ? line.substring(CRC_LENGTH + 1) : null;
        if (text == null || !crc(text).equals(line.substring(0, CRC_LENGTH))) {
            damaged++;
            return;
        }
        try {
            OrderEntry entry = EntryJson.read(text);
            store.put(entry, entry.origin().keyName());
            records++;
        } catch (IllegalArgumentException e) {
            takeUnreadable(text);
        }
    }

    /** Whatever it is, its key stays taken. */
    private void takeUnreadable(String text) throws SQLException {
        try {
            JsonNode node = JSON.readTree(text);
            String id = node.path("id").textValue();
            if (id != null) {
                String key = node.path("idempotency_key").textValue();
                store.putUnreadable(id, day(), key == null ? null : Origin.keyName(node.path("client").textValue(), key), text);
                LOG.error("Entry {} of {} cannot be read; it is kept as it is, and its key stays taken", id, file.getFileName());
                return;
            }
        } catch (JsonProcessingException e) {
            LOG.debug("A record of {} is no JSON", file.getFileName(), e);
        }
        damaged++;
    }

    private Instant day() {
        return LocalDate.parse(file.getFileName().toString().substring(0, CRC_LENGTH), DateTimeFormatter.BASIC_ISO_DATE)
                .atStartOfDay(KoreanTime.KST).toInstant();
    }

    private static String crc(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return String.format(Locale.ROOT, "%08x", crc.getValue());
    }
}
