package io.kisgateway.order.journal;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.sqlite.SQLiteJDBCLoader;

/** One SQLite file, used by one thread, by one process. Statements are prepared once. */
final class SqliteFile implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SqliteFile.class);
    private static final String TEMP_DIR = "org.sqlite.tmpdir";

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
        config.setBusyTimeout(0);
        SqliteFile file = null;
        try {
            file = new SqliteFile(config.createConnection("jdbc:sqlite:" + path));
            // First of all: then nothing is shared with others, not even memory.
            file.run("pragma locking_mode = exclusive");
            file.run("pragma journal_mode = wal");
            file.run("pragma synchronous = full");
            file.run("pragma temp_store = memory");
            // Takes the lock, which is then kept.
            file.run("begin immediate");
            file.run("pragma user_version");
            file.run("commit");
            removeUnpacked(path.toAbsolutePath().getParent());
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

    /** Those of former lives, which ended too suddenly to take them away; this one's is loaded, and no longer needed either. */
    private static void removeUnpacked(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "sqlite-*-*sqlitejdbc*")) {
            for (Path file : files) {
                try {
                    Files.deleteIfExists(file);
                } catch (AccessDeniedException e) {
                    LOG.debug("{} is in use", file, e);
                }
            }
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

    /** A statement that has failed cannot be used again. */
    void prepareAnew() throws SQLException {
        for (PreparedStatement statement : prepared.values()) {
            statement.close();
        }
        prepared.clear();
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
