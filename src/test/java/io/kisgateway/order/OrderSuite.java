package io.kisgateway.order;

import static io.kisgateway.order.OrderRig.BUY;
import static io.kisgateway.order.OrderRig.SELL;
import static io.kisgateway.order.OrderRig.order;
import static io.kisgateway.order.OrderRig.untilKnown;
import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.order.OrderRig.One;
import io.kisgateway.simulator.Fault;
import io.kisgateway.simulator.Fault.Kind;
import io.kisgateway.simulator.Order;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Http.Reply;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What orders promise, whatever the journal is kept in. */
@Execution(ExecutionMode.CONCURRENT)
abstract class OrderSuite {

    private static final String BODY = order("005930", 3, 0);

    @AutoClose
    private final OrderRigs.Place place;
    protected final OrderRig rig;
    protected final String key = UUID.randomUUID().toString();
    protected Http http;
    private final int before;

    OrderSuite(OrderRigs rigs) {
        this.place = rigs.take();
        this.rig = place.rig();
        this.http = place.gateway().http();
        this.before = rig.taken().size();
    }

    protected List<Order> taken() {
        List<Order> all = rig.taken();
        return all.subList(before, all.size());
    }

    /** Sent again where nothing was sent: a busy machine may be too slow for its journal. */
    protected Reply buy(String body) {
        Reply[] last = new Reply[1];
        Awaitility.await().pollDelay(Duration.ZERO).until(() -> {
            last[0] = http.post(BUY, body, "Idempotency-Key", key);
            return !last[0].code().equals("JOURNAL_UNAVAILABLE");
        });
        return last[0];
    }

    private void fault(Fault fault) {
        rig.simulator().faults().add(fault);
    }

    private String state() {
        return http.get("/api/trading/orders/" + key).at("/data/state").asText();
    }

    @Test
    void aRepeatGetsTheStoredReplyAndOrdersNothing() {
        Reply first = buy(BODY);
        Reply repeat = http.post(BUY, "{\"quantity\":\"3\",\"stock_code\":\"005930\"}", "Idempotency-Key", "\"" + key + "\"");

        assertThat(first.status()).isEqualTo(200);
        assertThat(first.header("Idempotent-Replayed")).isNull();
        assertThat(repeat.status()).isEqualTo(200);
        assertThat(repeat.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(repeat.text()).isEqualTo(first.text());
        assertThat(taken()).singleElement().satisfies(order -> assertThat(order.orderNo()).isEqualTo(first.at("/order_no").asText()));
    }

    @Test
    void aRepeatWhileTheFirstRunsWaitsForItOrIsTold() {
        int calls = rig.simulator().calls().on("order-cash").size();
        fault(Fault.of(Kind.LATENCY).onPath("order-cash").ms(2900));
        CompletableFuture<Reply> first = http.postAsync(BUY, BODY, "Idempotency-Key", key, "Prefer", "wait=30");
        CompletableFuture<Reply> second = http.postAsync(BUY, BODY, "Idempotency-Key", key, "Prefer", "wait=30");
        List<CompletableFuture<Reply>> both = List.of(first, second);
        Awaitility.await().until(() -> rig.simulator().calls().on("order-cash").size() > calls);
        Reply impatient = http.post(BUY, BODY, "Idempotency-Key", key, "Prefer", "wait=0");
        rig.simulator().hurry();

        assertThat(impatient.code()).isEqualTo("ORDER_IN_PROGRESS");
        assertThat(impatient.status()).isEqualTo(409);
        assertThat(impatient.at("/outcome").asText()).isEqualTo("unknown");
        assertThat(both).allSatisfy(reply -> assertThat(reply.join().status()).isEqualTo(200));
        assertThat(first.join().text()).isEqualTo(second.join().text());
        assertThat(both.stream().filter(reply -> "true".equals(reply.join().header("Idempotent-Replayed")))).hasSize(1);
        assertThat(taken()).hasSize(1);
    }

    @Test
    void aKeyOfAnotherRequestIsRefused() {
        buy(BODY);

        for (Reply other : List.of(buy(order("005930", 4, 0)), http.post(SELL, BODY, "Idempotency-Key", key))) {
            assertThat(other.status()).isEqualTo(422);
            assertThat(other.code()).isEqualTo("IDEMPOTENCY_KEY_REUSED");
            assertThat(other.at("/outcome").asText()).isEqualTo("not_placed");
        }
        assertThat(taken()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"", "\"\"", "\"a", "a b", "a,b", "\"a\";p=1", "a\\b"})
    void whatIsNoKeyIsRefused(String header) {
        Reply reply = http.post(BUY, BODY, "Idempotency-Key", header);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.at("/field").asText()).isEqualTo("Idempotency-Key");
        assertThat(http.post(BUY, BODY, "Idempotency-Key", "k".repeat(256)).code()).isEqualTo("INVALID_REQUEST");
        assertThat(http.post(BUY, BODY, "Idempotency-Key", "a", "Idempotency-Key", "b").code()).isEqualTo("INVALID_REQUEST");
        assertThat(taken()).isEmpty();
    }

    @Test
    void aRefusalBeforeAnythingIsSentDoesNotBurnTheKey() {
        assertThat(buy(order("005930", 0, 0)).status()).isEqualTo(400);
        place.gateway().management().post("/admin/trading/halt", "");
        assertThat(buy(BODY).code()).isEqualTo("TRADING_HALTED");
        place.gateway().management().post("/admin/trading/resume", "");
        place.gateway().management().post("/admin/circuit-breaker/force-open", "");
        Reply refused = buy(order("005930", 9, 0));
        place.gateway().management().post("/admin/circuit-breaker/reset", "");

        assertThat(refused.code()).isEqualTo("CIRCUIT_OPEN");
        assertThat(refused.at("/outcome").asText()).isEqualTo("not_placed");
        assertThat(taken()).isEmpty();
        assertThat(buy(BODY).status()).isEqualTo(200);
        assertThat(taken()).hasSize(1);
    }

    @Test
    void whatKisRejectedStaysRejectedUnderItsKey() {
        String tooMuch = order("005930", 999_999_999, 0);
        Reply first = buy(tooMuch);
        int calls = rig.simulator().calls().on("order-cash").size();
        Reply repeat = buy(tooMuch);

        assertThat(first.code()).isEqualTo("KIS_REJECTED");
        assertThat(repeat.text()).isEqualTo(first.text());
        assertThat(repeat.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(rig.simulator().calls().on("order-cash")).hasSize(calls);
        assertThat(state()).isEqualTo("rejected");
    }

    @Test
    void whatKisRefusedAtItsDoorMayBeTriedAgainUnderItsKey() {
        fault(Fault.code("EGW00201").onPath("order-cash").times(50));
        Reply first = buy(BODY);
        rig.simulator().faults().clear();
        Reply repeat = buy(BODY);

        assertThat(first.code()).isEqualTo("KIS_THROTTLED");
        assertThat(first.at("/outcome").asText()).isEqualTo("not_placed");
        assertThat(repeat.status()).isEqualTo(200);
        assertThat(taken()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RESET_AFTER", "REPLY_LOST", "CLOSE_MID_REPLY", "BLANK500", "EGW00301", "EGW00302", "IGW00009", "GARBAGE"})
    void anOrderThatKisTookWithoutSayingSoIsFound(String what) {
        boolean code = what.startsWith("EGW") || what.startsWith("IGW");
        fault((code ? Fault.code(what) : Fault.of(Kind.valueOf(what))).onPath("order-cash").taken());
        Reply first = buy(BODY);
        Reply repeat = untilKnown(http, BUY, BODY, key);

        assertThat(first.status()).isEqualTo(504);
        assertThat(first.code()).isEqualTo("KIS_TIMEOUT");
        assertThat(first.at("/outcome").asText()).isEqualTo("unknown");
        assertThat(first.at("/detail").asText())
                .matches("Whether KIS took the order is not known \\((?!Whether).*\\): the gateway is looking it up; .*");
        assertThat(repeat.status()).isEqualTo(200);
        assertThat(repeat.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(taken()).singleElement().satisfies(order -> {
            assertThat(repeat.at("/order_no").asText()).isEqualTo(order.orderNo());
            assertThat(repeat.at("/data/order_no").asText()).isEqualTo(order.orderNo());
        });
        assertThat(repeat.at("/data/side").asText()).isEqualTo("buy");
        assertThat(state()).isEqualTo("placed");
    }

    @Test
    void anOrderThatShowsUpLateIsFound() {
        fault(Fault.of(Kind.LATE_LISTING).onPath("order-cash").ms(1500));
        fault(Fault.of(Kind.RESET_AFTER).onPath("order-cash"));
        assertThat(buy(BODY).status()).isEqualTo(504);

        assertThat(untilKnown(http, BUY, BODY, key).status()).isEqualTo(200);
        assertThat(taken()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RESET_BEFORE", "BLANK500", "EGW00302"})
    void anOrderThatKisDidNotTakeIsSaidNotToBePlacedAndIsNotSentAgain(String what) {
        fault((what.startsWith("EGW") ? Fault.code(what) : Fault.of(Kind.valueOf(what))).onPath("order-cash"));
        Reply first = buy(BODY);
        Reply known = untilKnown(http, BUY, BODY, key);

        assertThat(first.at("/outcome").asText()).isEqualTo("unknown");
        assertThat(known.code()).isEqualTo("ORDER_NOT_PLACED");
        assertThat(known.at("/outcome").asText()).isEqualTo("not_placed");
        assertThat(known.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(state()).isEqualTo("not_placed");
        assertThat(taken()).isEmpty();
    }

    @Test
    void identicalOrdersInTheSameSecondUnderTwoKeysStayTwo() {
        String other = UUID.randomUUID().toString();
        List<CompletableFuture<Reply>> both = List.of(http.postAsync(BUY, BODY, "Idempotency-Key", key),
                http.postAsync(BUY, BODY, "Idempotency-Key", other));

        assertThat(both).allSatisfy(reply -> assertThat(reply.join().status()).isEqualTo(200));
        assertThat(taken()).hasSize(2);
        assertThat(both.get(0).join().at("/order_no")).isNotEqualTo(both.get(1).join().at("/order_no"));
    }

    @Test
    void identicalOrdersWhoseRepliesWereLostStayTwo() {
        String other = UUID.randomUUID().toString();
        fault(Fault.of(Kind.RESET_AFTER).onPath("order-cash").times(2));
        List<CompletableFuture<Reply>> both = List.of(http.postAsync(BUY, BODY, "Idempotency-Key", key),
                http.postAsync(BUY, BODY, "Idempotency-Key", other));
        assertThat(both).allSatisfy(reply -> assertThat(reply.join().status()).isEqualTo(504));
        Reply one = untilKnown(http, BUY, BODY, key);
        Reply two = untilKnown(http, BUY, BODY, other);

        assertThat(List.of(one.at("/order_no").asText(), two.at("/order_no").asText()))
                .containsExactlyInAnyOrderElementsOf(taken().stream().map(Order::orderNo).toList()).hasSize(2);
    }

    @Test
    void ofTwoIdenticalOrdersWithoutAnswerOneCanBePlacedAndOneNot() {
        String other = UUID.randomUUID().toString();
        fault(Fault.of(Kind.RESET_AFTER).onPath("order-cash"));
        fault(Fault.of(Kind.RESET_BEFORE).onPath("order-cash"));
        buy(BODY);
        http.post(BUY, BODY, "Idempotency-Key", other);
        List<Integer> statuses = List.of(untilKnown(http, BUY, BODY, key).status(), untilKnown(http, BUY, BODY, other).status());

        assertThat(statuses).containsExactlyInAnyOrder(200, 502);
        assertThat(taken()).hasSize(1);
    }

    @Test
    void anEarlierIdenticalOrderOfItsOwnIsNotMistakenForIt() {
        assertThat(http.post(BUY, BODY).status()).isEqualTo(200);
        fault(Fault.of(Kind.RESET_BEFORE).onPath("order-cash"));
        assertThat(buy(BODY).status()).isEqualTo(504);

        assertThat(untilKnown(http, BUY, BODY, key).code()).isEqualTo("ORDER_NOT_PLACED");
        assertThat(taken()).hasSize(1);
    }

    @Test
    void anIdenticalOrderOfAStrangerSecondsEarlierIsNotMistakenForIt() {
        try (One stranger = rig.stranger()) {
            assertThat(stranger.http().post(BUY, BODY).status()).isEqualTo(200);
        }
        Awaitility.await().pollDelay(Duration.ofSeconds(5)).until(() -> true);
        // KIS's clock has been compared with ours.
        assertThat(http.post(BUY, order("000660", 1, 0)).status()).isEqualTo(200);
        fault(Fault.of(Kind.RESET_BEFORE).onPath("order-cash"));
        assertThat(buy(BODY).status()).isEqualTo(504);

        assertThat(untilKnown(http, BUY, BODY, key).code()).isEqualTo("ORDER_NOT_PLACED");
        assertThat(taken()).hasSize(2);
    }

    /** By its number it is somebody else's. But that numbers ascend is nowhere promised, and a wrong "not placed" would double the order. */
    @Test
    void anIdenticalOrderOfAStrangerInTheSameSecondsLeavesItUnresolved() {
        try (One stranger = rig.stranger()) {
            assertThat(stranger.http().post(BUY, order("000660", 1, 0)).status()).isEqualTo(200);
            String number = stranger.http().post(BUY, BODY).at("/order_no").asText();
            assertThat(http.post(BUY, order("000660", 1, 0)).status()).isEqualTo(200);
            fault(Fault.of(Kind.RESET_BEFORE).onPath("order-cash"));
            assertThat(buy(BODY).status()).isEqualTo(504);

            Awaitility.await().until(() -> state().equals("unresolved"));
            assertThat(http.get("/api/trading/orders/" + key).at("/data/reason").asText())
                    .contains("identical order " + number, "may be this one");
            assertThat(buy(BODY).at("/outcome").asText()).isEqualTo("unknown");
        }
        assertThat(taken()).hasSize(3);
    }

    @Test
    void aListThatLacksWhatKisConfirmedProvesNothing() {
        String body = order("035420", 2, 0);
        fault(Fault.of(Kind.LATE_LISTING).onPath("order-cash").ms(600_000));
        String confirmed = http.post(BUY, body).at("/order_no").asText();
        fault(Fault.of(Kind.RESET_BEFORE).onPath("order-cash"));
        assertThat(buy(body).status()).isEqualTo(504);

        Awaitility.await().until(() -> state().equals("unresolved"));
        assertThat(http.get("/api/trading/orders/" + key).at("/data/reason").asText()).contains("lacks order " + confirmed);
    }

    @Test
    void anOutcomeThatKisCannotBeAskedForStaysUnresolvedSaysWhyAndIsFoundLater() {
        fault(Fault.of(Kind.RESET_AFTER).onPath("order-cash"));
        fault(Fault.code("EGW00002").onPath("inquire-daily-ccld").times(1000));
        buy(BODY);
        Awaitility.await().until(() -> state().equals("unresolved"));
        Reply reply = buy(BODY);
        rig.simulator().faults().clear();

        assertThat(reply.status()).isEqualTo(504);
        assertThat(reply.at("/detail").asText()).contains("EGW00002");
        assertThat(reply.at("/outcome").asText()).isEqualTo("unknown");
        assertThat(http.get("/api/trading/orders/" + key).at("/data/reason").asText()).contains("EGW00002");
        assertThat(untilKnown(http, BUY, BODY, key).status()).isEqualTo(200);
    }

    @Test
    void keysAndJournalOutliveTheGateway() {
        Reply first = buy(BODY);
        String lost = UUID.randomUUID().toString();
        fault(Fault.of(Kind.RESET_AFTER).onPath("order-cash"));
        fault(Fault.of(Kind.LATE_LISTING).onPath("order-cash").ms(1700));
        http.post(BUY, BODY, "Idempotency-Key", lost);
        http = place.restart().http();

        assertThat(buy(BODY).text()).isEqualTo(first.text());
        assertThat(untilKnown(http, BUY, BODY, lost).status()).isEqualTo(200);
        assertThat(taken()).hasSize(2);
        assertThat(http.get("/api/trading/orders/" + first.at("/order_no").asText()).at("/data/idempotency_key").asText()).isEqualTo(key);
    }

    @Test
    void theJournalTellsWhoWhatAndEveryStateWithItsTime() {
        Reply reply = http.post(BUY, BODY, "Idempotency-Key", key, "X-Request-Id", "journal-1", "X-Client-Id", "strategy-7");
        String number = reply.at("/order_no").asText();
        Reply byKey = http.get("/api/trading/orders/" + key);
        Reply byNumber = http.get("/api/trading/orders/" + number);
        Reply day = http.get("/api/trading/orders?date=" + LocalDate.now(ZoneOffset.ofHours(9)));

        assertThat(byKey.at("/success").booleanValue()).isTrue();
        assertThat(byNumber.at("/data")).isEqualTo(byKey.at("/data"));
        assertThat(byKey.at("/data/order_no").asText()).isEqualTo(number);
        assertThat(byKey.at("/data/endpoint").asText()).isEqualTo("trading-buy");
        assertThat(byKey.at("/data/request_id").asText()).isEqualTo("journal-1");
        assertThat(byKey.at("/data/caller").asText()).isEqualTo("strategy-7 at 127.0.0.1");
        assertThat(byKey.at("/data/quantity").intValue()).isEqualTo(3);
        assertThat(byKey.at("/data/history").findValuesAsText("state")).containsExactly("received", "sending", "placed");
        assertThat(byKey.at("/data/history").findValuesAsText("at")).allMatch(at -> at.endsWith("+09:00"));
        assertThat(byKey.at("/data/fills/quantity").intValue()).isEqualTo(3);
        assertThat(byKey.at("/data/fills/average_price").isNumber()).isTrue();
        assertThat(day.at("/data").findValuesAsText("order_no")).contains(number);
        assertThat(day.text() + byKey.text()).doesNotContain(rig.simulator().options().credentials().account().substring(0, 8));
        LocalDate today = LocalDate.now(ZoneOffset.ofHours(9));
        assertThat(http.get("/api/trading/orders?date=" + today.minusDays(5)).at("/data")).isEmpty();
        Reply gone = http.get("/api/trading/orders?date=2020-01-02");
        assertThat(gone.status()).as("no entries are not no orders").isEqualTo(400);
        assertThat(gone.at("/field").asText()).isEqualTo("date");
        assertThat(http.get("/api/trading/orders?date=yesterday").status()).isEqualTo(400);
        assertThat(http.get("/api/trading/orders/no-such-key").code()).isEqualTo("UNKNOWN_ORDER");
    }

    @Test
    void theJournalIsReadableWhileKisIsDown() {
        buy(BODY);
        fault(Fault.of(Kind.HTML502).onPath("inquire-daily-ccld").times(100));
        Reply reply = http.get("/api/trading/orders/" + key);

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.at("/data/state").asText()).isEqualTo("placed");
        assertThat(reply.at("/data/fills").isNull()).isTrue();
        assertThat(reply.at("/data/fills_problem/code").asText()).isEqualTo("KIS_UNAVAILABLE");
    }

    @Test
    void theJournalIsReadableWhileTheBreakerIsOpen() {
        String number = buy(BODY).at("/order_no").asText();
        place.gateway().management().post("/admin/circuit-breaker/force-open", "");
        Reply byKey = http.get("/api/trading/orders/" + key);
        Reply byNumber = http.get("/api/trading/orders/" + number);
        Reply unknown = http.get("/api/trading/orders/9999999999");
        place.gateway().management().post("/admin/circuit-breaker/reset", "");

        assertThat(byKey.status()).as(byKey.text()).isEqualTo(200);
        assertThat(byKey.at("/data/state").asText()).isEqualTo("placed");
        assertThat(byKey.at("/data/fills").isNull()).isTrue();
        assertThat(byKey.at("/data/fills_problem/code").asText()).isEqualTo("CIRCUIT_OPEN");
        assertThat(byNumber.at("/data")).isEqualTo(byKey.at("/data"));
        assertThat(unknown.code()).isEqualTo("CIRCUIT_OPEN");
    }

    @Test
    void anOrderWithoutKeyIsJournalledToo() {
        Reply reply = http.post(BUY, BODY);

        assertThat(http.get("/api/trading/orders/" + reply.at("/order_no").asText()).at("/data/history").findValuesAsText("state"))
                .containsExactly("received", "sending", "placed");
    }
}
