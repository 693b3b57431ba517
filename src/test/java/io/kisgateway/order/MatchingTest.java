package io.kisgateway.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.order.journal.Journal.Confirmed;
import io.kisgateway.order.journal.OrderEntry;
import io.kisgateway.order.journal.Origin;
import io.kisgateway.order.journal.Terms;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Orders at KIS given to orders of the journal. */
class MatchingTest {

    private static final Instant T0 = Instant.parse("2026-11-23T01:00:00Z");
    private static final LocalDate DAY = LocalDate.of(2026, 11, 23);
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final Terms TERMS = new Terms(Terms.Action.BUY, "005930", 1, 70_000, null);

    private final KisClock clock = new KisClock();
    private final OrderNumbers numbers = new OrderNumbers();
    private final Matching matching = new Matching(clock, numbers, GRACE);

    MatchingTest() {
        knows(clock, Duration.ZERO);
    }

    /** KIS's clock is so far ahead of ours, as its list has told of an order that it had confirmed. */
    private static void knows(KisClock clock, Duration ahead) {
        Instant sent = T0.minusMillis(500);
        clock.listed(List.of(row(1, ahead.toMillis() / 1000.0)),
                List.of(new Confirmed("c", "0000000001", Terms.Action.BUY, sent, sent.plusSeconds(1))));
    }

    private static String doubt(Matching matching, OrderEntry entry, List<KisOrder> rows) {
        return matching.doubt(entry, rows, Map.of());
    }

    private static OrderEntry entry(String id, double sent, String floor) {
        Instant at = T0.plusMillis((long) (sent * 1000));
        OrderEntry sending = OrderEntry.received(id, TERMS, new Origin("trading-buy", null, null, "r", "i", null, "f"), at)
                .sending(TERMS, floor, at, at.plusSeconds(3));
        return sending.unknown("reset", at.plusSeconds(1), at.plusSeconds(1));
    }

    private static KisOrder row(long number, double at, long quantity, long price) {
        Instant time = Instant.ofEpochSecond(T0.plusMillis((long) (at * 1000)).getEpochSecond());
        return new KisOrder(String.format("%010d", number), "", false, "91252", "KRX", true, "005930", "", price == 0 ? "01" : "00",
                quantity, price,
                time, 0, BigDecimal.ZERO, 0, quantity, 0, 0);
    }

    private static KisOrder row(long number, double at) {
        return row(number, at, 1, 70_000);
    }

    private static KisOrder at(String exchange, KisOrder row) {
        return new KisOrder(row.orderNo(), row.original(), row.cancellation(), row.organizationNo(), exchange, row.buy(), row.code(),
                row.name(),
                row.type(), row.quantity(), row.price(), row.at(), row.filled(), row.averagePrice(), row.amount(), row.remaining(),
                row.cancelled(), row.rejected());
    }

    @Test
    void everythingThatKisTellsMustFit() {
        OrderEntry entry = entry("e", 0, "0000000100");

        assertThat(matching.match(List.of(entry), List.of(row(101, 0.2)))).containsOnlyKeys("e");
        assertThat(matching.match(List.of(entry), List.of(row(101, 0.2, 2, 70_000)))).isEmpty();
        assertThat(matching.match(List.of(entry), List.of(row(101, 0.2, 1, 70_100)))).isEmpty();
        assertThat(matching.match(List.of(entry), List.of(row(101, 0.2, 1, 0)))).isEmpty();
        assertThat(matching.match(List.of(entry), List.of(row(100, 0.2)))).as("its number was known before").isEmpty();
        assertThat(matching.match(List.of(entry), List.of(row(101, -10)))).as("too early").isEmpty();
        assertThat(matching.match(List.of(entry), List.of(row(101, 60)))).as("too late").isEmpty();
    }

    @Test
    void aClockThatIsOffIsAllowedForOnceItIsKnown() {
        OrderEntry entry = entry("e", 0, null);
        KisClock off = new KisClock();
        knows(off, Duration.ofSeconds(-50));
        Matching match = new Matching(off, numbers, GRACE);

        assertThat(match.match(List.of(entry), List.of(row(101, -50)))).containsOnlyKeys("e");
        assertThat(match.match(List.of(entry), List.of(row(101, 0)))).isEmpty();
    }

    @Test
    void aClockThatIsMoreThanAMinuteOffOrContradictsItselfIsNoClock() {
        KisClock far = new KisClock();
        knows(far, Duration.ofSeconds(-120));
        assertThat(far.isKnown(T0)).isFalse();

        assertThat(clock.isKnown(T0)).isTrue();
        clock.listed(List.of(row(2, -8)), List.of(new Confirmed("d", "0000000002", Terms.Action.BUY, T0, T0.plusSeconds(1))));
        assertThat(clock.isKnown(T0)).isFalse();
        assertThat(doubt(matching, entry("e", 0, "0000000200"), List.of(row(101, -20)))).contains("0000000101", "KIS's clock");
    }

    /** Only what was there before is somebody else's: by its time, by a clock that is known, and by its number. */
    @Test
    void anIdenticalOrderOfAnotherTimeIsSuspectUnlessClockAndNumberSayThatItIsOlder() {
        OrderEntry entry = entry("e", 0, "0000000200");
        Matching ignorant = new Matching(new KisClock(), numbers, GRACE);

        for (double at : new double[] {-3600, -20, 60, 3600}) {
            for (long number : new long[] {101, 301}) {
                KisOrder row = row(number, at);
                assertThat(ignorant.match(List.of(entry), List.of(row))).isEmpty();
                assertThat(doubt(ignorant, entry, List.of(row))).contains(row.orderNo(), "KIS's clock");
                assertThat(matching.match(List.of(entry), List.of(row))).isEmpty();
                if (at < 0 && number < 200) {
                    assertThat(doubt(matching, entry, List.of(row))).as("%s at %s s", number, at).isNull();
                } else {
                    assertThat(doubt(matching, entry, List.of(row))).as("%s at %s s", number, at).contains(row.orderNo());
                }
            }
        }
    }

    @Test
    void aComparisonOfTheClocksIsNotForEver() {
        OrderEntry later = entry("e", 3700, null);

        assertThat(doubt(matching, later, List.of(row(101, 3600)))).contains("KIS's clock");
    }

    /** In the same seconds, but with a number that was known when the order was sent: perhaps somebody else's, perhaps not. */
    @Test
    void anOldNumberMakesARowSuspectAndNeverProvesThatItIsAnothers() {
        OrderEntry entry = entry("e", 0, "0000000100");

        assertThat(matching.match(List.of(entry), List.of(row(100, 0.2)))).isEmpty();
        assertThat(doubt(matching, entry, List.of(row(100, 0.2)))).contains("0000000100", "may be this one");
        assertThat(doubt(matching, entry, List.of(row(100, -10)))).isNull();
    }

    @Test
    void numbersThatDoNotAscendTellNothing() {
        OrderEntry entry = entry("e", 0, "0000000100");
        assertThat(numbers.ascend()).isTrue();
        numbers.seen(DAY, "0000000090", null, "0000000100");
        assertThat(numbers.ascend()).isFalse();

        assertThat(matching.match(List.of(entry), List.of(row(80, 0.2)))).containsOnlyKeys("e");
    }

    @Test
    void aListThatDescendsShowsIt() {
        List.of(row(7, 0), row(5, 0.9), row(8, 1), row(9, 5)).forEach(this::seen);
        assertThat(numbers.ascend()).as("within one second nothing can be told").isTrue();
        List.of(row(8, 1), row(9, 5), row(6, 0), row(4, 2)).forEach(this::seen);
        assertThat(numbers.ascend()).isFalse();
    }

    private void seen(KisOrder row) {
        numbers.seen(DAY, row.orderNo(), row.at(), null);
    }

    /** KIS need not tell the time. */
    @Test
    void aRowWithoutTimeIsNeitherTakenNorPassedOver() {
        KisOrder timeless = new KisOrder("0000000101", "", false, "91252", "KRX", true, "005930", "", "00", 1, 70_000, null, 0,
                BigDecimal.ZERO, 0, 1, 0, 0);

        for (String floor : new String[] {null, "0000000100", "0000000200"}) {
            assertThat(matching.match(List.of(entry("e", 0, floor)), List.of(timeless))).isEmpty();
            assertThat(doubt(matching, entry("e", 0, floor), List.of(timeless))).contains("without a time");
        }
    }

    @Test
    void aRowOfTheSameSecondsThatDiffersInPriceKindOrExchangeAloneIsSuspect() {
        OrderEntry entry = entry("e", 0, null);

        for (KisOrder row : List.of(row(101, 0.2, 1, 70_100), row(101, 0.2, 1, 0), at("NXT", row(101, 0.2)))) {
            assertThat(matching.match(List.of(entry), List.of(row))).isEmpty();
            assertThat(doubt(matching, entry, List.of(row))).contains("differs in price, kind or exchange alone");
        }
        assertThat(doubt(matching, entry, List.of(row(101, 0.2, 2, 70_000)))).isNull();
        assertThat(doubt(matching, entry, List.of(row(101, -20, 1, 70_100)))).isNull();
    }

    /** Two members of a row that are not what they should be, and its time: what then agrees may still be the order. */
    @Test
    void aRowOfAnotherTimeWhosePriceIsNotToldOrWhoseKindOrExchangeIsAnotherIsSuspect() {
        OrderEntry entry = entry("e", 0, null);

        for (KisOrder row : List.of(row(101, -20, 1, 0), at("NXT", row(101, 3600)), kind("99", row(101, 3600)))) {
            assertThat(matching.match(List.of(entry), List.of(row))).isEmpty();
            assertThat(doubt(matching, entry, List.of(row))).contains("0000000101", "KIS's clock");
        }
    }

    /** A row that names another order as what it changes, whatever it was: in the same seconds it may be the order all the same. */
    @Test
    void aChangeOfTheSameSecondsAndSizeIsSuspect() {
        OrderEntry entry = entry("e", 0, null);

        assertThat(matching.match(List.of(entry), List.of(changing("0000000042", false, row(101, 0.2))))).isEmpty();
        assertThat(doubt(matching, entry, List.of(changing("0000000042", false, row(101, 0.2))))).contains("0000000101");
        assertThat(doubt(matching, entry, List.of(changing("0000000042", false, row(101, 3600))))).isNull();
    }

    /** KIS need not say whether a row changes or cancels, nor at which price. */
    @Test
    void anyOtherChangeOfTheOrderThatWasToBeChangedIsSuspect() {
        for (Terms.Action action : List.of(Terms.Action.CANCEL, Terms.Action.MODIFY)) {
            Terms terms = new Terms(action, "005930", 1, action == Terms.Action.CANCEL ? 0 : 71_000, "0000000042");
            OrderEntry entry = OrderEntry.received("e", terms, new Origin("trading-cancel", null, null, "r", "i", null, "f"), T0)
                    .sending(terms, null, T0, T0.plusSeconds(3)).unknown("reset", T0.plusSeconds(1), T0.plusSeconds(1));
            for (KisOrder row : List.of(row(101, 0.2, 1, 72_000), row(101, 0.2, 3, 0), row(101, 3600, 1, 72_000))) {
                KisOrder change = changing("0000000042", false, row);
                assertThat(matching.match(List.of(entry), List.of(change))).isEmpty();
                assertThat(doubt(matching, entry, List.of(change))).contains("0000000101");
                assertThat(doubt(matching, entry, List.of(changing("0000000043", false, row)))).isNull();
            }
        }
    }

    private static KisOrder changing(String original, boolean cancels, KisOrder row) {
        return new KisOrder(row.orderNo(), original, cancels, row.organizationNo(), row.exchange(), row.buy(), row.code(), row.name(),
                row.type(), row.quantity(), row.price(), row.at(), row.filled(), row.averagePrice(), row.amount(), row.remaining(),
                row.cancelled(), row.rejected());
    }

    private static KisOrder kind(String code, KisOrder row) {
        return new KisOrder(row.orderNo(), row.original(), row.cancellation(), row.organizationNo(), row.exchange(), row.buy(), row.code(),
                row.name(), code, row.quantity(), row.price(), row.at(), row.filled(), row.averagePrice(), row.amount(), row.remaining(),
                row.cancelled(), row.rejected());
    }

    @Test
    void anOrderSentAroundMidnightMayBeOfEitherDay() {
        Duration toMidnight = Duration.between(T0, Instant.parse("2026-11-23T15:00:00Z"));

        assertThat(doubt(matching, entry("e", toMidnight.toSeconds() - 1.0, null), List.of())).contains("midnight");
        assertThat(doubt(matching, entry("e", toMidnight.toSeconds() + 1.0, null), List.of())).contains("midnight");
        assertThat(doubt(matching, entry("e", toMidnight.toSeconds() + 20.0, null), List.of())).isNull();
    }

    /**
     * Whatever KIS's numbers, its clock, and strangers do: an order that is in the list is never called missing, a row is
     * never given twice, and a stranger's row is not taken unless nothing tells it apart.
     */
    @Test
    void noOrderThatIsInTheListIsEverCalledMissing() {
        Random random = new Random(11);
        int found = 0;
        int strangersTaken = 0;
        for (int round = 0; round < 5000; round++) {
            KisClock kisClock = new KisClock();
            OrderNumbers seen = new OrderNumbers();
            Matching match = new Matching(kisClock, seen, GRACE);
            Duration ahead = Duration.ofMillis(random.nextInt(8000) - 4000);
            boolean compared = random.nextBoolean();
            boolean scattered = random.nextBoolean();
            List<OrderEntry> entries = new ArrayList<>();
            List<KisOrder> rows = new ArrayList<>();
            Set<String> own = new HashSet<>();
            String highest = null;
            double sent = 0;
            for (int i = 0; i < 1 + random.nextInt(5); i++) {
                sent += random.nextDouble() * 4;
                long number = scattered ? 1 + random.nextInt(1000) : 10 * i + 10 + random.nextInt(9);
                String orderNo = String.format("%010d", number);
                if (rows.stream().anyMatch(row -> row.orderNo().equals(orderNo))) {
                    continue;
                }
                double at = sent + random.nextDouble() + ahead.toMillis() / 1000.0;
                if (random.nextInt(4) == 0) {
                    // A stranger's, not through this gateway.
                    rows.add(row(number, at));
                } else if (compared && random.nextInt(3) == 0) {
                    OrderEntry entry = entry("c" + i, sent, highest);
                    // The list has it too.
                    seen.seen(DAY, orderNo, row(number, at).at(), entry.floor());
                    kisClock.listed(List.of(row(number, at)), List.of(new Confirmed("c" + i, orderNo, Terms.Action.BUY, entry.sentAt(),
                            entry.sentAt().plusMillis(1100))));
                } else {
                    entries.add(entry("e" + i, sent, highest));
                    if (random.nextInt(3) > 0) {
                        rows.add(row(number, at));
                        own.add(orderNo);
                    }
                }
                highest = highest == null || OrderNumbers.isAbove(orderNo, highest) ? orderNo : highest;
            }
            Collections.shuffle(rows, random);
            // The list fills up over several lookups; what a lookup gives stays given.
            Map<String, KisOrder> given = new HashMap<>();
            Map<String, KisOrder> last = Map.of();
            List<OrderEntry> open = entries;
            List<KisOrder> free = rows;
            for (int shown = random.nextInt(rows.size() + 1); shown <= rows.size(); shown++) {
                open = entries.stream().filter(entry -> !given.containsKey(entry.id())).toList();
                free = rows.subList(0, shown).stream().filter(row -> !given.containsValue(row)).toList();
                rows.subList(0, shown).forEach(row -> seen.seen(DAY, row.orderNo(), row.at(), null));
                last = match.match(open, free);
                given.putAll(last);
            }
            assertThat(given.values()).doesNotHaveDuplicates();
            for (OrderEntry entry : entries) {
                KisOrder row = given.get(entry.id());
                strangersTaken += row != null && !own.contains(row.orderNo()) ? 1 : 0;
                assertThat(row == null || !row.at().isBefore(entry.sentAt().plus(ahead).minusSeconds(11))
                        && !row.at().isAfter(entry.quietSince().plus(ahead).plusSeconds(21))).as("another time").isTrue();
            }
            found += given.size();
            Map<String, KisOrder> lookup = last;
            List<OrderEntry> asked = open;
            List<KisOrder> listed = free;
            long missing = asked.stream().filter(entry -> !given.containsKey(entry.id())
                    && match.doubt(entry, listed, Matching.holders(asked, lookup)) == null).count();
            assertThat(missing).as("round %d: as many as there are; of identical ones, no matter which", round)
                    .isLessThanOrEqualTo(entries.size() - own.size());
        }
        assertThat(found).isGreaterThan(3000);
        assertThat(strangersTaken).as("of the same seconds").isPositive().isLessThan(found / 2);
    }

    /** Found by the fault campaign: the younger order's row went to the elder, whose own then fitted nobody. */
    @Test
    void anElderThatShowsUpLateIsNotLeftOver() {
        OrderEntry elder = entry("elder", 0, "0000000100");
        OrderEntry younger = entry("younger", 3, "0000000150");
        Map<String, KisOrder> early = matching.match(List.of(elder, younger), List.of(row(160, 3.1)));
        Map<String, KisOrder> late = matching.match(List.of(elder), List.of(row(120, 1.5)));

        assertThat(early).containsOnlyKeys("younger");
        assertThat(late).containsOnlyKeys("elder");
    }

    /** However rows appear over several lookups, none that is an entry's is left over, and none is given twice. */
    @Test
    void noOrderIsLeftOverWhateverTheOrderOfAppearance() {
        Random random = new Random(7);
        for (int round = 0; round < 2000; round++) {
            List<OrderEntry> entries = new ArrayList<>();
            List<KisOrder> rows = new ArrayList<>();
            long number = 1000;
            double sent = 0;
            for (int i = 0; i < 1 + random.nextInt(6); i++) {
                sent += random.nextDouble() * 2;
                number += 10;
                entries.add(entry("e" + i, sent, String.format("%010d", number)));
                if (random.nextInt(3) > 0) {
                    rows.add(row(number + 5, sent + random.nextDouble()));
                }
            }
            Collections.shuffle(rows, random);
            Set<String> placed = new HashSet<>();
            Set<String> taken = new HashSet<>();
            for (int shown = 1; shown <= rows.size(); shown++) {
                List<OrderEntry> open = entries.stream().filter(entry -> !placed.contains(entry.id())).toList();
                List<KisOrder> free = rows.subList(0, shown).stream().filter(row -> !taken.contains(row.orderNo())).toList();
                matching.match(open, free).forEach((id, row) -> {
                    placed.add(id);
                    assertThat(taken.add(row.orderNo())).isTrue();
                });
            }
            assertThat(taken).as("round %d", round).hasSize(rows.size());
        }
    }
}
