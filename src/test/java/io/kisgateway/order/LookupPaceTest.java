package io.kisgateway.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.order.journal.OrderEntry;
import io.kisgateway.order.journal.Origin;
import io.kisgateway.order.journal.Terms;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** When absence from KIS's list means something: by the shared clock and by the monotonic one, whoever sets the former. */
class LookupPaceTest {

    private static final Instant SENT = Instant.parse("2026-11-23T01:00:00Z");

    private final AtomicLong nanos = new AtomicLong(7);
    private final LookupPace pace = new LookupPace(Duration.ofSeconds(30), Duration.ofSeconds(300), "other", nanos::get);
    private final OrderEntry entry = OrderEntry
            .received("e", new Terms(Terms.Action.BUY, "005930", 1, 0, null), new Origin("trading-buy", null, null, "r", "me", null, "f"),
                    SENT)
            .sending(new Terms(Terms.Action.BUY, "005930", 1, 0, null), null, SENT, SENT.plusSeconds(18)).unknown("reset", SENT, SENT);

    private boolean certain(Duration wall, Duration monotonic) {
        return pace.isCertain(entry, SENT.plus(wall), 7 + monotonic.toNanos());
    }

    /** A list that was 8 s late once made an order "not placed" 2 s after the clock had been set ahead by a minute. */
    @Test
    void aClockThatIsSetAheadEndsNoWait() {
        pace.sees(List.of(entry), SENT);

        assertThat(certain(Duration.ofSeconds(62), Duration.ofSeconds(2))).isFalse();
        assertThat(certain(Duration.ofSeconds(62), Duration.ofSeconds(29))).isFalse();
        assertThat(certain(Duration.ofSeconds(29), Duration.ofSeconds(30))).isFalse();
        assertThat(certain(Duration.ofSeconds(30), Duration.ofSeconds(30))).isTrue();
    }

    /** Another instance sees it later, and waits for what is left by the shared clock then. */
    @Test
    void whoSeesItLaterWaitsForWhatIsLeft() {
        pace.sees(List.of(entry), SENT.plusSeconds(20));

        assertThat(certain(Duration.ofSeconds(30), Duration.ofSeconds(9))).isFalse();
        assertThat(certain(Duration.ofSeconds(30), Duration.ofSeconds(10))).isTrue();
    }

    /** By a clock that stood back when it was sent it seems to be old. */
    @Test
    void anOrderOfThisProcessWaitsTheWholeGrace() {
        LookupPace own = new LookupPace(Duration.ofSeconds(30), Duration.ofSeconds(300), "me", nanos::get);
        own.sees(List.of(entry), SENT.plus(Duration.ofHours(1)));

        assertThat(own.isCertain(entry, SENT.plus(Duration.ofHours(1)), 7 + Duration.ofSeconds(29).toNanos())).isFalse();
        assertThat(own.isCertain(entry, SENT.plus(Duration.ofHours(1)), 7 + Duration.ofSeconds(30).toNanos())).isTrue();
    }

    @Test
    void itIsNoticedThatTheClockHasBeenSetSinceAnOrderWasSent() {
        assertThat(pace.isOfAnotherClock(entry, SENT.minusSeconds(59), 7)).isFalse();
        assertThat(pace.isOfAnotherClock(entry, SENT.minusSeconds(61), 7)).as("set back").isTrue();
        pace.sees(List.of(entry), SENT.plusSeconds(1));
        Duration day = Duration.ofDays(1);
        assertThat(pace.isOfAnotherClock(entry, SENT.plus(day), 7 + day.toNanos())).as("a day has passed").isFalse();
        assertThat(pace.isOfAnotherClock(entry, SENT.plusSeconds(120), 7)).as("set ahead, on the same day").isFalse();
        assertThat(pace.isOfAnotherClock(entry, SENT.plus(day), 7)).as("set ahead to another day").isTrue();
    }

    /** By its clock it was of the day that has come since: KIS has it a day earlier. */
    @Test
    void theDayOfAClockThatWasAheadMayComeLater() {
        pace.sees(List.of(entry), SENT);
        Duration day = Duration.ofDays(1);
        assertThat(pace.isOfAnotherClock(entry, SENT.plus(Duration.ofHours(4)), 7 + day.toNanos())).as("set back by 20 hours").isTrue();
        assertThat(pace.isOfAnotherClock(entry, SENT.plus(Duration.ofHours(22)), 7 + day.toNanos())).as("by 2, on the same day").isFalse();
    }

    @Test
    void whatHasNotBeenSeenIsNeverCertain() {
        assertThat(certain(Duration.ofDays(1), Duration.ofDays(1))).isFalse();
        pace.sees(List.of(entry), SENT);
        pace.sees(List.of(), SENT.plusSeconds(1));
        assertThat(certain(Duration.ofDays(1), Duration.ofDays(1))).isFalse();
    }

    @Test
    void absenceCountsWhenItIsSeenTwiceSecondsApartAndFromEitherEnd() {
        long second = Duration.ofSeconds(1).toNanos();
        assertThat(pace.isOldestFirst(List.of(entry))).isFalse();
        assertThat(pace.isAbsentAgain(entry, 7, false)).isFalse();
        assertThat(pace.isOldestFirst(List.of(entry))).isTrue();
        assertThat(pace.isAbsentAgain(entry, 7 + second, true)).isFalse();
        assertThat(pace.isAbsentAgain(entry, 7 + 2 * second, false)).isFalse();
        assertThat(pace.isAbsentAgain(entry, 7 + 2 * second, true)).isTrue();
        pace.isNotAbsent(entry);
        assertThat(pace.isAbsentAgain(entry, 7 + 9 * second, true)).isFalse();
        assertThat(pace.isOldestFirst(List.of(entry))).isFalse();
    }

    @Test
    void oneOrderCostsABoundedNumberOfCalls() {
        OrderEntry asked = entry;
        Instant now = SENT;
        int calls = 0;
        while (!now.equals(OrderEntry.Lookup.NEVER)) {
            calls++;
            boolean unresolved = pace.isLate(asked, now);
            now = pace.next(asked, true, unresolved, now, Duration.ofMillis(100));
            asked = unresolved ? asked.unresolved("a box is open", now, now) : asked.lookedUp(now);
        }
        assertThat(calls).isBetween(50, 200);
    }
}
