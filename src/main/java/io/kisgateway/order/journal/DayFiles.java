package io.kisgateway.order.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder with a file of entries for each day. Entries are appended in batches: after {@link #force()} all of a batch is on
 * the disk; should that fail, {@link #takeBack()} leaves nothing of it. Reading is for any thread, all else for one.
 */
final class DayFiles {

    private static final Logger LOG = LoggerFactory.getLogger(DayFiles.class);
    private static final String ENDING = ".jsonl";

    private final Path folder;
    private final JournalFile.Disk disk;
    private final Map<LocalDate, JournalFile> open = new TreeMap<>();
    /** A record of this batch is perhaps half in its file: what is appended after it would be lost with it. */
    private IOException torn;

    DayFiles(Path folder, JournalFile.Disk disk) {
        this.folder = Objects.requireNonNull(folder);
        this.disk = Objects.requireNonNull(disk);
    }

    private Path file(LocalDate day) {
        return folder.resolve(DateTimeFormatter.BASIC_ISO_DATE.format(day) + ENDING);
    }

    /** The days that have a file, earliest first. */
    List<LocalDate> days() throws IOException {
        try (Stream<Path> list = Files.list(folder)) {
            return list.map(path -> path.getFileName().toString()).filter(name -> name.endsWith(ENDING))
                    .map(name -> day(name.substring(0, name.length() - ENDING.length()))).filter(Objects::nonNull).sorted().toList();
        }
    }

    private static LocalDate day(String name) {
        try {
            return LocalDate.parse(name, DateTimeFormatter.BASIC_ISO_DATE);
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    /** The entries that arrived on a day, each as it was written last. */
    List<OrderEntry> read(LocalDate day) throws IOException {
        Map<String, OrderEntry> latest = new LinkedHashMap<>();
        try {
            JournalFile.read(file(day), record -> {
                OrderEntry entry = EntryJson.read(record);
                latest.put(entry.id(), entry);
            });
        } catch (NoSuchFileException e) {
            return List.of();
        }
        return List.copyOf(latest.values());
    }

    void append(OrderEntry entry) throws IOException {
        LocalDate day = LocalDate.ofInstant(entry.createdAt(), Times.KST);
        JournalFile file = open.get(day);
        if (file == null) {
            file = JournalFile.open(file(day), disk);
            open.put(day, file);
            closeLongBefore(day);
        }
        try {
            file.append(EntryJson.write(entry));
        } catch (IOException e) {
            torn = e;
            throw e;
        }
    }

    /** OrderLifecycle are settled on the day they came, or the next: two files are enough. */
    private void closeLongBefore(LocalDate day) throws IOException {
        for (LocalDate other : open.keySet().stream().filter(one -> one.isBefore(day.minusDays(1))).toList()) {
            JournalFile file = open.remove(other);
            file.force();
            file.close();
        }
    }

    void force() throws IOException {
        if (torn != null) {
            throw torn;
        }
        for (JournalFile file : open.values()) {
            file.force();
        }
    }

    /** As far as the disk lets us; what it does not is mended when the file is opened again. */
    void takeBack() {
        torn = null;
        for (JournalFile file : open.values()) {
            try {
                file.takeBack();
            } catch (IOException e) {
                LOG.error("{} could not be cut back; it is mended when it is opened again", file.path().getFileName());
            }
        }
        close();
    }

    /** Drops the files of days that nobody asks for any more. */
    void drop(LocalDate before) throws IOException {
        for (LocalDate day : days()) {
            if (day.isBefore(before)) {
                JournalFile file = open.remove(day);
                if (file != null) {
                    file.close();
                }
                Files.deleteIfExists(file(day));
            }
        }
    }

    void close() {
        for (JournalFile file : open.values()) {
            try {
                file.close();
            } catch (IOException e) {
                LOG.warn("{} could not be closed", file.path().getFileName(), e);
            }
        }
        open.clear();
    }
}
