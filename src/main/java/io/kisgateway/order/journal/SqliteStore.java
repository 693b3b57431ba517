package io.kisgateway.order.journal;

import io.kisgateway.order.journal.Unreadable.Stored;
import io.kisgateway.runtime.KoreanTime;
import io.kisgateway.runtime.Resources;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables of a journal in a SQLite file: entries, who holds a key, who has an order number. What is only received is in a
 * table that ends with the process, as nothing of it is sent. Used by one thread.
 */
final class SqliteStore {

    private static final Logger LOG = LoggerFactory.getLogger(SqliteStore.class);
    static final String NAME = "journal.sqlite";
    private static final int VERSION = 1;
    private static final String NO_TRANSACTION = "no transaction is active";
    private static final SqliteFile.Row<Stored> STORED = row -> new Stored(row.getString(1), row.getLong(2), row.getString(3));
    private static final String TABLES = Resources.text("/order/journal/tables.sql");

    private final Path folder;
    private SqliteFile file;
    private long changes;

    SqliteStore(Path folder) {
        this.folder = folder;
    }

    /** Before the first work, and again whenever it has closed itself. */
    void open() throws IOException, SQLException {
        OwnerOnly.createFolder(folder);
        Path path = folder.resolve(NAME);
        OwnerOnly.createFile(path);
        SqliteFile opened = SqliteFile.open(path);
        try {
            int version = opened.first("pragma user_version", row -> row.getInt(1)).orElse(0);
            if (version > VERSION) {
                throw new IOException("a newer version of the gateway wrote it");
            }
            opened.run("begin");
            for (String table : TABLES.split(";\n")) {
                opened.run(table);
            }
            opened.run("pragma user_version = " + VERSION);
            opened.run("commit");
            file = opened;
            DayFiles.takeOver(folder, this);
        } catch (IOException | SQLException | RuntimeException e) {
            file = null;
            opened.close();
            throw e;
        }
    }

    boolean isOpen() {
        return file != null;
    }

    void begin() throws SQLException {
        file.run("begin");
        changes = 0;
    }

    /** Does one thing; if it fails by itself, it alone is undone. @throws SQLException if the store fails */
    <T> T alone(JournalThread.Work<T> work) throws IOException, SQLException {
        file.run("savepoint job");
        try {
            T result = work.run();
            file.run("release job");
            return result;
        } catch (IOException | RuntimeException | Error e) {
            file.run("rollback to job");
            file.run("release job");
            throw e;
        }
    }

    /** When it returns, what was done since {@link #begin()} outlives the machine. @return whether anything was written */
    boolean commit() throws SQLException {
        file.run("commit");
        return changes > 0;
    }

    /** Nothing has been done since {@link #begin()}. A file that cannot even do that is opened anew. */
    void rollBack() {
        if (file == null) {
            return;
        }
        try {
            file.prepareAnew();
            file.run("rollback");
        } catch (SQLException e) {
            if (!String.valueOf(e.getMessage()).contains(NO_TRANSACTION)) {
                close();
            }
        }
    }

    void close() {
        try {
            if (file != null) {
                file.close();
            }
        } catch (SQLException e) {
            LOG.error("The journal's file could not be closed", e);
        } finally {
            file = null;
        }
    }

    SqliteFile file() {
        return file;
    }

    int change(String sql, Object... values) throws SQLException {
        int rows = file.update(sql, values);
        changes += rows;
        return rows;
    }

    /** Fails if nothing can be written. */
    void probe() throws SQLException {
        file.run("pragma user_version = " + VERSION);
        changes++;
    }

    /** 0 if there is no such entry. */
    long version(String id) throws SQLException {
        return file.first("select version from received where id = ?1 union all select version from entry where id = ?1",
                row -> row.getLong(1), id).orElse(0L);
    }

    Optional<Stored> find(String id) throws SQLException {
        return file.first("select id, created, doc from received where id = ?1 union all select id, created, doc from entry where id = ?1",
                STORED, id);
    }

    /** The entry that holds a key, or did; an old one only if it was not settled before a moment. */
    Optional<String> holder(String key, Instant settledBefore) throws SQLException {
        return file.first("select id from received where key = ?1 union all select e.id from holder h join entry e on e.id = h.entry"
                + " where h.key = ?1 and (e.due is not null or e.changed >= ?2)", row -> row.getString(1), key,
                settledBefore.toEpochMilli());
    }

    Optional<Stored> findByNumber(String orderNo) throws SQLException {
        return file.first(
                "select e.id, e.created, e.doc from number n join entry e on e.id = n.entry where n.order_no = ? order by n.day desc limit 1",
                STORED, orderNo);
    }

    List<Stored> list(LocalDate day, String client, Cursor after, int limit) throws SQLException {
        return client == null
                ? file.all("select id, created, doc from entry where day = ? and (created, id) > (?, ?) order by created, id limit ?",
                        STORED,
                        day.toString(), after.created(), after.id(), limit)
                : file.all(
                        "select id, created, doc from entry where client = ? and day = ? and (created, id) > (?, ?) order by created, id limit ?",
                        STORED, client, day.toString(), after.created(), after.id(), limit);
    }

    /** What is not settled, that which needs attention soonest first. */
    List<Stored> open(int most) throws SQLException {
        List<Stored> open = file.all("select id, created, doc from entry where due is not null order by due limit ?", STORED, most);
        open.addAll(file.all("select id, created, doc from received order by created limit ?", STORED, most - open.size()));
        return open;
    }

    /** The youngest of a stock. */
    List<Stored> open(LocalDate kisDay, String code, int most) throws SQLException {
        return file.all(
                "select id, created, doc from entry where due is not null and kis_day = ? and code is ? order by created desc limit ?",
                STORED, kisDay.toString(), code, most);
    }

    Optional<String> owner(LocalDate kisDay, String orderNo) throws SQLException {
        return file.first("select entry from number where day = ? and order_no = ?", row -> row.getString(1), kisDay.toString(), orderNo);
    }

    List<Journal.Confirmed> confirmed(LocalDate kisDay, String code) throws SQLException {
        return file.all("select entry, order_no, action, sent, answered from number where day = ? and code is ? and confirmed = 1",
                SqliteStore::confirmed, kisDay.toString(), code);
    }

    private static Journal.Confirmed confirmed(ResultSet row) throws SQLException {
        return new Journal.Confirmed(row.getString(1), row.getString(2), Terms.Action.ofWire(row.getString(3)),
                Instant.ofEpochMilli(row.getLong(4)), Instant.ofEpochMilli(row.getLong(5)));
    }

    List<AuditLine> audited(LocalDate day) throws SQLException {
        return AuditLine.read(file.all("select doc from audit where day = ? order by rowid", row -> row.getString(1), day.toString()));
    }

    List<LocalDate> days() throws SQLException {
        return file.all("select distinct day from entry order by day", row -> LocalDate.parse(row.getString(1)));
    }

    /** What is damaged, or belongs to nothing. */
    List<String> faults() throws SQLException {
        List<String> faults = new ArrayList<>();
        faults.addAll(file.all("pragma integrity_check(100)", row -> row.getString(1)));
        faults.remove("ok");
        faults.addAll(file.all("select 'number ' || order_no || ' of ' || day || ' belongs to entry ' || entry || ', which is not there'"
                + " from number where entry not in (select id from entry) limit 100", row -> row.getString(1)));
        faults.addAll(file.all("select 'a key belongs to entry ' || entry || ', which is not there' from holder"
                + " where entry not in (select id from entry) limit 100", row -> row.getString(1)));
        return faults;
    }

    /** What is only received; it takes its key from whoever was only received before. */
    void receive(OrderEntry entry, String key) throws SQLException {
        file.update("update received set key = null where key = ?", key);
        file.update("insert or replace into received values (?, ?, ?, ?, ?)", entry.id(), entry.version(), key,
                entry.createdAt().toEpochMilli(), EntryJson.write(entry));
    }

    /** The names of keys with this in them whose order has been sent, or perhaps has. */
    List<String> keysSentLike(String part) throws SQLException {
        return file.all("select h.key from holder h join entry e on e.id = h.entry where instr(h.key, ?1) > 0"
                + " and not case when json_valid(e.doc) then coalesce(json_extract(e.doc, '$.key_free'), 0) else 0 end order by h.key",
                row -> row.getString(1), part);
    }

    /** Nobody holds it any more. */
    void free(String key) throws SQLException {
        change("delete from holder where key = ?", key);
    }

    boolean forget(OrderEntry received) throws SQLException {
        return file.update("delete from received where id = ? and version = ?", received.id(), received.version()) > 0;
    }

    /** @param holds the key that it holds from now on, or null */
    void put(OrderEntry entry, String holds) throws SQLException {
        file.update("delete from received where id = ?", entry.id());
        put(entry.id(), entry.version(), entry.createdAt(), entry.changedAt(),
                entry.due(), entry.day(), entry.terms().stockCode(), entry.origin().client(),
                entry.origin().keyName(), EntryJson.write(entry));
        if (holds != null) {
            change("insert or replace into holder values (?, ?)", holds, entry.id());
        }
        Placement placement = entry.placement();
        String number = placement == null ? "" : placement.orderNo();
        change("delete from number where entry = ? and (day <> ? or order_no <> ?)", entry.id(), entry.day().toString(), number);
        if (placement != null) {
            change("insert or replace into number values (?, ?, ?, ?, ?, ?, ?, ?)", entry.day().toString(), number, entry.id(),
                    entry.terms().stockCode(), entry.terms().action().wire(), placement.confirmed() ? 1 : 0,
                    entry.sentAt().toEpochMilli(), entry.changedAt().toEpochMilli());
        }
    }

    private void put(String id, long version, Instant created, Instant changed, Instant due, LocalDate kisDay, String code, String client,
            String key, String doc) throws SQLException {
        change("insert or replace into entry values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", id, version,
                KoreanTime.date(created).toString(), created.toEpochMilli(), changed.toEpochMilli(),
                due == null ? null : due.toEpochMilli(), kisDay.toString(), code, client, key, doc);
    }

    /** An entry that is there but cannot be read: it keeps its key, and is looked at after all others. */
    void putUnreadable(String id, Instant created, String key, String doc) throws SQLException {
        LocalDate day = KoreanTime.date(created);
        put(id, Long.MAX_VALUE, created, created, OrderEntry.afterAllOthers(created), day, null, null, key, doc);
        if (key != null) {
            change("insert or replace into holder values (?, ?)", key, id);
        }
    }

    void audit(List<AuditLine> lines) throws SQLException {
        for (AuditLine line : lines) {
            change("insert into audit values (?, ?, ?)", line.day().toString(), line.kind(), line.write());
        }
        for (AuditLine line : lines.stream().collect(Collectors.toMap(AuditLine::kind, same -> same, (one, other) -> other)).values()) {
            change("delete from audit where rowid in (select rowid from audit where day = ? and kind = ? order by rowid desc limit -1 offset ?)",
                    line.day().toString(), line.kind(), AuditLine.MOST_OF_A_DAY);
        }
    }

    /** Drops some of what arrived before a day; nobody must wait long for it. @return the ids of those never settled */
    List<String> drop(LocalDate before, int most) throws SQLException {
        String some = "(select id from entry where day < ?1 order by day limit ?2)";
        List<String> never = file.all("select id from entry where id in " + some + " and due is not null", row -> row.getString(1),
                before.toString(), most);
        change("delete from holder where (key, entry) in (select key, id from entry where id in " + some + ")", before.toString(), most);
        change("delete from entry where id in " + some, before.toString(), most);
        change("delete from audit where rowid in (select rowid from audit where day < ?1 limit ?2)", before.toString(), most);
        change("delete from number where (day, order_no) in (select day, order_no from number where day < ?1 limit ?2)",
                before.toString(), most);
        return never;
    }
}
