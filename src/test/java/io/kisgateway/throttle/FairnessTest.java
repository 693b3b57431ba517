package io.kisgateway.throttle;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.call.Urgency;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who goes first and whom nobody shuts out, in time that the test keeps. */
class FairnessTest {

    private static final long PATIENT = 30_000;

    private final ManualTime time = new ManualTime();
    private MemoryLimiter limiter;
    private Throttle throttle;

    private void start(String limits, String account) {
        RateLimit rate = RateLimits.parse(account).all().get(0);
        LimiterRules rules = new LimiterRules(rate);
        limiter = new MemoryLimiter(rules, () -> java.time.Instant.ofEpochMilli(1_795_000_000_000L), time::nanoTime);
        throttle = new Throttle(
                new ThrottleSettings(RateLimits.parse(limits), RateLimits.parse(limits), Map.of(), rules, Duration.ofSeconds(5),
                        Duration.ofSeconds(30), 1000,
                        false, 1, false, "t"),
                limiter, Optional::empty, Runnable::run, time, time::nanoTime);
    }

    private long millis() {
        return time.nanoTime() / 1_000_000;
    }

    /** One call's way through an endpoint's queue or the account's. */
    private final class Caller extends Waiter {
        final long asked = millis();
        final Consumer<Caller> then;
        Outcome outcome;
        long ended;

        Caller(Ask ask, String client, Consumer<Caller> then) {
            super(ask,
                    client == null ? PermitClient.NONE
                            : new PermitClient(client, null, 50, client.contains("@") ? client.split("@")[1] : null),
                    time.nanoTime());
            this.then = then;
        }

        Caller enter(PermitQueue queue) {
            Outcome known = queue.enter(this);
            if (known != null) {
                done(known);
            }
            return this;
        }

        @Override
        public String toString() {
            return asked + "+" + waited() + " " + outcome;
        }

        @Override
        void done(Outcome how) {
            outcome = how;
            ended = millis();
            then.accept(this);
        }

        boolean granted() {
            return outcome instanceof Outcome.Granted;
        }

        long waited() {
            return ended - asked;
        }
    }

    private Caller call(String endpoint, String client, long patience, Consumer<Caller> then) {
        Ask ask = new Ask(endpoint, throttle.settings().limits(), patience, endpoint.equals("order") ? Rank.ORDER : Rank.QUERY);
        return new Caller(ask, client, then).enter(throttle.endpoint(endpoint).queue());
    }

    private Caller call(String endpoint, String client, long patience) {
        return call(endpoint, client, patience, caller -> {});
    }

    private Caller further(Urgency urgency, long patience) {
        Ask ask = throttle.budget().ask(urgency, Duration.ofMillis(patience));
        return new Caller(ask, null, caller -> {}).enter(throttle.budget().queue(ask));
    }

    /** Calls again as soon as it is answered, or a little after a refusal. */
    private void loop(String endpoint, String client, long patience) {
        call(endpoint, client, patience, caller -> {
            var unused = time.schedule(() -> loop(endpoint, client, patience), caller.granted() ? 5 : 100, TimeUnit.MILLISECONDS);
        });
    }

    private List<Caller> every(long pause, long until, String endpoint, String client, long patience) {
        List<Caller> calls = new ArrayList<>();
        for (long end = millis() + until; millis() < end;) {
            calls.add(call(endpoint, client, patience));
            time.advance(pause);
        }
        return calls;
    }

    @Test
    void aFloodOfPatientCallsOfOneClientHoldsUpNoOther() {
        start("3 per second", "15 per second");
        for (int i = 0; i < 500; i++) {
            loop("snapshot", "flood", PATIENT);
        }
        time.advance(20_000);
        List<Caller> calm = every(500, 30_000, "snapshot", "calm", 5000);
        time.advance(5000);
        assertThat(calm).hasSize(60).allMatch(Caller::granted).allMatch(caller -> caller.waited() <= 1000);
    }

    @Test
    void aFloodOfImpatientCallsOfOneClientHoldsUpNoOther() {
        start("3 per second", "15 per second");
        for (int i = 0; i < 60; i++) {
            loop("snapshot", "flood", 5000);
        }
        time.advance(20_000);
        List<Caller> calm = every(500, 30_000, "snapshot", "calm", 5000);
        time.advance(5000);
        assertThat(calm).allMatch(Caller::granted).allMatch(caller -> caller.waited() <= 1000);
    }

    @Test
    void manyNamesOfOneAddressAreFewClients() {
        start("3 per second", "15 per second");
        for (int i = 0; i < 300; i++) {
            loop("snapshot", "worker-" + i + "@10.0.0.1", PATIENT);
        }
        time.advance(20_000);
        List<Caller> calm = every(2000, 30_000, "snapshot", "job@10.0.0.2", 5000);
        time.advance(5000);
        assertThat(calm).hasSize(15).allMatch(Caller::granted).allMatch(caller -> caller.waited() <= 2500);
    }

    @Test
    void withoutAFloodTheOrderIsThatOfArrival() {
        start("3 per second", "15 per second");
        List<Caller> calls = new ArrayList<>();
        for (int i = 0; i < 15; i++) {
            calls.add(call("snapshot", null, 5000));
            time.advance(7);
        }
        time.advance(6000);
        assertThat(calls).allMatch(Caller::granted).extracting(caller -> caller.ended).isSorted();
    }

    @Test
    void aClientMayFillNoMoreThanItsShareOfTheQueue() {
        start("100 per second", "1 per second");
        int waiting = 0;
        for (int i = 0; i < 700; i++) {
            waiting += call("snapshot", "flood", 3_600_000).outcome == null ? 1 : 0;
        }
        assertThat(waiting).isEqualTo(500);
        assertThat(call("snapshot", "calm", 3_600_000).outcome).isNull();
    }

    @Test
    void onePollerOfOneEndpointShutsNoOtherOutWhereTheAccountIsShort() {
        start("3 per second", "1 per second");
        for (int i = 0; i < 10; i++) {
            loop("snapshot", null, 15_000);
        }
        time.advance(10_000);
        List<Caller> balance = every(1000, 17_000, "balance", null, 15_000);
        time.advance(30_000);
        assertThat(balance).hasSize(17).filteredOn(Caller::granted).as("half of what there is").hasSizeGreaterThanOrEqualTo(9);
        assertThat(balance.get(0).waited()).as("the first that waits").isLessThan(2200);

        List<Caller> calm = every(4000, 40_000, "cash", null, 5000);
        time.advance(6000);
        assertThat(calm).as("of whoever asks less than its part, each").allMatch(Caller::granted);
    }

    @Test
    void tenAtOnceAreAllServedAtOneASecond() {
        start("3 per second", "1 per second");
        List<Caller> ten = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            ten.add(call("snapshot", null, 15_000));
        }
        time.advance(15_000);
        assertThat(ten).allMatch(Caller::granted);
        assertThat(ten.get(9).waited()).isLessThan(9500);
    }

    /** A request under way that asks for its next page as soon as it has one; afterwards how long it took is in {@code ends}. */
    private void pages(int left, long began, List<Long> ends) {
        Ask ask = throttle.budget().ask(Urgency.QUERY, Duration.ofMinutes(3));
        Caller page = new Caller(ask, null, caller -> {
            if (left == 1 || !caller.granted()) {
                ends.add(caller.granted() ? millis() - began : -1);
            } else {
                var unused = time.schedule(() -> pages(left - 1, began, ends), 5, TimeUnit.MILLISECONDS);
            }
        });
        page.before(began);
        page.enter(throttle.budget().queue(ask));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void pagesOfRequestsUnderWayShutNoOtherEndpointOut(int requests) {
        start("3 per second", "1 per second");
        List<Long> ends = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            pages(20, millis(), ends);
            time.advance(1);
        }
        time.advance(2500);
        List<Caller> calm = List.of(call("balance", null, 25_000), call("snapshot", "one", 25_000), call("snapshot", "two", 25_000));
        time.advance(120_000);
        assertThat(calm.subList(0, 2)).as("the first of each endpoint").allMatch(Caller::granted)
                .allSatisfy(caller -> assertThat(caller.waited()).isLessThan((2L * requests + 12) * 1040));
        assertThat(calm.get(2).granted()).isTrue();
        assertThat(ends).as("at most three others went between").hasSize(requests)
                .allSatisfy(took -> assertThat(took).isBetween(0L, (20L * requests + 4) * 1040));
    }

    /** Whoever polls takes a part of what there is, and no more. */
    @Test
    void pagesGoOnWhileOthersPoll() {
        start("3 per second", "1 per second");
        for (int i = 0; i < 10; i++) {
            loop("snapshot", null, 25_000);
        }
        loop("balance", null, 25_000);
        time.advance(5000);
        List<Long> ends = new ArrayList<>();
        pages(20, millis(), ends);
        time.advance(60_000);
        assertThat(ends).hasSize(1).allSatisfy(took -> assertThat(took).isBetween(18_000L, 27_000L));
    }

    @Test
    void anOrdersRepeatGoesBeforePagesAndTheseBeforeQueries() {
        start("100 per second", "1 per second");
        call("snapshot", null, 0);
        Caller query = call("snapshot", null, 10_000);
        Caller page = further(Urgency.QUERY, 10_000);
        Caller order = further(Urgency.ORDER, 10_000);
        time.advance(10_000);
        assertThat(List.of(order, page, query)).allMatch(Caller::granted).extracting(Caller::waited).isSorted();
        assertThat(order.waited()).isLessThanOrEqualTo(1100);
    }

    @Test
    void backgroundGoesOnlyIfThereIsRoomButNotNeverAndKeepsNoOrderOut() {
        start("100 per second", "1 per second");
        call("snapshot", null, 0);
        assertThat(further(Urgency.BACKGROUND, 5000).outcome).as("one at a time may wait").isNull();
        for (int i = 0; i < 8; i++) {
            assertThat(further(Urgency.BACKGROUND, 5000).outcome).isInstanceOf(Outcome.Refused.class);
        }
        Caller order = further(Urgency.ORDER, 5000);
        time.advance(6000);
        assertThat(order.granted()).isTrue();
        assertThat(order.waited()).isLessThanOrEqualTo(1100);
    }

    @ParameterizedTest
    @CsvSource({"1, 12", "11, 10"})
    void backgroundIsServedWhileSomebodyPolls(int pollers, int least) {
        start("3 per second", "1 per second");
        for (int i = 0; i < pollers; i++) {
            loop("snapshot", null, 30_000);
        }
        int served = 0;
        for (int i = 0; i < 12; i++) {
            time.advance(5000);
            Caller lookUp = further(Urgency.BACKGROUND, 5000);
            time.advance(5000);
            served += lookUp.granted() ? 1 : 0;
        }
        assertThat(served).isBetween(least, 12);
    }

    @Test
    void aRefusedLookUpRefusesNoOrder() {
        start("100 per second", "1 per second");
        for (int i = 0; i < 8; i++) {
            call("snapshot", null, 8000);
        }
        for (int i = 0; i < 3; i++) {
            further(Urgency.BACKGROUND, 0);
        }
        Caller order = further(Urgency.ORDER, 5000);
        time.advance(5000);
        assertThat(order.granted()).isTrue();
        assertThat(order.waited()).isLessThanOrEqualTo(1100);
    }

    @Test
    void whoBeganFirstEndsFirst() {
        start("100 per second", "1 per second");
        call("snapshot", null, 0);
        Ask ask = throttle.budget().ask(Urgency.QUERY, Duration.ofSeconds(20));
        Caller late = new Caller(ask, null, caller -> {});
        late.before(2);
        late.enter(throttle.budget().queue(ask));
        Caller early = new Caller(ask, null, caller -> {});
        early.before(1);
        early.enter(throttle.budget().queue(ask));
        time.advance(10_000);
        assertThat(early.waited()).isLessThan(late.waited());
    }

    /** Who holds a permit and could not leave in time is on its way already. */
    @Test
    void whoIsLateIsNotRefusedByAFullQueue() {
        start("2 per second", "15 per second");
        PermitQueue queue = new PermitQueue(limiter, Optional::empty, time::nanoTime, time, Runnable::run,
                new EndpointCounters(limiter::epochMillis), new QueryTurns(1000, () -> 1), 1);
        Ask ask = new Ask("snapshot", throttle.settings().limits(), 5000, Rank.QUERY);
        List<Caller> calls = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            calls.add(new Caller(ask, null, caller -> {}).enter(queue));
        }
        assertThat(calls.get(0).granted()).isTrue();
        assertThat(calls.get(2).outcome).as("waits").isNull();
        assertThat(calls.get(3).outcome).as("one may wait").isInstanceOf(Outcome.Refused.class);
        time.advance(100);
        Slot slot = ((Outcome.Granted) calls.get(0).outcome).slot();
        assertThat(new Caller(slot.ask().instead(slot, 5000), null, caller -> {}).enter(queue).granted()).isTrue();
    }

    @Test
    void whoFindsTheQueueFullIsToldWhenThoseInItHaveGone() {
        start("3 per second", "15 per second");
        PermitQueue small = new PermitQueue(limiter, Optional::empty, time::nanoTime, time, Runnable::run,
                new EndpointCounters(limiter::epochMillis), new QueryTurns(1000, () -> 1), 12);
        Ask ask = new Ask("snapshot", throttle.settings().limits(), PATIENT, Rank.QUERY);
        for (int i = 0; i < 9; i++) {
            new Caller(ask, "one", caller -> {}).enter(small);
        }
        assertRefused(new Caller(ask, "one", caller -> {}).enter(small), Limited.CLIENT, 2000);
        for (int i = 0; i < 6; i++) {
            new Caller(ask, "two", caller -> {}).enter(small);
        }
        assertRefused(new Caller(ask, "one", caller -> {}).enter(small), Limited.QUEUE, 4000);
        time.advance(1000);
        assertThat(new Caller(ask, "three", caller -> {}).enter(small).outcome).as("a place is free").isNull();
    }

    private static void assertRefused(Caller caller, Limited limited, long millis) {
        Outcome.Refused refused = (Outcome.Refused) caller.outcome;
        assertThat(refused.limited()).isEqualTo(limited);
        assertThat(refused.retryMillis()).isBetween(millis - 100, millis + 100);
    }

    @Test
    void whatWasFullIsAskedAgainAfterAQuarterOfASecond() {
        start("3 per second", "15 per second");
        PermitQueue other = new PermitQueue(limiter, Optional::empty, time::nanoTime, time, Runnable::run,
                new EndpointCounters(limiter::epochMillis), new QueryTurns(1000, () -> 1), 1000);
        List<Caller> waiting = new ArrayList<>();
        for (int i = 0; i < 86; i++) {
            waiting.add(call("snapshot", null, PATIENT));
        }
        Ask ask = new Ask("snapshot", throttle.settings().limits(), 5000, Rank.QUERY);
        assertThat(new Caller(ask, null, caller -> {}).enter(other).outcome).isInstanceOf(Outcome.Refused.class);
        waiting.forEach(throttle.endpoint("snapshot").queue()::leave);
        assertThat(throttle.stats("snapshot").queueLength()).isZero();
        time.advance(250);
        assertThat(new Caller(ask, null, caller -> {}).enter(other).outcome).isNull();
    }

    @Test
    void aClientsOwnLimitIsDecidedInTheSameQuestion() {
        start("100 per second", "100 per second");
        Ask ask = new Ask("snapshot", throttle.settings().limits(), new ClientLimit("scout", RateLimits.parse("2/second")), 0, Rank.QUERY,
                null);
        List<Caller> calls = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            calls.add(new Caller(ask, "scout", caller -> {}).enter(throttle.endpoint("snapshot").queue()));
        }
        assertThat(calls).extracting(Caller::granted).containsExactly(true, true, false);
        Outcome.Refused refused = (Outcome.Refused) calls.get(2).outcome;
        assertThat(refused.limited()).isEqualTo(Limited.CLIENT);
        assertThat(refused.limit()).hasToString("2 per second");
        assertThat(call("snapshot", "other", 0).granted()).isTrue();
    }
}
