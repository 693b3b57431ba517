package io.kisgateway.order.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kisgateway.order.journal.Journal.Written;
import io.kisgateway.testing.TestClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are cut anywhere, damaged, or cannot be written. */
class FileJournalTest {

    private static final Retention RETENTION = new Retention(Duration.ofDays(7), Duration.ofHours(24));

    @TempDir
    private Path folder;

    private FileJournal open() {
        return FileJournal.open(folder, "me", RETENTION, Clock.systemUTC());
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    private static OrderEntry entry(String id, String key) {
        return OrderEntry.received(id, new Terms(Terms.Action.BUY, "005930", 1, 0, null),
                new Origin("trading-buy", "127.0.0.1", "r-" + id, "me", key, "f"), now());
    }

    private static OrderEntry sending(OrderEntry entry) {
        return entry.sending(entry.terms(), null, now(), now());
    }

    private static Written create(Journal journal, OrderEntry entry) {
        return journal.create(entry, null).toCompletableFuture().join();
    }

    private static Written replace(Journal journal, OrderEntry entry) {
        return journal.replace(entry).toCompletableFuture().join();
    }

    private Path file() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(path -> path.toString().endsWith(".jsonl")).findFirst().orElseThrow();
        }
    }

    /** Wherever the last record is cut off, nothing is lost, and further records follow cleanly. */
    @Test
    void aTornLastRecordCostsNothing() throws IOException {
        List<OrderEntry> written = new ArrayList<>();
        try (FileJournal journal = open()) {
            for (int i = 0; i < 5; i++) {
                OrderEntry entry = entry("e" + i, "key" + i);
                create(journal, entry);
                written.add(sending(entry));
                replace(journal, written.get(i));
            }
        }
        byte[] whole = Files.readAllBytes(file());
        int last = new String(whole, StandardCharsets.UTF_8).lastIndexOf('\n', whole.length - 2) + 1;
        Random random = new Random(4);
        for (int round = 0; round < 20; round++) {
            int cut = last + random.nextInt(whole.length - last);
            Files.write(file(), Arrays.copyOf(whole, cut));
            try (FileJournal journal = open()) {
                for (int i = 0; i < 5; i++) {
                    assertThat(journal.findByKey("key" + i).toCompletableFuture().join()).contains(written.get(i));
                }
                assertThat(replace(journal, written.get(0).notPlaced("torn", null, now()))).isEqualTo(Written.DONE);
            }
            try (FileJournal journal = open()) {
                assertThat(journal.find("e0").toCompletableFuture().join().orElseThrow().state()).isEqualTo(OrderState.NOT_PLACED);
                assertThat(journal.find("e3").toCompletableFuture().join()).contains(written.get(3));
            }
        }
    }

    @Test
    void aDamagedRecordInTheMiddleCostsOnlyItself() throws IOException {
        try (FileJournal journal = open()) {
            for (int i = 0; i < 3; i++) {
                OrderEntry entry = entry("e" + i, null);
                create(journal, sending(entry));
            }
        }
        byte[] bytes = Files.readAllBytes(file());
        String text = new String(bytes, StandardCharsets.UTF_8);
        for (int at = text.indexOf("\"id\":\"e1\""); at >= 0; at = text.indexOf("\"id\":\"e1\"", at + 1)) {
            bytes[at + 20] ^= 1;
        }
        Files.write(file(), bytes);
        try (FileJournal journal = open()) {
            assertThat(journal.find("e0").toCompletableFuture().join()).isPresent();
            assertThat(journal.find("e1").toCompletableFuture().join()).isEmpty();
            assertThat(journal.find("e2").toCompletableFuture().join()).isPresent();
        }
    }

    @Test
    void aKeyHasOneHolderAndWhoeverLostItCannotSend() {
        try (FileJournal journal = open()) {
            OrderEntry slow = entry("slow", "k");
            OrderEntry quick = entry("quick", "k");

            assertThat(create(journal, slow)).isEqualTo(Written.DONE);
            assertThat(create(journal, quick)).isEqualTo(Written.CHANGED);
            assertThat(journal.create(quick, "slow").toCompletableFuture().join()).isEqualTo(Written.DONE);
            assertThat(replace(journal, sending(slow))).isEqualTo(Written.CHANGED);
            assertThat(replace(journal, sending(quick))).isEqualTo(Written.DONE);
        }
    }

    @Test
    void anOrderNumberHasOneOwnerUnlessKisSaysOtherwise() {
        try (FileJournal journal = open()) {
            OrderEntry found = sending(entry("found", null));
            OrderEntry other = sending(entry("other", null));
            OrderEntry sure = sending(entry("sure", null));
            List.of(found, other, sure).forEach(entry -> create(journal, entry));
            Placement lookedUp = new Placement("0000000007", null, null, false);
            Instant now = Instant.now();
            found = found.unknown("reset", now, now);
            other = other.unknown("reset", now, now);
            replace(journal, found);
            replace(journal, other);

            assertThat(replace(journal, found.placed(lookedUp, null, now))).isEqualTo(Written.DONE);
            assertThat(replace(journal, other.placed(lookedUp, null, now))).isEqualTo(Written.NUMBER_TAKEN);
            assertThat(replace(journal, sure.placed(new Placement("0000000007", null, null, true), null, now))).isEqualTo(Written.DONE);
            assertThat(journal.find("found").toCompletableFuture().join().orElseThrow().state()).isEqualTo(OrderState.UNKNOWN);
            assertThat(journal.findByNumber("0000000007").toCompletableFuture().join().orElseThrow().id()).isEqualTo("sure");
        }
    }

    @Test
    void twoGatewaysDoNotShareAFolder() {
        try (FileJournal journal = open()) {
            assertThatThrownBy(this::open).isInstanceOf(IllegalStateException.class).hasMessageContaining("another gateway");
            assertThat(journal.instance()).isEqualTo("me");
        }
    }

    /** The first order after days without any finds the files of that time open. */
    @Test
    void ordersGoOnAfterAWeekend() {
        TestClock clock = TestClock.at("2026-11-20T15:00:00");
        try (FileJournal journal = FileJournal.open(folder, "me", RETENTION, clock)) {
            assertThat(create(journal, sendingAt(clock, "friday"))).isEqualTo(Written.DONE);
            clock.moveTo("2026-11-23T09:00:00");
            assertThat(create(journal, sendingAt(clock, "monday"))).isEqualTo(Written.DONE);
            clock.moveTo("2026-12-07T09:00:00");
            CompletableFuture<Void> tidied = journal.heartbeat().toCompletableFuture();
            assertThat(create(journal, sendingAt(clock, "later"))).isEqualTo(Written.DONE);
            tidied.join();
        }
        try (FileJournal journal = FileJournal.open(folder, "me", RETENTION, clock)) {
            assertThat(journal.find("later").toCompletableFuture().join()).isPresent();
        }
    }

    private static OrderEntry sendingAt(TestClock clock, String id) {
        Instant now = clock.instant();
        OrderEntry entry = OrderEntry.received(id, new Terms(Terms.Action.BUY, "005930", 1, 0, null),
                new Origin("trading-buy", "127.0.0.1", "r-" + id, "me", null, "f"), now);
        return entry.sending(entry.terms(), null, now, now);
    }

    /** Whatever is confirmed while the disk fills up, and has room again, is there after a crash. */
    @Test
    void aRecordThatIsHalfWrittenTakesNoOtherWithIt() {
        Random random = new Random(7);
        for (int round = 0; round < 50; round++) {
            TestClock clock = TestClock.morning();
            Path here = folder.resolve("round-" + round);
            FullDisk disk = new FullDisk();
            Map<String, CompletableFuture<Written>> writes = new LinkedHashMap<>();
            try (FileJournal journal = FileJournal.open(here, "me", RETENTION, clock, disk)) {
                assertThat(create(journal, sendingAt(clock, "first"))).isEqualTo(Written.DONE);
                disk.refuseOnceAfter(random.nextInt(2000));
                for (int i = 0; i < 40; i++) {
                    String id = "e" + i;
                    writes.put(id, journal.create(sendingAt(clock, id), null).toCompletableFuture());
                    clock.advance(Duration.ofMillis(200));
                }
                writes.values().forEach(write -> write.handle((done, failure) -> null).join());
            }
            assertThat(writes.values()).anyMatch(CompletableFuture::isCompletedExceptionally);
            try (FileJournal journal = FileJournal.open(here, "me", RETENTION, clock)) {
                writes.forEach((id, write) -> {
                    if (!write.isCompletedExceptionally()) {
                        assertThat(journal.find(id).toCompletableFuture().join()).as(id).isPresent();
                    }
                });
            }
        }
    }

    /** A lookup that ends while the disk is full must not be the last one of its stock. */
    @Test
    void aRightThatWasNeverGivenBackEnds() {
        TestClock clock = TestClock.morning();
        Duration atMost = Duration.ofSeconds(10);
        try (FileJournal journal = FileJournal.open(folder, "me", RETENTION, clock)) {
            assertThat(journal.lease("005930", atMost).toCompletableFuture().join()).isTrue();
            assertThat(journal.lease("005930", atMost).toCompletableFuture().join()).isFalse();
            clock.advance(atMost);
            assertThat(journal.lease("005930", atMost).toCompletableFuture().join()).isTrue();
        }
    }
}
