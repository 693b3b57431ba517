package io.kisgateway.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.order.NotPlaced.Evidence;
import io.kisgateway.order.OrdersAtKis.Listed;
import io.kisgateway.order.OrdersAtKis.Side;
import io.kisgateway.order.journal.Journal.Confirmed;
import io.kisgateway.order.journal.OrderEntry;
import io.kisgateway.order.journal.Origin;
import io.kisgateway.order.journal.Terms;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Each box by itself: with all others ticked it keeps an order from being called not placed, and is named. */
class NotPlacedTest {

    private static final Instant SENT = Instant.parse("2026-11-23T01:00:00Z");
    private static final Instant ASKED = SENT.plusSeconds(40);

    private final NotPlaced boxes = new NotPlaced(Duration.ofSeconds(30));

    private static OrderEntry entry(boolean listed) {
        Terms terms = new Terms(Terms.Action.BUY, "005930", 1, 0, null).listed(listed);
        return OrderEntry.received("e", terms, new Origin("trading-buy", null, null, "r", "me", null, "f"), SENT).sending(terms, null, SENT,
                SENT);
    }

    private static Listed list(int unreadable, boolean whole) {
        return new Listed(Side.BUY, List.of(), unreadable, whole, List.of());
    }

    private Optional<String> open(OrderEntry entry, Listed listed, List<Confirmed> confirmed, String doubt) {
        return boxes.openBox(new Evidence(entry, listed, ASKED, ASKED.plusSeconds(90), confirmed, Optional.ofNullable(doubt)));
    }

    private static List<Confirmed> confirmed(Terms.Action action, Duration ago) {
        return List.of(new Confirmed("other", "0000000007", action, SENT, ASKED.minus(ago)));
    }

    @Test
    void withEveryBoxTickedNoneIsOpen() {
        assertThat(open(entry(true), list(0, true), List.of(), null)).isEmpty();
    }

    @Test
    void theOperationIsOneWhoseListIsRead() {
        assertThat(open(entry(false), list(0, true), List.of(), null)).hasValueSatisfying(box -> assertThat(box).contains("of this kind"));
    }

    /** A gateway whose clock was hours ahead asked for tomorrow's list, and took its being empty for a proof. */
    @Test
    void kisHasTheTimeByWhichTheDayIsAskedFor() {
        for (Duration right : List.of(Duration.ofSeconds(-59), Duration.ZERO, Duration.ofSeconds(149))) {
            assertThat(open(entry(true), given(ASKED.plus(right)), List.of(), null)).isEmpty();
        }
        for (Duration wrong : List.of(Duration.ofHours(-9), Duration.ofSeconds(-61), Duration.ofSeconds(151), Duration.ofDays(1))) {
            assertThat(open(entry(true), given(ASKED, ASKED.plus(wrong)), List.of(), null))
                    .hasValueSatisfying(box -> assertThat(box).contains("clock"));
        }
    }

    private static Listed given(Instant... moments) {
        return new Listed(Side.BUY, List.of(), 0, true, List.of(moments));
    }

    @Test
    void theListIsReadToItsEnd() {
        assertThat(open(entry(true), list(0, false), List.of(), null)).hasValueSatisfying(box -> assertThat(box).contains("not whole"));
    }

    @Test
    void everyRowCanBeRead() {
        assertThat(open(entry(true), list(2, true), List.of(), null))
                .hasValueSatisfying(box -> assertThat(box).startsWith("2 of the orders"));
    }

    @Test
    void everyNumberThatKisHasConfirmedIsThereButThoseOfTheLastSecondsAndOfAnotherSide() {
        Duration longAgo = Duration.ofSeconds(6);
        assertThat(open(entry(true), list(0, true), confirmed(Terms.Action.BUY, longAgo), null))
                .hasValueSatisfying(box -> assertThat(box).contains("lacks order 0000000007"));
        assertThat(open(entry(true), list(0, true), confirmed(Terms.Action.CANCEL, longAgo), null)).as("listed with its order's side")
                .isEmpty();
        assertThat(open(entry(true), list(0, true), confirmed(Terms.Action.BUY, Duration.ofSeconds(4)), null)).isEmpty();
        assertThat(open(entry(true), list(0, true), confirmed(Terms.Action.SELL, longAgo), null)).isEmpty();
    }

    private Optional<String> openOfCancellation(KisOrder... rows) {
        Terms terms = new Terms(Terms.Action.CANCEL, "005930", 0, 0, "0000000042");
        OrderEntry entry = OrderEntry.received("e", terms, new Origin("trading-cancel", null, null, "r", "me", null, "f"), SENT)
                .sending(terms, null, SENT, SENT);
        return open(entry, new Listed(Side.BOTH, List.of(rows), 0, true, List.of()), List.of(), null);
    }

    private static KisOrder row(String number, String original, long quantity, long filled, long remaining, long cancelled) {
        return new KisOrder(number, original, !original.isEmpty(), "91252", "KRX", true, "005930", "", "00", quantity, 70_000, SENT, filled,
                BigDecimal.ZERO, 0, remaining, cancelled, 0);
    }

    /** KIS may have carried out a change that it does not list by itself. */
    @Test
    void theOrderThatWasToBeChangedIsThereAndAsItWas() {
        assertThat(openOfCancellation(row("0000000042", "", 5, 0, 5, 0))).isEmpty();
        assertThat(openOfCancellation(row("0000000042", "", 5, 5, 0, 0))).isEmpty();
        assertThat(openOfCancellation()).hasValueSatisfying(box -> assertThat(box).contains("lacks order 0000000042"));
        for (KisOrder changed : List.of(row("0000000042", "", 5, 0, 0, 5), row("0000000042", "", 5, 2, 0, 3),
                row("0000000042", "", 5, 0, 4, 1), row("0000000042", "", 5, 2, 0, 0))) {
            assertThat(openOfCancellation(changed)).hasValueSatisfying(box -> assertThat(box).contains("0000000042", "not by which"));
        }
        KisOrder part = row("0000000043", "0000000042", 2, 0, 0, 0);
        assertThat(openOfCancellation(row("0000000042", "", 5, 0, 3, 2), part)).as("somebody else's").isEmpty();
        assertThat(openOfCancellation(row("0000000042", "", 5, 0, 0, 5), part)).isPresent();
    }

    @Test
    void noOrderIsListedThatItMayBe() {
        assertThat(open(entry(true), list(0, true), List.of(), "KIS lists an identical order")).hasValue("KIS lists an identical order");
    }
}
