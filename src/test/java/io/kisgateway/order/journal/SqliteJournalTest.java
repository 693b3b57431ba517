package io.kisgateway.order.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kisgateway.order.journal.Journal.Page;
import io.kisgateway.order.journal.Journal.Written;
import io.kisgateway.runtime.KoreanTime;
import io.kisgateway.testing.TestClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journal of a single gateway: what it keeps, for whom, and what it takes over from the files of former versions. */
class SqliteJournalTest {

    private static final Retention RETENTION = new Retention(Duration.ofDays(7), Duration.ofHours(24));
    private static final Terms TERMS = new Terms(Terms.Action.BUY, "005930", 1, 0, null);

    private final TestClock clock = TestClock.morning();
    @TempDir
    private Path parent;

    private Path folder() {
        return parent.resolve("data").resolve("orders-real-1");
    }

    private SqliteJournal open() {
        return SqliteJournal.open(folder(), "me", RETENTION, clock, Runnable::run);
    }

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private OrderEntry entry(String id, String client, String key) {
        return OrderEntry.received(id, TERMS, new Origin("trading-buy", "127.0.0.1", client, "r-" + id, "me", key, "f"), clock.instant());
    }

    private OrderEntry entry(String id, String key) {
        return entry(id, null, key);
    }

    private OrderEntry sending(OrderEntry entry) {
        return entry.sending(entry.terms(), null, clock.instant(), clock.instant());
    }

    private static Written create(Journal journal, OrderEntry entry) {
        return now(journal.create(entry, null));
    }

    private static Written replace(Journal journal, OrderEntry entry) {
        return now(journal.replace(entry));
    }

    private LocalDate today() {
        return KoreanTime.date(clock.instant());
    }

    @Test
    void whatIsWrittenIsThereAfterwardsAsItWas() {
        OrderEntry sending = sending(entry("e1", "desk-1", "k"));
        OrderEntry placed = sending.placed(new Placement("0000000007", "00950", "2026-11-23T10:00:00+09:00", true),
                new StoredReply(200, "application/json", "{}"), clock.instant());
        try (Journal journal = open()) {
            create(journal, entry("e1", "desk-1", "k"));
            replace(journal, sending);
            replace(journal, placed);
            create(journal, entry("only-received", "k2"));
        }
        try (Journal journal = open()) {
            assertThat(now(journal.find("e1"))).contains(placed);
            assertThat(now(journal.findByKey("desk-1", "k"))).contains(placed);
            assertThat(now(journal.findByNumber("0000000007"))).contains(placed);
            assertThat(now(journal.find("only-received"))).isEmpty();
            assertThat(now(journal.findByKey(null, "k2"))).isEmpty();
        }
    }

    /** Found by the fault campaign: two orders went out under one key, as the first had begun to be sent when it lost its key. */
    @Test
    void whatIsBeingSentKeepsItsKey() {
        try (Journal journal = open()) {
            OrderEntry first = entry("first", "k");
            assertThat(create(journal, first)).isEqualTo(Written.DONE);
            assertThat(replace(journal, sending(first))).isEqualTo(Written.DONE);

            assertThat(now(journal.create(entry("second", "k"), first))).isEqualTo(Written.CHANGED);
        }
    }

    @Test
    void aKeyHasOneHolderAndWhoeverLostItCannotSend() {
        try (Journal journal = open()) {
            OrderEntry slow = entry("slow", "k");
            OrderEntry quick = entry("quick", "k");

            assertThat(create(journal, slow)).isEqualTo(Written.DONE);
            assertThat(create(journal, quick)).isEqualTo(Written.CHANGED);
            assertThat(now(journal.create(quick, slow))).isEqualTo(Written.DONE);
            assertThat(replace(journal, sending(slow))).isEqualTo(Written.CHANGED);
            assertThat(replace(journal, sending(quick))).isEqualTo(Written.DONE);
        }
    }

    @Test
    void eachClientHasKeysOfItsOwn() {
        try (Journal journal = open()) {
            assertThat(create(journal, entry("a", "desk-1", "k"))).isEqualTo(Written.DONE);
            assertThat(create(journal, entry("b", "desk-2", "k"))).isEqualTo(Written.DONE);
            assertThat(create(journal, entry("c", null, "k"))).isEqualTo(Written.DONE);
            assertThat(create(journal, entry("d", "desk-1", "k"))).isEqualTo(Written.CHANGED);
            assertThat(now(journal.findByKey("desk-2", "k")).orElseThrow().id()).isEqualTo("b");
            assertThat(now(journal.findByKey("desk-3", "k"))).isEmpty();
        }
    }

    @Test
    void anOrderNumberHasOneOwnerUnlessKisSaysOtherwise() {
        try (Journal journal = open()) {
            OrderEntry found = sending(entry("found", null));
            OrderEntry other = sending(entry("other", null));
            OrderEntry sure = sending(entry("sure", null));
            List.of(found, other, sure).forEach(entry -> create(journal, entry));
            Placement lookedUp = new Placement("0000000007", null, null, false);
            Instant now = clock.instant();
            found = found.unknown("reset", now, now);
            other = other.unknown("reset", now, now);
            replace(journal, found);
            replace(journal, other);

            assertThat(replace(journal, found.placed(lookedUp, null, now))).isEqualTo(Written.DONE);
            assertThat(replace(journal, other.placed(lookedUp, null, now))).isEqualTo(Written.NUMBER_TAKEN);
            assertThat(replace(journal, sure.placed(new Placement("0000000007", null, null, true), null, now))).isEqualTo(Written.DONE);
            assertThat(now(journal.find("found")).orElseThrow().state()).isEqualTo(OrderState.UNKNOWN);
            assertThat(now(journal.findByNumber("0000000007")).orElseThrow().id()).isEqualTo("sure");
            assertThat(now(journal.confirmed(today(), "005930"))).singleElement().satisfies(word -> {
                assertThat(word.orderNo()).isEqualTo("0000000007");
                assertThat(word.id()).isEqualTo("sure");
                assertThat(word.sentAt()).isEqualTo(sure.sentAt());
            });
        }
    }

    /** What KIS itself says later takes the number away that a lookup had given: then it is free for the right one. */
    @Test
    void aNumberThatAnEntryHasNoLongerIsFree() {
        try (Journal journal = open()) {
            OrderEntry wrong = sending(entry("wrong", null));
            OrderEntry right = sending(entry("right", null));
            create(journal, wrong);
            create(journal, right);
            Instant now = clock.instant();
            OrderEntry doubtful = wrong.unknown("reset", now, now);
            replace(journal, doubtful);
            OrderEntry placed = doubtful.placed(new Placement("0000000007", null, null, false), null, now);
            replace(journal, placed);
            replace(journal, placed.numberLost("KIS said otherwise", now));
            OrderEntry unknown = right.unknown("reset", now, now);
            replace(journal, unknown);

            assertThat(now(journal.owners(today(), List.of("0000000007")))).isEmpty();
            assertThat(replace(journal, unknown.placed(new Placement("0000000007", null, null, false), null, now))).isEqualTo(Written.DONE);
            assertThat(now(journal.owners(today(), List.of("0000000007")))).containsEntry("0000000007", "right");
        }
    }

    @Test
    void aSecondGatewayOnAFolderIsRefusedAndAsSoonAsTheFirstIsGoneItIsNot() {
        try (Journal journal = open()) {
            assertThatThrownBy(this::open).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("another gateway keeps its orders in");
            assertThat(create(journal, sending(entry("e", null)))).isEqualTo(Written.DONE);
        }
        try (Journal journal = open()) {
            assertThat(now(journal.find("e"))).isPresent();
            assertThatThrownBy(this::open).isInstanceOf(IllegalStateException.class);
            assertThat(folder().resolve("journal.sqlite-shm")).as("memory that is shared with other processes").doesNotExist();
        }
    }

    /** SQLite's native part is unpacked beside the journal; a process that is killed leaves it behind. */
    @Test
    void whatFormerLivesUnpackedIsTakenAway() throws IOException {
        Files.createDirectories(folder());
        Path left = Files.createFile(folder().resolve("sqlite-3.54.1.0-18c6a22b-libsqlitejdbc.so"));
        try (Journal journal = open()) {
            assertThat(left).doesNotExist();
            assertThat(create(journal, sending(entry("e", null)))).isEqualTo(Written.DONE);
        }
    }

    @Test
    void nobodyElseMayReadIt() throws IOException {
        try (Journal journal = open()) {
            create(journal, sending(entry("e", null)));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder()))).isEqualTo("rwx------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder().resolve("journal.sqlite"))))
                    .isEqualTo("rw-------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder().resolve("journal.sqlite-wal"))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void aDayIsReadInPagesOldestFirstAndEachClientSeesItsOwn() {
        List<String> ids = new ArrayList<>();
        try (Journal journal = open()) {
            for (int i = 0; i < 7; i++) {
                // Two in each millisecond: a page may end between them.
                clock.advance(Duration.ofMillis(i % 2));
                ids.add("e" + i);
                create(journal, sending(entry("e" + i, i % 3 == 0 ? "desk-1" : "desk-2", null)));
            }
            assertThat(pages(journal, null, 2)).isEqualTo(ids);
            assertThat(pages(journal, null, 7)).isEqualTo(ids);
            assertThat(pages(journal, "desk-1", 2)).containsExactly("e0", "e3", "e6");
            assertThatThrownBy(() -> journal.list(today(), null, "x' or 1=1", 5)).isInstanceOf(IllegalArgumentException.class);
            assertThat(now(journal.list(today().minusDays(1), null, null, 5)).entries()).isEmpty();
        }
    }

    private List<String> pages(Journal journal, String client, int limit) {
        List<String> found = new ArrayList<>();
        String next = null;
        do {
            Page page = now(journal.list(today(), client, next, limit));
            assertThat(page.entries()).hasSizeBetween(1, limit);
            page.entries().forEach(entry -> found.add(entry.id()));
            next = page.next();
        } while (next != null);
        return found;
    }

    @Test
    void whatIsInDoubtOfOneStockIsReadHoweverMuchOfOthersIs() {
        try (Journal journal = open()) {
            Instant now = clock.instant();
            List<CompletableFuture<Written>> writes = new ArrayList<>();
            for (int i = 0; i < Journal.MOST_OPEN + 100; i++) {
                OrderEntry sending = sending(entry("e" + i, null));
                writes.add(journal.create(sending, null).toCompletableFuture());
                writes.add(journal.replace(sending.unknown("reset", now, now)).toCompletableFuture());
                if (i % 100 == 0) {
                    writes.forEach(CompletableFuture::join);
                }
            }
            OrderEntry other =
                    OrderEntry.received("other", new Terms(Terms.Action.SELL, "000660", 1, 0, null), entry("x", null).origin(), now);
            writes.add(journal.create(sending(other), null).toCompletableFuture());
            assertThat(writes).allMatch(write -> write.join() == Written.DONE);

            assertThat(now(journal.open())).hasSize(Journal.MOST_OPEN);
            assertThat(now(journal.open(today(), "005930"))).hasSize(Journal.MOST_OPEN + 100);
            assertThat(now(journal.open(today(), "000660"))).extracting(OrderEntry::id).containsExactly("other");
        }
    }

    /** A newer version's entry after a rollback, or a damaged one: it must stop nothing, and free nothing. */
    @Test
    void anEntryThatCannotBeReadIsLeftOutAndKeepsItsKey() throws Exception {
        try (Journal journal = open()) {
            for (String id : List.of("before", "strange", "broken", "after")) {
                OrderEntry received = entry(id, "key-" + id);
                create(journal, received);
                replace(journal, sending(received));
            }
        }
        try (SqliteFile file = SqliteFile.open(folder().resolve("journal.sqlite"))) {
            file.update("update entry set doc = replace(doc, '\"sending\"', '\"frozen\"') where id = 'strange'");
            file.update("update entry set doc = substr(doc, 1, 40) where id = 'broken'");
        }
        try (Journal journal = open()) {
            assertThat(now(journal.open())).extracting(OrderEntry::id).containsExactlyInAnyOrder("before", "after");
            assertThat(now(journal.open(today(), "005930"))).extracting(OrderEntry::id).containsExactlyInAnyOrder("before", "after");
            Page page = now(journal.list(today(), null, null, 10));
            assertThat(page.entries()).extracting(OrderEntry::id).containsExactlyInAnyOrder("before", "after");
            assertThat(page.unreadable()).containsExactlyInAnyOrder("strange", "broken");
            assertThat(journal.state().unreadable()).isEqualTo(2);
            assertThat(journal.state().unreadable()).isPositive();
            assertThat(journal.state().writable()).isTrue();
            assertThatThrownBy(() -> now(journal.findByKey(null, "key-strange"))).hasCauseInstanceOf(UnreadableEntry.class)
                    .hasMessageContaining("strange");
            assertThat(create(journal, entry("second", "key-strange"))).isEqualTo(Written.CHANGED);
            assertThat(create(journal, entry("third", "key-broken"))).isEqualTo(Written.CHANGED);
        }
    }

    /** A retry that ends while the disk is full must not be the last one of its stock. */
    @Test
    void aRightThatWasNeverGivenBackEnds() {
        Duration atMost = Duration.ofSeconds(10);
        try (Journal journal = open()) {
            assertThat(now(journal.lease("005930", atMost))).isTrue();
            assertThat(now(journal.lease("005930", atMost))).isFalse();
            clock.advance(atMost);
            assertThat(now(journal.lease("005930", atMost))).isTrue();
        }
    }

    @Test
    void entriesEndAfterAWeekAndKeysOfSettledOrdersAfterADay() {
        try (Journal journal = open()) {
            OrderEntry received = entry("settled", "k");
            create(journal, received);
            replace(journal, sending(received));
            replace(journal, sending(received).rejected("no", null, clock.instant()));
            OrderEntry doubtful = entry("doubtful", "d");
            create(journal, doubtful);
            replace(journal, sending(doubtful));

            clock.advance(Duration.ofHours(25));
            assertThat(now(journal.findByKey(null, "k"))).isEmpty();
            assertThat(now(journal.findByKey(null, "d"))).isPresent();
            assertThat(create(journal, entry("again", "k"))).isEqualTo(Written.DONE);
            assertThat(create(journal, entry("not-again", "d"))).isEqualTo(Written.CHANGED);
            clock.advance(Duration.ofDays(8));
            now(journal.heartbeat(MadeUpKeys::nothingLeft));
            assertThat(now(journal.find("settled"))).isEmpty();
            assertThat(now(journal.find("doubtful"))).isEmpty();
            assertThat(now(journal.open())).extracting(OrderEntry::id).containsExactly("again");
        }
    }

    @Test
    void anErrorInOneJobEndsNeitherTheThreadNorTheOthers() {
        try (SqliteJournal journal = open()) {
            CompletableFuture<Object> failing = journal.withThread(() -> {
                throw new OutOfMemoryError("as if");
            });
            assertThatThrownBy(failing::join).hasCauseInstanceOf(OutOfMemoryError.class);
            assertThat(create(journal, sending(entry("e", null)))).isEqualTo(Written.DONE);
        }
    }

    /** What is asked while the disk does not answer fails in time, and is not done when it does. */
    @Test
    void aDiskThatHangsHoldsNobodyForLongAndWhatWasGivenUpIsNotDone() {
        try (SqliteJournal journal = open()) {
            CountDownLatch disk = new CountDownLatch(1);
            CompletableFuture<Boolean> hanging = journal.withThread(() -> {
                try {
                    return disk.await(60, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            });
            assertThatThrownBy(() -> create(journal, sending(entry("given-up", "k")))).hasCauseInstanceOf(TimeoutException.class);
            assertThat(journal.state().why()).contains("nothing was written for");
            disk.countDown();

            assertThat(create(journal, sending(entry("later", "k")))).isEqualTo(Written.DONE);
            assertThat(now(journal.find("given-up"))).isEmpty();
            assertThat(journal.state().why()).isNull();
            assertThat(hanging).isCompletedExceptionally();
        }
    }

    @Test
    void whatLeavesNoEntryIsWrittenDownTheEldestOfADayGiveWayAndItEndsWithTheEntries() {
        AuditLine action = new AuditLine(clock.instant(), "action", "ops", "10.0.0.1", "/admin/trading/halt", "done", 1);
        try (SqliteJournal journal = open()) {
            now(journal.audit(List.of(action)));
            for (int i = 0; i < 21; i++) {
                Instant at = clock.instant().plusSeconds(i);
                now(journal.audit(
                        IntStream.range(0, 500).mapToObj(n -> new AuditLine(at, "refusal", null, "10.0.0.2", "buy " + n, "refused", 2))
                                .toList()));
            }
        }
        try (SqliteJournal journal = open()) {
            List<AuditLine> lines = now(journal.audited(today()));
            assertThat(lines).hasSize(AuditLine.MOST_OF_A_DAY + 1).contains(action);
            assertThat(lines).filteredOn(line -> line.kind().equals("refusal")).allMatch(line -> line.at().isAfter(clock.instant()));
            assertThat(now(journal.audited(today().minusDays(1)))).isEmpty();
            LocalDate day = today();
            clock.advance(Duration.ofDays(8));
            Awaitility.await().until(() -> {
                now(journal.heartbeat(MadeUpKeys::nothingLeft));
                return now(journal.audited(day)).isEmpty();
            });
        }
    }

    // Files of former versions.

    private void record(Path file, String text) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        Files.writeString(file, String.format(Locale.ROOT, "%08x %s%n", crc.getValue(), text), StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    @Test
    void filesOfFormerVersionsAreTakenOverOnceAndKept() throws IOException {
        Path file = folder().resolve("20261123.jsonl");
        Files.createDirectories(folder());
        OrderEntry one = sending(entry("one", "k1"));
        OrderEntry placed = one.placed(new Placement("0000000007", null, null, true), null, clock.instant());
        OrderEntry two = sending(entry("two", "k2"));
        for (OrderEntry entry : List.of(one, two, placed, placed)) {
            record(file, EntryJson.write(entry));
        }
        record(file, EntryJson.write(sending(entry("three", "k3"))).replace("\"sending\"", "\"frozen\""));
        Files.writeString(file, "12345678 {\"id\":\"damaged\"}\n0badbad", StandardOpenOption.APPEND);

        try (Journal journal = open()) {
            assertThat(now(journal.find("one"))).contains(placed);
            assertThat(now(journal.findByKey(null, "k2"))).contains(two);
            assertThat(now(journal.findByNumber("0000000007"))).contains(placed);
            assertThat(now(journal.confirmed(today(), "005930"))).hasSize(1);
            assertThat(now(journal.open())).extracting(OrderEntry::id).containsExactly("two");
            assertThat(create(journal, entry("second", "k3"))).as("what cannot be read keeps its key").isEqualTo(Written.CHANGED);
            assertThat(replace(journal, two.notPlaced("no", clock.instant()))).isEqualTo(Written.DONE);
        }
        assertThat(folder().resolve("20261123.jsonl")).doesNotExist();
        assertThat(folder().resolve("20261123.jsonl.taken-over")).exists();
        try (Journal journal = open()) {
            assertThat(now(journal.find("two")).orElseThrow().state()).isEqualTo(OrderState.NOT_PLACED);
        }
    }

    private static boolean fits(Journal journal, LocalDate day, long value) {
        return now(journal.takeValue("desk", day, value, 100));
    }

    /** Whoever went back to a former version and came again had no journal: the name was taken by the file of the first time. */
    @Test
    void filesOfAFormerVersionThatRanOnceMoreAreTakenOverToo() throws IOException {
        Path file = folder().resolve("20261123.jsonl");
        Path sums = folder().resolve("day-values.json");
        Files.createDirectories(folder());
        for (int round = 1; round <= 3; round++) {
            record(file, EntryJson.write(sending(entry("e" + round, "k" + round))));
            Files.writeString(sums, "{\"day\":\"2026-11-23\",\"sums\":{\"desk\":20}}");
            Files.setLastModifiedTime(sums, FileTime.from(clock.instant().plusSeconds(round)));
            try (Journal journal = open()) {
                assertThat(now(journal.open())).hasSize(round);
            }
        }
        try (Journal journal = open()) {
            assertThat(fits(journal, today(), 41)).isFalse();
            assertThat(fits(journal, today(), 40)).isTrue();
        }
        try (Stream<Path> kept = Files.list(folder())) {
            assertThat(kept.map(path -> path.getFileName().toString()).filter(name -> name.contains("json"))).containsExactlyInAnyOrder(
                    "20261123.jsonl.taken-over", "20261123.jsonl.taken-over-2", "20261123.jsonl.taken-over-3",
                    "day-values.json.taken-over", "day-values.json.taken-over-2", "day-values.json.taken-over-3");
        }
    }

    /** A crash between the two: it is in the journal, and still has its old name. */
    @Test
    void sumsThatAreTakenOverAndNotYetRenamedCountOnce() throws IOException {
        Path sums = folder().resolve("day-values.json");
        Files.createDirectories(folder());
        Files.writeString(sums, "{\"day\":\"2026-11-23\",\"sums\":{\"desk\":40}}");
        try (Journal journal = open()) {
            assertThat(fits(journal, today(), 61)).isFalse();
        }
        Files.move(sums.resolveSibling("day-values.json.taken-over"), sums);
        try (Journal journal = open()) {
            assertThat(fits(journal, today(), 60)).isTrue();
        }
        assertThat(sums).doesNotExist();
    }

    @Test
    void tradingStaysHaltedOverARestart() {
        try (Journal journal = open()) {
            now(journal.halt("since nine"));
            assertThat(create(journal, sending(entry("e", null)))).isEqualTo(Written.HALTED);
        }
        try (Journal journal = open()) {
            assertThat(create(journal, sending(entry("e", null)))).isEqualTo(Written.HALTED);
            assertThat(now(journal.halted(null))).contains("since nine");
            now(journal.halt(null));
            assertThat(create(journal, sending(entry("e", null)))).isEqualTo(Written.DONE);
        }
    }

    @Test
    void aMadeUpKeyThatARepeatHasJustTakenMayBeGivenBackYet() {
        try (Journal journal = open()) {
            MadeUpKeys.oneThatARepeatHasJustTakenMayBeGivenBackYet(journal);
        }
    }

    @Test
    void aMadeUpKeyThatARequestHasTakenThatIsGoneIsUntold() {
        try (Journal journal = open()) {
            MadeUpKeys.oneThatARequestHasTakenThatIsGoneIsUntold(journal);
        }
    }

    @Test
    void aMadeUpKeyThatARepeatHasTakenIsNoLongerWhoseItWas() {
        try (Journal journal = open()) {
            MadeUpKeys.oneThatARepeatHasTakenIsNoLongerWhoseItWas(journal);
        }
    }

    /** Found by the fault campaign: it had the key of a request of which nothing was sent, and became a second order. */
    @Test
    void afterARestartARepeatHasTheKeyOfWhatWasSent() {
        String unsent = Origin.madeUp("kind", "1");
        String sent = Origin.madeUp("kind", "2");
        try (Journal journal = open()) {
            OrderEntry never = sending(entry("never", unsent));
            create(journal, never);
            replace(journal, never.notPlaced("The caller hung up", clock.instant()));
            create(journal, sending(entry("perhaps", sent)));
        }
        try (Journal journal = open()) {
            assertThat(now(journal.borrowKey("kind", Origin.madeUp("kind", "3"), null)).key()).isEqualTo(sent);
        }
    }
}
