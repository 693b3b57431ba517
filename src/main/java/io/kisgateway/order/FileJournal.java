package io.kisgateway.order;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal of a single gateway in files, one for each day. One thread does all work on it: it takes what is waiting,
 * checks and appends each, forces all of it to the disk once, and only then tells those who wait. Entries that are open,
 * or young enough for their key to count, are also in memory.
 */
final class FileJournal implements Journal {

    private static final Logger LOG = LoggerFactory.getLogger(FileJournal.class);
    private static final String ENDING = ".jsonl";
    private static final String HALT = "halted";
    private static final String LOCK = "lock";
    private static final int MOST_WAITING = 10_000;
    private static final int MOST_AT_ONCE = 256;
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration REOPEN_AFTER = Duration.ofSeconds(1);

    private final Path folder;
    private final String instance;
    private final Retention retention;
    private final Clock clock;
    private final JournalFile.Disk disk;
    private final BlockingQueue<Job<?>> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final Thread thread = new Thread(this::work, "order-journal");
    private final Thread reader = new Thread(this::readOld, "order-journal-reader");
    private final BlockingQueue<Runnable> reads = new ArrayBlockingQueue<>(100);
    private volatile boolean closed;

    // All below belongs to the thread.
    private final Map<String, OrderEntry> entries = new LinkedHashMap<>();
    private final Map<String, String> byKey = new HashMap<>();
    private final Map<String, String> byNumber = new HashMap<>();
    private final Map<LocalDate, Map<String, String>> numbers = new TreeMap<>();
    /** Until when they last. */
    private final Map<String, Instant> leases = new HashMap<>();
    private final Map<LocalDate, JournalFile> files = new TreeMap<>();
    private final Deque<Runnable> undo = new ArrayDeque<>();
    private FileChannel lockChannel;
    private FileLock lock;
    private String halted;
    private Instant nextTry = Instant.MIN;
    private IOException fault;
    /** A record of this batch is perhaps half in its file: what is appended after it would be lost with it. */
    private IOException torn;
    private LocalDate cleanedOn;

    private interface Work<T> {
        T run() throws IOException;
    }

    private record Job<T>(Work<T> work, CompletableFuture<T> result) { }

    private FileJournal(Path folder, String instance, Retention retention, Clock clock, JournalFile.Disk disk) {
        this.disk = disk;
        this.folder = Objects.requireNonNull(folder);
        this.instance = Objects.requireNonNull(instance);
        this.retention = retention;
        this.clock = clock;
        thread.setDaemon(true);
        reader.setDaemon(true);
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
        journal.tryOpen();
        journal.thread.start();
        journal.reader.start();
        return journal;
    }

    private void tryOpen() {
        try {
            load();
            fault = null;
        } catch (IOException e) {
            LOG.error("Orders cannot be written down in {}: {}. Until they can, every order is refused", folder, e.toString());
            fault = e;
            nextTry = clock.instant().plus(REOPEN_AFTER);
        }
    }

    private void load() throws IOException {
        Files.createDirectories(folder);
        if (lock == null) {
            lockChannel = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                lock = lockChannel.tryLock();
            } catch (OverlappingFileLockException e) {
                lock = null;
            }
            if (lock == null) {
                lockChannel.close();
                throw new IllegalStateException("another gateway keeps its orders in " + folder);
            }
        }
        try {
            halted = Files.readString(folder.resolve(HALT), StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            halted = null;
        }
        clean();
        for (LocalDate day : days()) {
            JournalFile.read(file(day), record -> remember(EntryJson.read(record)));
        }
        forget();
    }

    private Path file(LocalDate day) {
        return folder.resolve(DateTimeFormatter.BASIC_ISO_DATE.format(day) + ENDING);
    }

    private List<LocalDate> days() throws IOException {
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

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), Times.KST);
    }

    /** Drops the files of days that nobody asks for any more. */
    private void clean() throws IOException {
        LocalDate oldest = today().minusDays(retention.entries().toDays());
        for (LocalDate day : days()) {
            if (day.isBefore(oldest)) {
                JournalFile open = files.remove(day);
                if (open != null) {
                    open.close();
                }
                Files.deleteIfExists(file(day));
            }
        }
        cleanedOn = today();
    }

    /** Drops from memory what is settled and too old for its key to count. */
    private void forget() {
        Instant oldest = clock.instant().minus(retention.keys());
        List<OrderEntry> old = entries.values().stream()
                .filter(entry -> entry.state().settled() && entry.changedAt().isBefore(oldest)).toList();
        old.forEach(this::drop);
        numbers.keySet().removeIf(day -> day.isBefore(today().minusDays(retention.entries().toDays())));
    }

    private void drop(OrderEntry entry) {
        entries.remove(entry.id());
        if (entry.origin().key() != null) {
            byKey.remove(entry.origin().key(), entry.id());
        }
        if (entry.placement() != null) {
            byNumber.remove(entry.placement().orderNo(), entry.id());
        }
    }

    private void remember(OrderEntry entry) {
        entries.put(entry.id(), entry);
        if (entry.origin().key() != null) {
            byKey.put(entry.origin().key(), entry.id());
        }
        if (entry.placement() != null) {
            byNumber.put(entry.placement().orderNo(), entry.id());
            numbers.computeIfAbsent(entry.day(), day -> new HashMap<>()).put(entry.placement().orderNo(), entry.id());
        }
    }

    // The thread.

    private void work() {
        List<Job<?>> batch = new ArrayList<>();
        while (!closed || !waiting.isEmpty()) {
            batch.clear();
            try {
                Job<?> first = waiting.poll(100, TimeUnit.MILLISECONDS);
                if (first == null) {
                    continue;
                }
                batch.add(first);
                waiting.drainTo(batch, MOST_AT_ONCE - 1);
            } catch (InterruptedException e) {
                break;
            }
            run(batch);
        }
        waiting.forEach(job -> job.result().completeExceptionally(new IOException("the journal is closed")));
        closeFiles();
    }

    private void run(List<Job<?>> batch) {
        undo.clear();
        try {
            if (fault != null && !clock.instant().isBefore(nextTry)) {
                tryOpen();
            }
            List<Runnable> answers = new ArrayList<>();
            for (Job<?> job : batch) {
                answers.add(attempt(job));
            }
            if (torn != null) {
                throw torn;
            }
            for (JournalFile file : files.values()) {
                file.force();
            }
            answers.forEach(Runnable::run);
        } catch (IOException | RuntimeException e) {
            // Whatever it is, the thread lives on: without it no order could be sent.
            IOException why = e instanceof IOException io ? io : new IOException(e);
            failed(why);
            batch.forEach(job -> job.result().completeExceptionally(why));
        }
    }

    private <T> Runnable attempt(Job<T> job) {
        try {
            if (fault != null) {
                throw new IOException("the journal cannot be written", fault);
            }
            T result = job.work().run();
            return () -> job.result().complete(result);
        } catch (IOException | RuntimeException e) {
            return () -> job.result().completeExceptionally(e);
        }
    }

    /** Nothing of the batch has happened, neither here nor, as far as possible, on the disk. */
    private void failed(IOException e) {
        torn = null;
        LOG.error("Orders cannot be written down in {}: {}. Until they can, every order is refused", folder, e.toString());
        while (!undo.isEmpty()) {
            undo.pop().run();
        }
        for (JournalFile file : files.values()) {
            try {
                file.takeBack();
            } catch (IOException again) {
                LOG.error("{} could not be cut back; it is mended when it is opened again", file.path().getFileName());
            }
        }
        closeFiles();
        fault = e;
        nextTry = clock.instant().plus(REOPEN_AFTER);
    }

    private void closeFiles() {
        for (JournalFile file : files.values()) {
            try {
                file.close();
            } catch (IOException e) {
                LOG.warn("{} could not be closed", file.path().getFileName(), e);
            }
        }
        files.clear();
    }

    private <T> CompletionStage<T> ask(Work<T> work) {
        Job<T> job = new Job<>(work, new CompletableFuture<>());
        if (closed || !waiting.offer(job)) {
            return CompletableFuture.failedStage(new IOException(closed ? "the journal is closed" : "too much waits for the journal"));
        }
        return job.result().copy().orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private Written write(OrderEntry entry, long old, boolean claims, String replaced) throws IOException {
        if (entry.state() == OrderState.SENDING && !entry.terms().cancels() && halted != null) {
            return Written.HALTED;
        }
        OrderEntry present = entries.get(entry.id());
        long version = present == null ? 0 : present.version();
        if (version != old && !(present == null && entry.state().sent())) {
            return Written.CHANGED;
        }
        if (claims) {
            String holder = byKey.get(entry.origin().key());
            if (holder != null && !holder.equals(replaced) && counts(entries.get(holder))) {
                return Written.CHANGED;
            }
        }
        // About to be sent: the key must still be this order's, or two would go out under one key.
        if (entry.state() == OrderState.SENDING && entry.origin().key() != null && !entry.id().equals(byKey.get(entry.origin().key()))) {
            return Written.CHANGED;
        }
        OrderEntry loser = null;
        if (entry.placement() != null) {
            String other = numbers.getOrDefault(entry.day(), Map.of()).get(entry.placement().orderNo());
            if (other != null && !other.equals(entry.id())) {
                if (!entry.placement().confirmed()) {
                    return Written.NUMBER_TAKEN;
                }
                loser = entries.get(other);
            }
        }
        put(entry);
        if (loser != null && loser.state() == OrderState.PLACED) {
            LOG.warn("KIS confirmed number {} for order {}; a lookup had found it for order {}, which is looked up again",
                    entry.placement().orderNo(), entry.id(), loser.id());
            put(LostNumber.of(loser, entry));
        }
        return Written.DONE;
    }

    private boolean counts(OrderEntry holder) {
        return holder != null
                && !(holder.state().settled() && holder.changedAt().isBefore(clock.instant().minus(retention.keys())));
    }

    private void put(OrderEntry entry) throws IOException {
        // Of what is only received nothing is sent: it need not outlive the process.
        if (entry.state() != OrderState.RECEIVED) {
            LocalDate day = LocalDate.ofInstant(entry.createdAt(), Times.KST);
            JournalFile file = files.get(day);
            if (file == null) {
                file = JournalFile.open(file(day), disk);
                files.put(day, file);
                closeAllBut(day);
            }
            try {
                file.append(EntryJson.write(entry));
            } catch (IOException e) {
                torn = e;
                throw e;
            }
        }
        OrderEntry before = entries.get(entry.id());
        String heldKey = entry.origin().key() == null ? null : byKey.get(entry.origin().key());
        remember(entry);
        undo.push(() -> {
            drop(entry);
            if (entry.placement() != null) {
                numbers.getOrDefault(entry.day(), new HashMap<>()).remove(entry.placement().orderNo(), entry.id());
            }
            if (before != null) {
                remember(before);
            }
            if (heldKey != null) {
                byKey.put(entry.origin().key(), heldKey);
            }
        });
    }

    /** Orders are settled on the day they came, or the next: two files are enough. */
    private void closeAllBut(LocalDate day) throws IOException {
        List<LocalDate> old = files.keySet().stream().filter(other -> other.isBefore(day.minusDays(1))).toList();
        for (LocalDate other : old) {
            JournalFile file = files.remove(other);
            file.force();
            file.close();
        }
    }

    // What others ask.

    @Override
    public String instance() {
        return instance;
    }

    @Override
    public CompletionStage<Optional<OrderEntry>> find(String id) {
        return ask(() -> Optional.ofNullable(entries.get(id)));
    }

    @Override
    public CompletionStage<Optional<OrderEntry>> findByKey(String key) {
        return ask(() -> Optional.ofNullable(byKey.get(key)).map(entries::get).filter(this::counts));
    }

    @Override
    public CompletionStage<Optional<OrderEntry>> findByNumber(String orderNo) {
        return this.<Optional<OrderEntry>>ask(() -> Optional.ofNullable(byNumber.get(orderNo)).map(entries::get))
                .thenCompose(found -> found.isPresent() ? CompletableFuture.completedStage(found) : old(() -> {
                    List<LocalDate> days = new ArrayList<>(days());
                    days.sort(Comparator.reverseOrder());
                    for (LocalDate day : days) {
                        Optional<OrderEntry> one = read(day).stream().filter(entry -> entry.placement() != null
                                && entry.placement().orderNo().equals(orderNo)).reduce((first, second) -> second);
                        if (one.isPresent()) {
                            return one;
                        }
                    }
                    return Optional.empty();
                }));
    }

    @Override
    public CompletionStage<List<OrderEntry>> of(LocalDate day) {
        return old(() -> read(day));
    }

    private List<OrderEntry> read(LocalDate day) throws IOException {
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

    private <T> CompletionStage<T> old(Work<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        boolean taken = reads.offer(() -> {
            try {
                result.complete(work.run());
            } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
                result.completeExceptionally(e);
            }
        });
        return taken ? result : CompletableFuture.failedStage(new IOException("too many read the journal"));
    }

    /** Files of past days are read here, so that no order waits for it. */
    private void readOld() {
        try {
            while (!closed) {
                Runnable read = reads.poll(100, TimeUnit.MILLISECONDS);
                if (read != null) {
                    read.run();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public CompletionStage<List<OrderEntry>> open() {
        return ask(() -> entries.values().stream().filter(entry -> !entry.state().settled())
                .sorted(Comparator.comparing(OrderEntry::due)).limit(MOST_OPEN).toList());
    }

    @Override
    public CompletionStage<Map<String, String>> owners(LocalDate day, Collection<String> orderNumbers) {
        return ask(() -> {
            Map<String, String> found = new HashMap<>(numbers.getOrDefault(day, Map.of()));
            found.keySet().retainAll(orderNumbers);
            return found;
        });
    }

    @Override
    public CompletionStage<Written> create(OrderEntry entry, String replaced) {
        return ask(() -> write(entry, 0, entry.origin().key() != null, replaced));
    }

    @Override
    public CompletionStage<Written> replace(OrderEntry entry) {
        return ask(() -> write(entry, entry.version() - 1, false, null));
    }

    @Override
    public CompletionStage<Written> remove(OrderEntry entry) {
        return ask(() -> {
            OrderEntry present = entries.get(entry.id());
            if (present == null || present.version() != entry.version() || present.state() != OrderState.RECEIVED) {
                return Written.CHANGED;
            }
            drop(present);
            return Written.DONE;
        });
    }

    /** There is no other instance to be told; time to tidy up. */
    @Override
    public CompletionStage<Void> heartbeat() {
        return ask(() -> {
            if (!today().equals(cleanedOn)) {
                clean();
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
        return ask(() -> {
            Instant now = clock.instant();
            Instant until = leases.get(name);
            if (until != null && now.isBefore(until)) {
                return false;
            }
            leases.put(name, now.plus(atMost));
            return true;
        });
    }

    @Override
    public CompletionStage<Void> endLease(String name) {
        return ask(() -> {
            leases.remove(name);
            return null;
        });
    }

    @Override
    public CompletionStage<Optional<String>> halted(String known) {
        return ask(() -> Optional.ofNullable(halted));
    }

    @Override
    public CompletionStage<Void> halt(String note) {
        return ask(() -> {
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
        closed = true;
        try {
            thread.join(PATIENCE.toMillis());
            if (lockChannel != null) {
                lockChannel.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.warn("The lock of {} could not be given back", folder, e);
        }
    }
}
