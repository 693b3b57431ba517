package io.kisgateway.order;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Today's sums in one small file, written anew before an order leaves. */
final class FileDayValues implements DayValues {

    private static final Logger LOG = LoggerFactory.getLogger(FileDayValues.class);
    private static final JsonMapper JSON = JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    private final Path file;
    /** As written; null before the first order. */
    private Sums present;

    FileDayValues(Path file) {
        this.file = file;
    }

    /** What the file holds. */
    private record Sums(String day, Map<String, Long> sums) {

        Sums {
            sums = sums == null ? Map.of() : sums;
        }

        Sums plus(String client, long value) {
            Map<String, Long> more = new TreeMap<>(sums);
            more.merge(client, value, Long::sum);
            return new Sums(day, more);
        }
    }

    @Override
    public synchronized CompletionStage<Boolean> take(String client, LocalDate today, long value, long most) {
        try {
            Sums sums = of(today.toString());
            if (value > most - sums.sums.getOrDefault(client, 0L)) {
                return CompletableFuture.completedStage(false);
            }
            write(sums.plus(client, value));
            return CompletableFuture.completedStage(true);
        } catch (IOException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    @Override
    public synchronized CompletionStage<?> giveBack(String client, LocalDate day, long value) {
        try {
            if (present != null && day.toString().equals(present.day)) {
                write(present.plus(client, -value));
            }
        } catch (IOException e) {
            LOG.warn("What an order was worth that was not placed goes on to count for {}: {}", client, e.getMessage());
        }
        return CompletableFuture.completedStage(null);
    }

    private Sums of(String day) throws IOException {
        if (present == null && Files.exists(file)) {
            present = JSON.readValue(file.toFile(), Sums.class);
        }
        return present != null && day.equals(present.day) ? present : new Sums(day, Map.of());
    }

    private void write(Sums sums) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".new");
        Files.write(next, JSON.writeValueAsBytes(sums), StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.SYNC);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        present = sums;
    }
}
