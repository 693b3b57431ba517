package io.kisgateway.order.journal;

import io.kisgateway.order.journal.Unreadable.Stored;
import io.kisgateway.runtime.KoreanTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The journal of a single gateway, in a SQLite file: what may be written when. */
final class SqliteJournal implements Journal {

    private static final Logger LOG = LoggerFactory.getLogger(SqliteJournal.class);
    private static final String HALT = "halted";
    /** So few that no order waits for it. */
    private static final int DROPPED_AT_ONCE = 500;

    private final Path folder;
    private final String instance;
    private final Retention retention;
    private final Clock clock;
    private final Executor readers;
    private final SqliteStore store;
    private final UntoldKeys untold;
    private final SqliteDayValues values;
    private final JournalThread thread;
    private final Availability availability;
    private final Unreadable unreadable = new Unreadable();
    /** Until when they last; this, like the next, belongs to the thread. */
    private final Map<String, Instant> leases = new HashMap<>();
    private String halted;

    private SqliteJournal(Path folder, String instance, Retention retention, Clock clock, Executor readers) {
        this.folder = folder;
        this.instance = instance;
        this.retention = retention;
        this.clock = clock;
        this.readers = readers;
        this.store = new SqliteStore(folder);
        this.untold = new UntoldKeys(store);
        this.values = new SqliteDayValues(store);
        this.availability = new Availability(folder.toString(), clock);
        this.thread = new JournalThread(store, availability, clock);
    }

    /**
     * Opens, or says in the log why it could not: then it is tried again whenever something is to be written.
     *
     * @throws IllegalStateException if another gateway has it open
     */
    static SqliteJournal open(Path folder, String instance, Retention retention, Clock clock, Executor readers) {
        SqliteJournal journal = new SqliteJournal(folder, instance, retention, clock, readers);
        journal.thread.start();
        return journal;
    }

    private Written write(OrderEntry entry, long old, boolean claims, OrderEntry replaced) throws IOException, SQLException {
        boolean sending = entry.state() == OrderState.SENDING;
        if (sending && !entry.terms().cancels() && note() != null) {
            return Written.HALTED;
        }
        long version = store.version(entry.id());
        if (version != old && !(version == 0 && entry.state().sent())) {
            return Written.CHANGED;
        }
        String key = entry.origin().keyName();
        String holder = key == null ? null : store.holder(key, keysCountSince()).orElse(null);
        boolean held = entry.id().equals(holder);
        if (claims && holder != null
                && !(replaced != null && holder.equals(replaced.id()) && store.version(holder) == replaced.version())) {
            return Written.CHANGED;
        }
        // About to be sent: the key must still be this order's, or two would go out under one key.
        if (sending && key != null && !held && old != 0) {
            return Written.CHANGED;
        }
        if (entry.state() == OrderState.RECEIVED) {
            store.receive(entry, key);
            return Written.DONE;
        }
        String other = entry.placement() == null ? null
                : store.owner(entry.day(), entry.placement().orderNo()).filter(id -> !id.equals(entry.id())).orElse(null);
        if (other != null && !entry.placement().confirmed()) {
            return Written.NUMBER_TAKEN;
        }
        store.put(entry, claims || held || holder == null ? key : null);
        if (other != null) {
            lose(other, entry);
        }
        return Written.DONE;
    }

    private void lose(String other, OrderEntry winner) throws SQLException {
        List<OrderEntry> loser = unreadable.readable(store.find(other).stream().toList());
        if (!loser.isEmpty() && LostNumber.loses(loser.get(0), winner)) {
            LOG.warn("KIS confirmed number {} for order {}; a lookup had found it for order {}, which is looked up again",
                    winner.placement().orderNo(), winner.id(), other);
            store.put(LostNumber.of(loser.get(0), winner), null);
        }
    }

    private Instant keysCountSince() {
        return clock.instant().minus(retention.keys());
    }

    /** Whether trading is halted, read when it is first needed. */
    private String note() throws IOException {
        if (halted == null && Files.exists(folder.resolve(HALT))) {
            try {
                halted = Files.readString(folder.resolve(HALT), StandardCharsets.UTF_8);
            } catch (NoSuchFileException e) {
                return null;
            }
        }
        return halted;
    }

    @Override
    public String instance() {
        return instance;
    }

    @Override
    public InstantSource clock() {
        return clock;
    }

    @Override
    public JournalState state() {
        return availability.state(unreadable);
    }

    @Override
    public CompletionStage<Optional<OrderEntry>> find(String id) {
        return thread.ask(() -> unreadable.read(store.find(id)));
    }

    @Override
    public CompletionStage<Optional<OrderEntry>> findByKey(String client, String key) {
        return thread.ask(() -> {
            Optional<String> holder = store.holder(Origin.keyName(client, key), keysCountSince());
            return holder.isEmpty() ? Optional.empty() : unreadable.read(store.find(holder.get()));
        });
    }

    @Override
    public CompletionStage<Optional<OrderEntry>> findByNumber(String orderNo) {
        return thread.ask(() -> unreadable.read(store.findByNumber(orderNo)));
    }

    /** What is many is read as text only, and made entries of elsewhere, so that no order waits for that. */
    private CompletionStage<List<OrderEntry>> entries(JournalThread.Work<List<Stored>> work) {
        return thread.ask(work).thenApplyAsync(unreadable::readable, readers);
    }

    @Override
    public CompletionStage<Page> list(LocalDate day, String client, String after, int limit) {
        Cursor begin = Cursor.parse(after);
        int most = Math.min(limit, MOST_OF_A_PAGE);
        return thread.ask(() -> store.list(day, client, begin, most + 1)).thenApplyAsync(stored -> unreadable.page(stored, most), readers);
    }

    @Override
    public CompletionStage<List<OrderEntry>> open() {
        return entries(() -> store.open(MOST_OPEN));
    }

    @Override
    public CompletionStage<List<OrderEntry>> open(LocalDate kisDay, String code) {
        return entries(() -> store.open(kisDay, code, MOST_OF_A_STOCK))
                .thenApply(found -> found.stream().filter(entry -> !entry.state().settled()).toList());
    }

    @Override
    public CompletionStage<List<Confirmed>> confirmed(LocalDate kisDay, String code) {
        return thread.ask(() -> store.confirmed(kisDay, code));
    }

    @Override
    public CompletionStage<Map<String, String>> owners(LocalDate day, Collection<String> orderNumbers) {
        return thread.ask(() -> {
            Map<String, String> owners = new HashMap<>();
            for (String number : orderNumbers) {
                store.owner(day, number).ifPresent(id -> owners.put(number, id));
            }
            return owners;
        });
    }

    @Override
    public CompletionStage<Borrowed> borrowKey(String kind, String fresh, String ticket) {
        return thread.ask(() -> untold.borrow(kind, fresh, ticket));
    }

    @Override
    public CompletionStage<Void> told(String client, String key, String fresh) {
        return thread.run(() -> untold.told(client, key, fresh));
    }

    @Override
    public CompletionStage<Void> untold(String key, String fresh) {
        return thread.run(() -> untold.untold(key, fresh));
    }

    @Override
    public CompletionStage<Void> giveUp(String fresh) {
        return thread.run(() -> untold.giveUp(fresh));
    }

    @Override
    public CompletionStage<Boolean> takeValue(String client, LocalDate day, long value, long most) {
        return thread.ask(() -> values.take(client, day, value, most));
    }

    @Override
    public CompletionStage<Void> giveValueBack(String client, LocalDate day, long value) {
        return thread.run(() -> values.giveBack(client, day, value));
    }

    @Override
    public CompletionStage<Written> create(OrderEntry entry, OrderEntry replaced) {
        return thread.ask(() -> write(entry, 0, entry.origin().key() != null, replaced));
    }

    @Override
    public CompletionStage<Written> replace(OrderEntry entry) {
        return thread.ask(() -> write(entry, entry.version() - 1, false, null));
    }

    @Override
    public CompletionStage<Written> remove(OrderEntry entry) {
        return thread.ask(() -> store.forget(entry) ? Written.DONE : Written.CHANGED);
    }

    /** There is no other instance to be told; time to tidy up, or to see whether what could not be written can be now. */
    @Override
    public CompletionStage<Void> heartbeat(Supplier<? extends CompletionStage<?>> ends) {
        return ends.get().handle((done, failure) -> failure).thenCompose(failure -> thread.run(() -> {
            if (availability.isAway()) {
                store.probe();
            }
            LocalDate oldest = KoreanTime.date(clock.instant()).minusDays(retention.entries().toDays());
            values.drop(oldest);
            store.drop(oldest, DROPPED_AT_ONCE).forEach(
                    id -> LOG.warn("Order {} was never resolved; its entry is as old as the journal keeps any, and is dropped", id));
        }));
    }

    @Override
    public CompletionStage<Void> audit(List<AuditLine> lines) {
        return thread.run(() -> store.audit(lines));
    }

    @Override
    public CompletionStage<List<AuditLine>> audited(LocalDate day) {
        return thread.ask(() -> store.audited(day));
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
        return thread.run(() -> leases.remove(name));
    }

    @Override
    public CompletionStage<Optional<String>> halted(String known) {
        return thread.ask(() -> Optional.ofNullable(note()));
    }

    @Override
    public CompletionStage<Void> halt(String note) {
        return thread.run(() -> {
            if (note == null) {
                Files.deleteIfExists(folder.resolve(HALT));
            } else {
                Files.writeString(folder.resolve(HALT), note, StandardCharsets.UTF_8);
            }
            OwnerOnly.sync(folder);
            halted = note;
        });
    }

    /** Something done among the orders' own. */
    <T> CompletableFuture<T> withThread(JournalThread.Work<T> work) {
        return thread.ask(work).toCompletableFuture();
    }

    @Override
    public void close() {
        try {
            thread.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
