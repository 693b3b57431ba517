package io.kisgateway.order.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kisgateway.order.journal.Journal.Written;
import io.kisgateway.redis.RedisAddress;
import io.kisgateway.redis.RedisConnection;
import io.kisgateway.runtime.KoreanTime;
import io.kisgateway.testing.LogLines;
import io.kisgateway.testing.TestClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.redisson.api.RScript;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;

/** How long Redis is told to keep what, and what it lists first. */
class RedisJournalTest {

    private static final Terms TERMS = new Terms(Terms.Action.BUY, "005930", 1, 0, null);
    private static final String FIRST = Origin.madeUp("kind", "1");
    private static final String SECOND = Origin.madeUp("kind", "2");

    private final DurableRedis redis = DurableRedis.start();
    private final RedisConnection connection = RedisConnection.open(RedisAddress.parse(redis.url()).waitingFor(Duration.ofMinutes(1)),
            "t:");

    @AfterEach
    void stop() {
        connection.close();
        redis.close();
    }

    /** One that keeps all for longer than any machine needs for a test. */
    private RedisJournal journal() {
        return journal(Duration.ofHours(1), Duration.ofHours(1));
    }

    private RedisJournal journal(Duration entries, Duration keys) {
        RedisJournal journal = new RedisJournal(connection, () -> "account", "me", new Retention(entries, keys), Clock.systemUTC());
        Awaitility.await().until(() -> !journal.heartbeat(MadeUpKeys::nothingLeft).toCompletableFuture()
                .handle((done, failure) -> failure).thenApply(failure -> failure != null).join());
        return journal;
    }

    private RedisJournal another(String name) {
        return new RedisJournal(connection, () -> "account", name, new Retention(Duration.ofDays(1), Duration.ofDays(1)),
                Clock.systemUTC());
    }

    private long redisMillis() {
        return Long.parseLong(now(connection.async(client -> client.getScript(StringCodec.INSTANCE).<String>evalAsync(
                RScript.Mode.READ_ONLY, "return redis.call('TIME')[1] .. '000'", RScript.ReturnType.VALUE))));
    }

    private void seemsGone(String name) {
        now(connection.async(client -> client.getKeys().deleteByPatternAsync("*:alive:" + name)));
    }

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static OrderEntry received(String id, String key) {
        return OrderEntry.received(id, TERMS, new Origin("trading-buy", "127.0.0.1", null, "r-" + id, "me", key, "f"), Instant.now());
    }

    private static OrderEntry sending(Journal journal, String id, String key) {
        OrderEntry received = received(id, key);
        assertThat(now(journal.create(received, null))).isEqualTo(Written.DONE);
        OrderEntry sending = received.sending(TERMS, null, Instant.now(), Instant.now());
        assertThat(now(journal.replace(sending))).isEqualTo(Written.DONE);
        return sending;
    }

    /** All gateways may be down over a weekend, with an order of which nobody knows: its key must not become free by that. */
    @Test
    void theKeyOfAnOrderInDoubtLivesAsLongAsItsEntry() {
        RedisJournal journal = journal(Duration.ofMinutes(1), Duration.ofMillis(300));
        OrderEntry doubtful = sending(journal, "doubtful", "key-1");
        sending(journal, "crashed", "key-2");
        OrderEntry settled = sending(journal, "settled", "key-3");
        now(journal.replace(doubtful.unknown("reset", Instant.now(), Instant.now())));
        now(journal.replace(settled.rejected("no", null, Instant.now())));

        // One that comes later, and knows only what Redis does.
        RedisJournal later = journal(Duration.ofMinutes(1), Duration.ofMillis(300));
        Awaitility.await().until(() -> now(later.findByKey(null, "key-3")).isEmpty());
        assertThat(now(later.findByKey(null, "key-1"))).isPresent();
        assertThat(now(later.findByKey(null, "key-2"))).isPresent();
        assertThat(now(later.create(received("second", "key-1"), null))).isEqualTo(Written.CHANGED);
    }

    /** One left in the moment before the first sign of life, and could not be ended in the journal afterwards. */
    @Test
    void noOrderIsAboutToLeaveBeforeTheFirstTrialOfRedisRights() {
        try (DurableRedis strict = DurableRedis.start("--save", "", "--user", "gateway", "on", ">PASSWORD", "~*", "&*", "+@all", "-zrem");
                RedisConnection way = RedisConnection.open(RedisAddress.parse(strict.url().replace("//", "//gateway:PASSWORD@"))
                        .waitingFor(Duration.ofMinutes(1)), "t:")) {
            RedisJournal young = new RedisJournal(way, () -> "account", "young", new Retention(Duration.ofDays(1), Duration.ofDays(1)),
                    Clock.systemUTC());
            OrderEntry received = received("first", null);
            Awaitility.await().until(() -> now(young.create(received, null).handle((written, failure) -> failure == null)));

            assertThatThrownBy(() -> now(young.replace(received.sending(TERMS, null, Instant.now(), Instant.now()))))
                    .hasMessageContaining("can't run this command");
            assertThat(now(young.find("first")).orElseThrow().state()).isEqualTo(OrderState.RECEIVED);
        }
    }

    /** Found by the fault campaign: two orders went out under one key, as the first had begun to be sent when it lost its key. */
    @Test
    void whatIsBeingSentKeepsItsKey() {
        RedisJournal journal = journal();
        OrderEntry first = received("first", "k");
        assertThat(now(journal.create(first, null))).isEqualTo(Written.DONE);
        assertThat(now(journal.replace(first.sending(TERMS, null, Instant.now(), Instant.now())))).isEqualTo(Written.DONE);

        assertThat(now(journal.create(received("second", "k"), first))).isEqualTo(Written.CHANGED);
    }

    /** A gateway that has not written down yet of whom nobody was told is none to go by. */
    @Test
    void aMadeUpKeyOfAnotherGatewayIsWaitedForUntilThatHasSaidThatItLives() {
        RedisJournal journal = journal();
        RedisJournal other = another("other");
        now(other.heartbeat(MadeUpKeys::nothingLeft));
        assertThat(now(other.borrowKey("kind", FIRST, null)).key()).isEqualTo(FIRST);
        String[] ticket = {now(journal.borrowKey("kind", SECOND, null)).ticket()};
        now(other.heartbeat(() -> CompletableFuture.failedStage(new IllegalStateException("not written"))));
        assertThat(now(journal.borrowKey("kind", SECOND, ticket[0])).key()).isNull();
        now(other.untold(FIRST, FIRST));
        assertThat(now(journal.borrowKey("kind", SECOND, ticket[0])).key()).as("its caller was not told").isEqualTo(FIRST);

        // It is under way at the first one now, whose caller is there.
        ticket[0] = now(other.borrowKey("kind", SECOND, null)).ticket();
        Awaitility.await().until(() -> {
            now(journal.heartbeat(MadeUpKeys::nothingLeft));
            Journal.Borrowed found = now(other.borrowKey("kind", SECOND, ticket[0]));
            ticket[0] = found.ticket();
            return SECOND.equals(found.key());
        });
    }

    /** Found by the fault campaign: what the first had told was written down after another had ordered under that key, and was lost with it. */
    @Test
    void aMadeUpKeyThatWasTakenFromAGatewayIsNoLongerItsToFree() {
        RedisJournal journal = journal();
        RedisJournal gone = another("gone");
        assertThat(now(gone.borrowKey("kind", FIRST, null)).key()).isEqualTo(FIRST);
        seemsGone("gone");
        assertThat(now(journal.borrowKey("kind", SECOND, null)).key()).isEqualTo(FIRST);
        now(gone.told(null, FIRST, FIRST));
        now(journal.untold(FIRST, SECOND));

        assertThat(now(gone.borrowKey("kind", Origin.madeUp("kind", "3"), null)).key()).isEqualTo(FIRST);
        now(gone.told(null, FIRST, Origin.madeUp("kind", "3")));
        assertThat(now(journal.borrowKey("kind", Origin.madeUp("kind", "4"), null)).key()).isEqualTo(Origin.madeUp("kind", "4"));
    }

    /** A second order that was meant, at another gateway, was taken for a repeat of one that a gateway had taken as soon as it was up. */
    @Test
    void aGatewayThatHasAnOrderBeforeItsFirstSignOfLifeIsNotTakenForGone() {
        RedisJournal journal = journal();
        RedisJournal young = another("young");
        assertThat(now(young.borrowKey("kind", FIRST, null)).key()).isEqualTo(FIRST);

        String ticket = now(journal.borrowKey("kind", SECOND, null)).ticket();
        assertThat(ticket).isNotNull();
        assertThat(now(journal.borrowKey("kind", SECOND, ticket)).key()).as("it has not said anything yet").isNull();
        now(young.told(null, FIRST, FIRST));
        assertThat(now(journal.borrowKey("kind", SECOND, ticket)).key()).isEqualTo(SECOND);
    }

    /** What is written in the same moment in which a sign of life is sent is known only with the next. */
    @Test
    void aSignOfLifeSaysNothingOfWhatHappensWhileItIsUnderWay() {
        RedisJournal journal = journal();
        RedisJournal other = another("other");
        now(other.heartbeat(MadeUpKeys::nothingLeft));
        assertThat(now(other.borrowKey("kind", FIRST, null)).key()).isEqualTo(FIRST);
        String ticket = now(journal.borrowKey("kind", SECOND, null)).ticket();
        Awaitility.await().until(() -> redisMillis() > Long.parseLong(ticket) + 250);

        now(other.heartbeat(MadeUpKeys::nothingLeft));
        assertThat(now(journal.borrowKey("kind", SECOND, ticket)).key()).isNull();
        now(other.untold(FIRST, FIRST));
        assertThat(now(journal.borrowKey("kind", SECOND, ticket)).key()).isEqualTo(FIRST);
    }

    /** Found by the fault campaign: the script ran when its request had been given up, and left the key as under way for good. */
    @Test
    void aRequestThatHasBeenGivenUpHasNoKeyWhetherItsQuestionWasAnsweredOrComesLate() {
        RedisJournal journal = journal();
        RedisJournal other = another("other");
        String late = Origin.madeUp("kind", "3");
        now(other.borrowKey("kind", FIRST, null));
        now(other.untold(FIRST, FIRST));
        assertThat(now(other.borrowKey("kind", SECOND, null)).key()).isEqualTo(FIRST);
        now(other.giveUp(SECOND));
        now(other.giveUp(late));
        assertThatThrownBy(() -> now(other.borrowKey("kind", late, null))).hasMessageContaining("given up");

        assertThat(now(journal.borrowKey("kind", Origin.madeUp("kind", "4"), null)).key()).isEqualTo(FIRST);
    }

    /** Callers by the thousand that wait for a permit hide none of those that were sent. */
    @Test
    void whatWasSentIsListedBeforeWhatOnlyWaits() {
        RedisJournal journal = journal();
        for (int i = 0; i < Journal.MOST_OPEN; i++) {
            now(journal.create(received("waiting-" + i, "w" + i), null));
        }
        OrderEntry doubtful = sending(journal, "doubtful", "key-1");
        sending(journal, "zsending", "key-2");
        now(journal.replace(doubtful.unknown("reset", Instant.now(), Instant.now())));

        List<OrderEntry> open = now(journal.open());
        assertThat(open).hasSize(Journal.MOST_OPEN);
        assertThat(open.subList(0, 2)).extracting(OrderEntry::id).containsExactlyInAnyOrder("doubtful", "zsending");
    }

    /** 2,060 orders in doubt once hid each other for good. */
    @Test
    void whatIsInDoubtOfOneStockIsReadHoweverMuchOfOthersIs() {
        RedisJournal journal = journal();
        Instant now = Instant.now();
        for (int i = 0; i < Journal.MOST_OPEN + 100; i++) {
            OrderEntry sending = received("e" + i, null).sending(TERMS, null, now, now);
            now(journal.create(sending, null));
            now(journal.replace(sending.unknown("reset", now, now)));
        }
        OrderEntry other =
                OrderEntry.received("other", new Terms(Terms.Action.SELL, "000660", 1, 0, null), received("x", null).origin(), now);
        now(journal.create(other.sending(other.terms(), null, now, now), null));

        assertThat(now(journal.open())).hasSize(Journal.MOST_OPEN);
        assertThat(now(journal.open(other.day(), "005930"))).hasSize(Journal.MOST_OPEN + 100);
        assertThat(now(journal.open(other.day(), "000660"))).extracting(OrderEntry::id).containsExactly("other");
    }

    @Test
    void anOpenEntryOfAFormerVersionIsAmongThoseOfItsStockAfterOneLook() {
        RedisJournal journal = journal();
        OrderEntry old = sending(journal, "old", "k");
        RedissonClient client = connection.client();
        client.getMap("t:orders:{account}:entry:old", StringCodec.INSTANCE).fastRemove("group");
        client.getKeys().delete("t:orders:{account}:open:" + DateTimeFormatter.BASIC_ISO_DATE.format(old.day()) + ":005930");

        assertThat(now(journal.open(old.day(), "005930"))).isEmpty();
        now(journal.open());
        assertThat(now(journal.open(old.day(), "005930"))).extracting(OrderEntry::id).containsExactly("old");
    }

    /** Days with more than 20,000 orders lost the newest without a word. */
    @Test
    void aDayIsReadInPagesToItsEndAndEachClientSeesItsOwn() {
        RedisJournal journal = journal();
        Instant at = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 1234; i++) {
            String id = String.format("e%04d", i);
            Origin origin = new Origin("trading-buy", null, i % 10 == 0 ? "desk-1" : "desk-2", "r", "me", null, "f");
            Instant when = at.plusMillis(i / 3);
            now(journal.create(OrderEntry.received(id, TERMS, origin, when).sending(TERMS, null, when, when), null));
            ids.add(id);
        }
        LocalDate day = KoreanTime.date(at);
        assertThat(pages(journal, day, null, 100)).isEqualTo(ids);
        assertThat(pages(journal, day, null, 7)).isEqualTo(ids);
        assertThat(pages(journal, day, "desk-1", 50)).hasSize(124).startsWith("e0000", "e0010");
        // What has expired is passed over, and leaves no hole.
        for (int i = 0; i < 600; i++) {
            connection.client().getKeys().delete("t:orders:{account}:entry:" + ids.get(i));
        }
        assertThat(pages(journal, day, null, 100)).isEqualTo(ids.subList(600, 1234));
    }

    private static List<String> pages(Journal journal, LocalDate day, String client, int limit) {
        List<String> found = new ArrayList<>();
        String next = null;
        do {
            Journal.Page page = now(journal.list(day, client, next, limit));
            assertThat(page.entries()).hasSizeLessThanOrEqualTo(limit);
            page.entries().forEach(entry -> found.add(entry.id()));
            next = page.next();
        } while (next != null);
        return found;
    }

    @Test
    void anEntryEndsAWeekAfterTheOrderHoweverOftenItIsLookedUp() {
        RedisJournal journal = journal(Duration.ofDays(7), Duration.ofHours(24));
        Instant created = Instant.now().minus(Duration.ofDays(6));
        OrderEntry entry = OrderEntry.received("old", TERMS, received("x", "k").origin(), created).sending(TERMS, null, created, created);
        now(journal.create(entry, null));
        OrderEntry doubtful = entry.unknown("reset", created, created);
        now(journal.replace(doubtful));
        now(journal.replace(doubtful.lookedUp(Instant.now())));

        RedissonClient client = connection.client();
        Duration left = Duration.between(Instant.now(), created.plus(Duration.ofDays(7)));
        assertThat(Duration.ofMillis(client.getMap("t:orders:{account}:entry:old").remainTimeToLive())).isBetween(left.minusSeconds(60),
                left.plusSeconds(1));
        assertThat(client.getKeys().getKeysStream()).allSatisfy(key -> {
            if (!key.endsWith("alive:me") && !key.endsWith("}:open")) {
                assertThat(Duration.ofMillis(client.getBucket(key).remainTimeToLive())).as(key).isBetween(left.minusSeconds(60),
                        left.plusDays(1));
            }
        });
    }

    @Test
    void anEntryThatCannotBeReadIsLeftOutAndKeepsItsKey() {
        RedisJournal journal = journal();
        sending(journal, "before", "key-1");
        OrderEntry strange = sending(journal, "strange", "key-2");
        sending(journal, "after", "key-3");
        connection.client().<String, String>getMap("t:orders:{account}:entry:strange", StringCodec.INSTANCE)
                .computeIfPresent("doc", (name, doc) -> doc.replace("\"sending\"", "\"frozen\""));

        // One that comes later, and knows only what Redis does.
        RedisJournal later = journal();
        assertThat(now(later.open())).extracting(OrderEntry::id).containsExactlyInAnyOrder("before", "after");
        assertThat(now(later.open(strange.day(), "005930"))).hasSize(2);
        assertThat(now(later.list(strange.day(), null, null, 10)).unreadable()).containsExactly("strange");
        assertThat(later.state().unreadable()).isEqualTo(1);
        assertThatThrownBy(() -> now(later.findByKey(null, "key-2"))).hasCauseInstanceOf(UnreadableEntry.class);
        assertThat(now(later.create(received("second", "key-2"), null))).isEqualTo(Written.CHANGED);
    }

    @Test
    void whatNoReplicaHasIsNotSent() {
        try (DurableRedis replica = DurableRedis.replicaOf(redis)) {
            RedisJournal journal = journal();
            Awaitility.await().ignoreExceptions().until(() -> {
                return info("connected_slaves:1") && info("state=online");
            });
            sending(journal, "confirmed", null);
            replica.freeze();
            OrderEntry refused = received("refused", null).sending(TERMS, null, Instant.now(), Instant.now());
            assertThatThrownBy(() -> now(journal.create(refused, null))).hasMessageContaining("none of its replicas");
            assertThat(journal.state().writable()).isFalse();
            now(journal.heartbeat(MadeUpKeys::nothingLeft));
            assertThat(journal.state().writable()).as("Redis itself answers").isFalse();
            // How an order ended is written all the same: that one is at KIS already.
            assertThat(now(journal.replace(refused.notPlaced("it could not be written down", Instant.now()))))
                    .isEqualTo(Written.DONE);
            replica.thaw();
            Awaitility.await().ignoreExceptions()
                    .untilAsserted(() -> sending(journal, "later" + System.nanoTime(), null));
            assertThat(journal.state().writable()).isTrue();
        }
    }

    private boolean info(String text) {
        return connection.client().getScript(StringCodec.INSTANCE)
                .<String>eval(RScript.Mode.READ_ONLY, "return redis.call('INFO', 'replication')", RScript.ReturnType.VALUE).contains(text);
    }

    /** After a failover to a replica that was behind, a repeat on another instance has taken the key for a new order. */
    @Test
    void aKeyThatBelongsToAnotherOrderThanItDidIsAnError() {
        RedisJournal journal = journal();
        sending(journal, "mine", "key-1");
        connection.client().getKeys().flushdb();
        RedisJournal other = journal();
        sending(other, "others", "key-1");

        List<String> errors = LogLines.of(RedisJournal.class, () -> {
            assertThat(now(journal.findByKey(null, "key-1")).orElseThrow().id()).isEqualTo("others");
            now(journal.findByKey(null, "key-1"));
        });
        assertThat(errors).singleElement().asString().contains("mine").contains("others").startsWith("ERROR");
    }

    @Test
    void timesGoByRedissClock() {
        TestClock slow = TestClock.morning();
        RedisJournal journal =
                new RedisJournal(connection, () -> "account", "me", new Retention(Duration.ofDays(7), Duration.ofDays(1)), slow);
        List<String> lines =
                LogLines.of(RedisHeartbeat.class, () -> Awaitility.await().ignoreExceptions().until(() -> {
                    now(journal.heartbeat(MadeUpKeys::nothingLeft));
                    return true;
                }));

        assertThat(Duration.between(journal.clock().instant(), Instant.now()).abs()).isLessThan(Duration.ofSeconds(20));
        assertThat(lines).anyMatch(line -> line.startsWith("WARN") && line.contains("this machine's"));
    }

    /** Whoever has nothing but a lookup's word for a number loses it in the very step in which KIS's word is written down. */
    @Test
    void aNumberThatKisConfirmsForAnotherIsTakenFromItsHolderInTheSameStep() {
        RedisJournal journal = journal();
        Instant now = Instant.now();
        OrderEntry unknown = sending(journal, "loser", "key-1").unknown("reset", now, now);
        now(journal.replace(unknown));
        Placement found = new Placement("0000000007", null, null, false);
        OrderEntry loser = unknown.placed(found, new StoredReply(200, "application/json", "{}"), now);
        now(journal.replace(loser));
        assertThat(now(journal.open(loser.day(), "005930"))).isEmpty();
        OrderEntry winner = sending(journal, "winner", "key-2").placed(new Placement("0000000007", "91252", null, true), null, now);
        List<String> lines = LogLines.of(RedisWrites.class, () -> assertThat(now(journal.replace(winner))).isEqualTo(Written.DONE));

        assertThat(lines).singleElement().satisfies(line -> assertThat(line).startsWith("WARN").contains("winner", "loser"));
        OrderEntry lost = now(journal.find("loser")).orElseThrow();
        assertThat(lost.state()).isEqualTo(OrderState.UNKNOWN);
        assertThat(lost.version()).isEqualTo(loser.version() + 1);
        assertThat(now(journal.owners(winner.day(), List.of("0000000007")))).containsValue("winner");
        assertThat(now(journal.findByNumber("0000000007"))).hasValueSatisfying(entry -> assertThat(entry.id()).isEqualTo("winner"));
        assertThat(now(journal.open(loser.day(), "005930"))).extracting(OrderEntry::id).containsExactly("loser");
        assertThat(now(journal.open())).extracting(OrderEntry::id).containsExactly("loser");
        // What it is given instead is its own, and takes nothing from the winner.
        now(journal.replace(lost.placed(new Placement("0000000009", null, null, false), null, now)));
        assertThat(now(journal.owners(winner.day(), List.of("0000000007", "0000000009")))).containsOnlyKeys("0000000007", "0000000009");

        OrderEntry sure = sending(journal, "sure", null).placed(new Placement("0000000007", null, null, true), null, now);
        assertThat(now(journal.replace(sure))).isEqualTo(Written.DONE);
        assertThat(now(journal.find("winner")).orElseThrow().version()).as("KIS confirmed it").isEqualTo(winner.version());
    }

    @Test
    void whatLeavesNoEntryIsWrittenDownAndTheEldestOfADayGiveWay() {
        RedisJournal journal = journal();
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        AuditLine action = new AuditLine(now, "action", "ops", "10.0.0.1", "/admin/trading/halt", "done", 1);
        now(journal.audit(List.of(action)));
        for (int i = 0; i < 21; i++) {
            Instant at = now.plusMillis(1 + i);
            now(journal
                    .audit(IntStream.range(0, 500).mapToObj(n -> new AuditLine(at, "refusal", null, "10.0.0.2", "buy " + n, "refused", 2))
                            .toList()));
        }

        List<AuditLine> lines = now(journal.audited(KoreanTime.date(now)));
        assertThat(lines).hasSize(AuditLine.MOST_OF_A_DAY + 1).contains(action);
        assertThat(lines.get(1).at()).as("of the refusals the first 500 are gone").isAfter(now.plusMillis(1));
        assertThat(connection.client().getKeys().remainTimeToLive("t:orders:{account}:audit:"
                + DateTimeFormatter.BASIC_ISO_DATE.format(KoreanTime.date(now)) + ":action")).isPositive();
        assertThat(now(journal.audited(KoreanTime.date(now).minusDays(1)))).isEmpty();
    }

    @Test
    void ofMoreInDoubtOfOneStockThanAreReadAtOnceTheYoungestAre() {
        RedisJournal journal = journal();
        OrderEntry old = sending(journal, "old", null);
        String set = "t:orders:{account}:open:" + DateTimeFormatter.BASIC_ISO_DATE.format(old.day()) + ":005930";
        // So many younger ones that the eldest is not read.
        connection.client().getScoredSortedSet(set, StringCodec.INSTANCE).addAll(IntStream.range(0, Journal.MOST_OF_A_STOCK).boxed()
                .collect(Collectors.toMap(i -> "e" + i, i -> old.createdAt().toEpochMilli() + 1.0 + i)));
        OrderEntry young = received("young", null).sending(TERMS, null, Instant.now(), Instant.now());
        now(journal.create(young, null));
        connection.client().getScoredSortedSet(set, StringCodec.INSTANCE).add(old.createdAt().toEpochMilli() + 100_000.0, "young");

        assertThat(now(journal.open(old.day(), "005930"))).extracting(OrderEntry::id).containsExactly("young");
    }

    @Test
    void aNumberThatAnEntryHasNoLongerIsFree() {
        RedisJournal journal = journal();
        Instant now = Instant.now();
        OrderEntry wrong = sending(journal, "wrong", null).unknown("reset", now, now);
        OrderEntry right = sending(journal, "right", null).unknown("reset", now, now);
        now(journal.replace(wrong));
        now(journal.replace(right));
        Placement number = new Placement("0000000007", null, null, false);
        OrderEntry placed = wrong.placed(number, null, now);
        now(journal.replace(placed));
        assertThat(now(journal.replace(right.placed(number, null, now)))).isEqualTo(Written.NUMBER_TAKEN);
        now(journal.replace(placed.numberLost("KIS said otherwise", now)));

        assertThat(now(journal.owners(right.day(), List.of("0000000007")))).isEmpty();
        assertThat(now(journal.findByNumber("0000000007"))).isEmpty();
        assertThat(now(journal.replace(right.placed(number, null, now)))).isEqualTo(Written.DONE);
        assertThat(now(journal.confirmed(right.day(), "005930"))).isEmpty();
        OrderEntry sure = sending(journal, "sure", null);
        now(journal.replace(sure.placed(new Placement("0000000008", null, null, true), null, now)));
        assertThat(now(journal.confirmed(right.day(), "005930"))).extracting(Journal.Confirmed::orderNo).containsExactly("0000000008");
    }

    @Test
    void aMadeUpKeyThatARepeatHasJustTakenMayBeGivenBackYet() {
        MadeUpKeys.oneThatARepeatHasJustTakenMayBeGivenBackYet(journal());
    }

    @Test
    void aMadeUpKeyThatARequestHasTakenThatIsGoneIsUntold() {
        MadeUpKeys.oneThatARequestHasTakenThatIsGoneIsUntold(journal());
    }

    @Test
    void aMadeUpKeyThatARepeatHasTakenIsNoLongerWhoseItWas() {
        MadeUpKeys.oneThatARepeatHasTakenIsNoLongerWhoseItWas(journal());
    }
}
