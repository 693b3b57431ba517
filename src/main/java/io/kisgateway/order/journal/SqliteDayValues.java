package io.kisgateway.order.journal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What each client's orders of a day are worth together, in a SQLite file. Used by the journal's thread. */
final class SqliteDayValues {

    private static final Logger LOG = LoggerFactory.getLogger(SqliteDayValues.class);
    /** Where a former version kept the sums of one day. */
    private static final String FORMER = "day-values.json";
    private static final JsonMapper JSON = new JsonMapper();

    private final SqliteStore store;

    SqliteDayValues(SqliteStore store) {
        this.store = store;
    }

    boolean take(String client, LocalDate day, long value, long most) throws SQLException {
        long sum =
                store.file().first("select won from day_value where day = ? and client = ?", row -> row.getLong(1), day.toString(), client)
                        .orElse(0L);
        if (value > most - sum) {
            return false;
        }
        add(client, day.toString(), value);
        return true;
    }

    void giveBack(String client, LocalDate day, long value) throws SQLException {
        store.change("update day_value set won = won - ?3 where day = ?1 and client = ?2 and won >= ?3", day.toString(), client, value);
    }

    private void add(String client, String day, long value) throws SQLException {
        store.change("insert into day_value values (?, ?, ?) on conflict (day, client) do update set won = won + excluded.won", day, client,
                value);
    }

    void drop(LocalDate before) throws SQLException {
        store.change("delete from day_value where day < ?", before.toString());
    }

    /** @throws IOException if the file of a former version cannot be read: its message says what to do */
    void takeOver(Path folder) throws IOException, SQLException {
        Path former = folder.resolve(FORMER);
        if (!Files.exists(former)) {
            return;
        }
        store.begin();
        try {
            JsonNode said = JSON.readTree(former.toFile());
            String day = LocalDate.parse(said.path("day").asText()).toString();
            // A crash may have left it under its old name after it was taken over.
            if (store.change("insert or ignore into taken_over values (?)", FORMER + ' ' + Files.getLastModifiedTime(former)) > 0) {
                for (Map.Entry<String, JsonNode> sum : said.path("sums").properties()) {
                    add(sum.getKey(), day, sum.getValue().longValue());
                }
            }
            store.commit();
        } catch (IOException | RuntimeException e) {
            store.rollBack();
            throw new IOException("what clients have ordered today cannot be read in " + former
                    + "; remove that file, and max_value_per_day counts from nothing", e);
        }
        LOG.info("What clients have ordered today is in {} now; the file is kept as {}", SqliteStore.NAME, DayFiles.keep(former));
    }
}
