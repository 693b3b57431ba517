package io.kisgateway.order.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kisgateway.order.journal.Journal.Written;
import io.kisgateway.runtime.KoreanTime;
import io.kisgateway.testing.GatewayProgram;
import io.kisgateway.testing.Patience;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command that prints and verifies a journal, as a process of its own beside the gateway that writes it. */
class JournalCommandTest {

    private static final Retention RETENTION = new Retention(Duration.ofDays(7), Duration.ofHours(24));
    private static final Terms TERMS = new Terms(Terms.Action.BUY, "005930", 3, 0, null);

    @TempDir
    private Path data;

    private record Printed(int code, String text) {}

    private Path folder() {
        return data.resolve("orders-real-1");
    }

    private Journal open() {
        return Journal.inFolder(folder(), "me", RETENTION, Clock.systemUTC(), Runnable::run);
    }

    private static OrderEntry order(Journal journal, String id, String key) {
        Instant now = Instant.now();
        OrderEntry received = OrderEntry.received(id, TERMS, new Origin("trading-buy", null, null, "r", "me", key, "f"), now);
        OrderEntry sending = received.sending(TERMS, null, now, now);
        assertThat(journal.create(received, null).toCompletableFuture().join()).isEqualTo(Written.DONE);
        assertThat(journal.replace(sending).toCompletableFuture().join()).isEqualTo(Written.DONE);
        return sending;
    }

    private Printed command(Map<String, String> environment, String... args) throws IOException, InterruptedException {
        Path output = Files.createTempFile("journal-command", ".txt");
        ProcessBuilder builder = new ProcessBuilder(GatewayProgram.command("journal"));
        builder.command().addAll(List.of(args));
        builder.environment().putAll(environment);
        Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
        Patience.awaitEnd(process);
        String text = Files.readString(output);
        Files.delete(output);
        return new Printed(process.exitValue(), text);
    }

    private Printed command(String... args) throws IOException, InterruptedException {
        return command(Map.of("DATA_DIR", data.toString()), args);
    }

    @Test
    void aJournalIsPrintedWhileItsGatewayWritesIt() throws Exception {
        try (Journal journal = open()) {
            OrderEntry sending = order(journal, "e1", "key-1");
            Placement placement = new Placement("0000000007", null, null, true);
            journal.replace(sending.placed(placement, null, Instant.now())).toCompletableFuture().join();
            order(journal, "e2", null);
            journal.audit(List.of(new AuditLine(Instant.now(), "refusal", "bot", "10.0.0.9", "POST /api/trading/buy", "FORBIDDEN", 3)))
                    .toCompletableFuture().join();

            Printed printed = command(LocalDate.now(KoreanTime.KST).toString());

            assertThat(printed.text()).containsPattern("placed +buy +005930 +3 +market +0000000007 +- +key-1")
                    .containsPattern("sending +buy +005930 +3 +market +- +- +e2").contains("2 entries of ")
                    .containsPattern("refusal +bot +10.0.0.9 +3 +POST /api/trading/buy: FORBIDDEN").contains("1 lines of ")
                    .contains("All days of this journal can be read");
            assertThat(printed.code()).isZero();
            assertThat(journal.replace(order(journal, "e3", null).notPlaced("no", Instant.now())).toCompletableFuture().join())
                    .as("nobody disturbed it").isEqualTo(Written.DONE);
        }
        assertThat(command("2020-01-01").text()).contains("0 entries of 2020-01-01");
        assertThat(command("yesterday").code()).isEqualTo(2);
    }

    @Test
    void whatCannotBeReadIsNamedAndEndsWithOne() throws Exception {
        try (Journal journal = open()) {
            order(journal, "good", null);
            order(journal, "strange", "key-1");
        }
        try (SqliteFile file = SqliteFile.open(folder().resolve("journal.sqlite"))) {
            file.update("update entry set doc = replace(doc, '\"sending\"', '\"frozen\"') where id = 'strange'");
        }
        Printed printed = command();

        assertThat(printed.code()).isEqualTo(1);
        assertThat(printed.text()).containsPattern("UNREADABLE +strange").contains("1 entries of ").contains("and 1 that cannot be read")
                .contains("FAULT: entry strange of ");
    }

    @Test
    void aFileThatIsDamagedIsSaidToBe() throws Exception {
        try (Journal journal = open()) {
            order(journal, "good", null);
        }
        try (FileChannel file = FileChannel.open(folder().resolve("journal.sqlite"), StandardOpenOption.WRITE)) {
            file.write(StandardCharsets.US_ASCII.encode("this is no database"), 0);
        }
        Printed printed = command();

        assertThat(printed.code()).isEqualTo(1);
        assertThat(printed.text()).contains("FAULT: it cannot be read").contains("not a database");
    }

    @Test
    void aFolderWithoutAJournalIsSaidToBeOne() throws Exception {
        Printed printed = command();
        assertThat(printed.code()).isEqualTo(2);
        assertThat(printed.text()).contains("There is no journal in " + data);
    }

    @Test
    void theJournalInRedisIsPrintedToo() throws Exception {
        try (DurableRedis redis = DurableRedis.start()) {
            Map<String, String> environment = new HashMap<>(Map.of("REDIS_URL", redis.url(), "TRADING_MODE", "REAL", "KIS_APP_KEY", "k",
                    "KIS_APP_SECRET", "s", "KIS_ACCOUNT_NO", "12345678-01"));
            // It gives Redis ten seconds, which a busy machine may need.
            await().until(() -> {
                Printed printed = command(environment);
                return printed.text().contains("0 entries of ") && printed.code() == 0;
            });
            redis.kill();
            assertThat(command(environment).code()).isEqualTo(1);
        }
    }
}
