package io.kisgateway.order;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Today's sums in one small file, written anew before an order leaves. */
final class FileDayValues implements DayValues {

    private static final Logger LOG = LoggerFactory.getLogger(FileDayValues.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path file;
    private final Map<String, Long> sums = new HashMap<>();
    private LocalDate day;

    FileDayValues(Path file) {
        this.file = file;
    }

    @Override
    public synchronized CompletionStage<Boolean> take(String client, LocalDate today, long value, long most) {
        try {
            turnTo(today);
            long sum = sums.getOrDefault(client, 0L);
            if (value > most - sum) {
                return CompletableFuture.completedStage(false);
            }
            sums.put(client, sum + value);
            try {
                write();
            } catch (IOException e) {
                sums.put(client, sum);
                throw e;
            }
            return CompletableFuture.completedStage(true);
        } catch (IOException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    @Override
    public synchronized CompletionStage<?> giveBack(String client, LocalDate of, long value) {
        if (of.equals(day)) {
            sums.merge(client, -value, Long::sum);
            try {
                write();
            } catch (IOException e) {
                LOG.warn("What an order was worth that was not placed goes on to count for {}: {}", client, e.getMessage());
            }
        }
        return CompletableFuture.completedStage(null);
    }

    private void turnTo(LocalDate today) throws IOException {
        if (today.equals(day)) {
            return;
        }
        Map<String, Long> kept = new HashMap<>();
        if (day == null && Files.exists(file)) {
            JsonNode found = JSON.readTree(Files.readString(file));
            if (today.toString().equals(found.path("day").asText())) {
                found.path("sums").properties().forEach(sum -> kept.put(sum.getKey(), sum.getValue().longValue()));
            }
        }
        sums.clear();
        sums.putAll(kept);
        day = today;
    }

    private void write() throws IOException {
        ObjectNode json = JSON.createObjectNode().put("day", day.toString());
        ObjectNode members = json.putObject("sums");
        sums.forEach(members::put);
        Path next = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel channel =
                FileChannel.open(next, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(json.toString().getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
