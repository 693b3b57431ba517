package io.kisgateway.order.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.sqlite.SQLiteJDBCLoader;

/** One SQLite file, used by one thread, by one process. Statements are prepared once. */
final class SqliteFile implements AutoCloseable {

    private static final String TEMP_DIR = "org.sqlite.tmpdir";

    /** What a row is read as. */
    interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    private final Connection connection;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();

    private SqliteFile(Connection connection) {
        this.connection = connection;
    }

    /**
     * Opens, and makes the file if there is none. The right to it lasts until it is closed, or the process ends.
     *
     * @throws IllegalStateException if another process has it open
     */
    static SqliteFile open(Path path) throws SQLException, IOException {
        unpackInto(path.toAbsolutePath().getParent());
        SQLiteConfig config = new SQLiteConfig();
        config.setLockingMode(SQLiteConfig.LockingMode.EXCLUSIVE);
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        config.setBusyTimeout(0);
        SqliteFile file = null;
        try {
            file = new SqliteFile(config.createConnection("jdbc:sqlite:" + path));
            // Takes the lock, which is then kept.
            file.run("begin immediate");
            file.run("pragma user_version");
            file.run("commit");
            return file;
        } catch (SQLiteException e) {
            if (file != null) {
                file.close();
            }
            if (e.getResultCode().code % 256 == SQLiteErrorCode.SQLITE_BUSY.code) {
                throw new IllegalStateException("another gateway keeps its orders in " + path.getParent(), e);
            }
            throw e;
        }
    }

    /**
     * The native part is unpacked where the journal is: in a container whose system is read-only that is the one folder that
     * can be written. Where nothing in it may be executed, the system's folder for such files is tried.
     */
    private static void unpackInto(Path folder) throws IOException {
        boolean chosen = System.getProperty(TEMP_DIR) != null;
        try {
            if (!chosen) {
                System.setProperty(TEMP_DIR, folder.toString());
            }
            SQLiteJDBCLoader.initialize();
        } catch (Exception e) {
            if (chosen) {
                throw new IOException("SQLite's native part cannot be loaded from " + System.getProperty(TEMP_DIR), e);
            }
            System.clearProperty(TEMP_DIR);
        }
    }

    void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private PreparedStatement prepare(String sql, Object... values) throws SQLException {
        PreparedStatement statement = prepared.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            prepared.put(sql, statement);
        }
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }

    /** @return how many rows it changed */
    int update(String sql, Object... values) throws SQLException {
        return prepare(sql, values).executeUpdate();
    }

    <T> List<T> all(String sql, Row<T> as, Object... values) throws SQLException {
        List<T> rows = new ArrayList<>();
        try (ResultSet result = prepare(sql, values).executeQuery()) {
            while (result.next()) {
                rows.add(as.read(result));
            }
        }
        return rows;
    }

    /** The first row, if there is one. */
    <T> Optional<T> first(String sql, Row<T> as, Object... values) throws SQLException {
        try (ResultSet result = prepare(sql, values).executeQuery()) {
            return result.next() ? Optional.ofNullable(as.read(result)) : Optional.empty();
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
