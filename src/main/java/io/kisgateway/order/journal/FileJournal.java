package io.kisgateway.order.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The journal of a single gateway in files: what may be written when. */
final class FileJournal implements Journal {

    private static final Logger LOG = LoggerFactory.getLogger(FileJournal.class);
    private static final String HALT = "halted";

    private final Path folder;
    private final String instance;
    private final Retention retention;
    private final Clock clock;
    private final DayFiles files;
    private final JournalThread thread;
    private final DayReader reader;
    private final FolderLock lock = new FolderLock();

    // All below belongs to the thread.
    private final JournalIndex index = new JournalIndex();
    /** Until when they last. */
    private final Map<String, Instant> leases = new HashMap<>();
    private String halted;
    private LocalDate cleanedOn;

    private FileJournal(Path folder, String instance, Retention retention, Clock clock, JournalFile.Disk disk) {
        this.folder = Objects.requireNonNull(folder);
        this.instance = Objects.requireNonNull(instance);
        this.retention = Objects.requireNonNull(retention);
        this.clock = clock;
        this.files = new DayFiles(folder, disk);
        this.reader = new DayReader(files);
        this.thread = new JournalThread(new Folder(), folder.toString(), clock);
    }

    /**
     * Opens, or says in the log why it could not: then it is tried again whenever something is to be written.
     *
     * @throws IllegalStateException if another gateway has it open
     */
    static FileJournal open(Path folder, String instance, Retention retention, Clock clock) {
        return open(folder, instance, retention, clock, path -> FileChannel.open(path, StandardOpenOption.WRITE));
    }

    static FileJournal open(Path folder, String instance, Retention retention, Clock clock, JournalFile.Disk disk) {
        FileJournal journal = new FileJournal(folder, instance, retention, clock, disk);
        journal.thread.start();
        journal.reader.start();
        return journal;
    }

    /** What the thread works on: the files, and what of them is in memory. */
    private final class Folder implements JournalThread.Store {

        @Override
        public void open() throws IOException {
            Files.createDirectories(folder);
            if (!lock.take(folder)) {
                throw new IllegalStateException("another gateway keeps its orders in " + folder);
            }
            try {
                halted = Files.readString(folder.resolve(HALT), StandardCharsets.UTF_8);
            } catch (NoSuchFileException e) {
                halted = null;
            }
            tidy();
            for (LocalDate day : files.days()) {
                files.read(day).forEach(index::remember);
            }
            forget();
        }

        @Override
        public void begin() {
            index.begin();
        }

        @Override
        public void commit() throws IOException {
            files.force();
        }

        @Override
        public void rollBack() {
            index.undo();
            files.takeBack();
        }

        @Override
        public void close() {
            files.close();
        }
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), Times.KST);
    }

    private LocalDate oldestDay() {
        return today().minusDays(retention.entries().toDays());
    }

    private void tidy() throws IOException {
        files.drop(oldestDay());
        cleanedOn = today();
    }

    private void forget() {
        index.forget(clock.instant().minus(retention.keys()), oldestDay());
    }

    private Written write(OrderEntry entry, long old, boolean claims, String replaced) throws IOException {
        boolean sending = entry.state() == OrderState.SENDING;
        if (sending && !entry.terms().cancels() && halted != null) {
            return Written.HALTED;
        }
        Optional<OrderEntry> present = index.find(entry.id());
        long version = present.map(OrderEntry::version).orElse(0L);
        if (version != old && !(present.isEmpty() && entry.state().sent())) {
            return Written.CHANGED;
        }
        String key = entry.origin().key();
        if (claims && index.findByKey(key).filter(holder -> !holder.id().equals(replaced) && counts(holder)).isPresent()) {
            return Written.CHANGED;
        }
        // About to be sent: the key must still be this order's, or two would go out under one key.
        if (sending && key != null && index.findByKey(key).filter(holder -> holder.id().equals(entry.id())).isEmpty()) {
            return Written.CHANGED;
        }
        Optional<String> other = entry.placement() == null ? Optional.empty()
                : index.owner(entry.day(), entry.placement().orderNo()).filter(id -> !id.equals(entry.id()));
        if (other.isPresent() && !entry.placement().confirmed()) {
            return Written.NUMBER_TAKEN;
        }
        Optional<OrderEntry> loser = other.flatMap(index::find).filter(one -> LostNumber.loses(one, entry));
        put(entry);
        if (loser.isPresent()) {
            LOG.warn("KIS confirmed number {} for order {}; a lookup had found it for order {}, which is looked up again",
                    entry.placement().orderNo(), entry.id(), loser.get().id());
            put(LostNumber.of(loser.get(), entry));
        }
        return Written.DONE;
    }

    private void put(OrderEntry entry) throws IOException {
        // Of what is only received nothing is sent: it need not outlive the process.
        if (entry.state() != OrderState.RECEIVED) {
            files.append(entry);
        }
        index.put(entry);
    }

    private boolean counts(OrderEntry holder) {
        return !(holder.state().settled() && holder.changedAt().isBefore(clock.instant().minus(retention.keys())));
    }

    @Override
    public String instance() {
        return instance;
    }

    @Override
    public CompletionStage<Optional<OrderEntry>> find(String id) {
        return thread.ask(() -> index.find(id));
    }

    @Override
    public CompletionStage<Optional<OrderEntry>> findByKey(String key) {
        return thread.ask(() -> index.findByKey(key).filter(this::counts));
    }

    @Override
    public CompletionStage<Optional<OrderEntry>> findByNumber(String orderNo) {
        return thread.ask(() -> index.findByNumber(orderNo)).thenCompose(found ->
                found.isPresent() ? CompletableFuture.completedStage(found) : reader.findByNumber(orderNo));
    }

    @Override
    public CompletionStage<List<OrderEntry>> of(LocalDate day) {
        return reader.of(day);
    }

    @Override
    public CompletionStage<List<OrderEntry>> open() {
        return thread.ask(() -> index.open(MOST_OPEN));
    }

    @Override
    public CompletionStage<Map<String, String>> owners(LocalDate day, Collection<String> orderNumbers) {
        return thread.ask(() -> index.owners(day, orderNumbers));
    }

    @Override
    public CompletionStage<Written> create(OrderEntry entry, String replaced) {
        return thread.ask(() -> write(entry, 0, entry.origin().key() != null, replaced));
    }

    @Override
    public CompletionStage<Written> replace(OrderEntry entry) {
        return thread.ask(() -> write(entry, entry.version() - 1, false, null));
    }

    @Override
    public CompletionStage<Written> remove(OrderEntry entry) {
        return thread.ask(() -> {
            Optional<OrderEntry> present = index.find(entry.id())
                    .filter(one -> one.version() == entry.version() && one.state() == OrderState.RECEIVED);
            present.ifPresent(index::remove);
            return present.isPresent() ? Written.DONE : Written.CHANGED;
        });
    }

    /** There is no other instance to be told; time to tidy up. */
    @Override
    public CompletionStage<Void> heartbeat() {
        return thread.ask(() -> {
            if (!today().equals(cleanedOn)) {
                tidy();
                forget();
            }
            return null;
        });
    }

    @Override
    public CompletionStage<Boolean> isAlive(String who) {
        return CompletableFuture.completedStage(who.equals(instance));
    }

    @Override
    public CompletionStage<Boolean> lease(String name, Duration atMost) {
        return thread.ask(() -> {
            Instant now = clock.instant();
            leases.values().removeIf(until -> !now.isBefore(until));
            return leases.putIfAbsent(name, now.plus(atMost)) == null;
        });
    }

    @Override
    public CompletionStage<Void> endLease(String name) {
        return thread.ask(() -> {
            leases.remove(name);
            return null;
        });
    }

    @Override
    public CompletionStage<Optional<String>> halted(String known) {
        return thread.ask(() -> Optional.ofNullable(halted));
    }

    @Override
    public CompletionStage<Void> halt(String note) {
        return thread.ask(() -> {
            if (note == null) {
                Files.deleteIfExists(folder.resolve(HALT));
            } else {
                Files.writeString(folder.resolve(HALT), note, StandardCharsets.UTF_8);
            }
            JournalFile.sync(folder);
            halted = note;
            return null;
        });
    }

    @Override
    public void close() {
        reader.close();
        try {
            thread.close();
            lock.release();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.warn("The lock of {} could not be given back", folder, e);
        }
    }
}
