package io.kisgateway.order;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Orders at KIS given to orders of the journal. */
class MatchingTest {

    private static final Instant T0 = Instant.parse("2026-11-23T01:00:00Z");
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final Terms TERMS = new Terms(Terms.Action.BUY, "005930", 1, 70_000, null);

    private final Sightings sightings = new Sightings();
    private final Matching matching = new Matching(sightings, GRACE);

    MatchingTest() {
        knowsClock(Duration.ZERO);
    }

    /** KIS's clock is so far ahead of ours, as a confirmed order has told. */
    private void knowsClock(Duration ahead) {
        Placement confirmed = new Placement("0000000001", null, Times.iso(T0.plus(ahead)), true);
        sightings.confirmed(confirmed, T0.minusMillis(500), T0.plusMillis(500));
    }

    private static OrderEntry entry(String id, double sent, String floor) {
        Instant at = T0.plusMillis((long) (sent * 1000));
        OrderEntry sending = OrderEntry.received(id, TERMS, new Origin("trading-buy", null, "r", "i", null, "f"), at)
                .sending(TERMS, floor, at, at.plusSeconds(3));
        return sending.unknown("reset", at.plusSeconds(1), at.plusSeconds(1));
    }

    private static KisOrder row(long number, double at, long quantity, long price) {
        Instant time = Instant.ofEpochSecond(T0.plusMillis((long) (at * 1000)).getEpochSecond());
        return new KisOrder(String.format("%010d", number), "", false, "91252", true, "005930", price == 0, quantity, price, time,
                0, BigDecimal.ZERO, 0, quantity, 0);
    }

    private static KisOrder row(long number, double at) {
        return row(number, at, 1, 70_000);
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
        knowsClock(Duration.ofSeconds(-120));

        assertThat(matching.match(List.of(entry), List.of(row(101, -120)))).containsOnlyKeys("e");
        assertThat(matching.match(List.of(entry), List.of(row(101, 0)))).isEmpty();
    }

    @Test
    void aSlightlyOlderIdenticalOrderIsSuspectOnlyWhileTheClockIsUnknown() {
        OrderEntry entry = entry("e", 0, null);
        Matching ignorant = new Matching(new Sightings(), GRACE);

        assertThat(ignorant.match(List.of(entry), List.of(row(101, -20)))).isEmpty();
        assertThat(ignorant.suspect(entry, List.of(row(101, -20)))).isNotNull();
        assertThat(matching.suspect(entry, List.of(row(101, -20)))).isNull();
    }

    /** KIS sometimes lists an order without a time. */
    @Test
    void aRowWithoutTimeIsTakenOnlyIfItsNumberSaysThatItIsNotOlder() {
        KisOrder timeless = new KisOrder("0000000101", "", false, "91252", true, "005930", false, 1, 70_000, null, 0, BigDecimal.ZERO, 0, 1, 0);

        assertThat(matching.match(List.of(entry("e", 0, "0000000100")), List.of(timeless))).containsOnlyKeys("e");
        assertThat(matching.match(List.of(entry("e", 0, null)), List.of(timeless))).isEmpty();
        assertThat(matching.suspect(entry("e", 0, null), List.of(timeless))).isNotNull();
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
