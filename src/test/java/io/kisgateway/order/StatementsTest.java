package io.kisgateway.order;

import static io.kisgateway.order.OrderRig.BUY;
import static io.kisgateway.order.OrderRig.CANCEL;
import static io.kisgateway.order.OrderRig.order;
import static io.kisgateway.order.OrderRig.untilKnown;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.kisgateway.order.OrderRig.One;
import io.kisgateway.order.journal.Journal;
import io.kisgateway.order.journal.OrderEntry;
import io.kisgateway.order.journal.Origin;
import io.kisgateway.order.journal.Retention;
import io.kisgateway.order.journal.Terms;
import io.kisgateway.simulator.Calls.Arrival;
import io.kisgateway.simulator.Fault;
import io.kisgateway.simulator.Fault.Kind;
import io.kisgateway.simulator.Mode;
import io.kisgateway.simulator.Order;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Http.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Nothing is said of an order that is not so, whatever KIS lists and answers: each test is a way in which it once was. */
@Execution(ExecutionMode.CONCURRENT)
class StatementsTest {

    private static final String LIST = "inquire-daily-ccld";
    @AutoClose
    private static final OrderRigs rigs = new OrderRigs(OrderRig::inFiles);

    @AutoClose
    private final OrderRigs.Place place = rigs.take();
    private final OrderRig rig = place.rig();
    private Http http = place.gateway().http();
    /** A stock that no other test has ordered. */
    private final String code = place.untouchedCode();
    private String key = UUID.randomUUID().toString();

    private void fault(Fault fault) {
        rig.simulator().faults().add(fault);
    }

    private void lost() {
        fault(Fault.of(Kind.RESET_AFTER).onPath("order-cash"));
    }

    private Reply buy() {
        return http.post(BUY, order(code, 3, 0), "Idempotency-Key", key);
    }

    private Reply shown() {
        return http.get("/api/trading/orders/" + key);
    }

    /** It ends as unresolved, and at no time as something that it is not; on a busy machine for other reasons before this one. */
    private void unresolved(Http door, String why) {
        Awaitility.await().failFast(() -> assertThat(door.get("/api/trading/orders/" + key).at("/data/state").asText())
                .isNotIn("placed", "not_placed", "rejected")).until(() -> {
                    Reply shown = door.get("/api/trading/orders/" + key);
                    return shown.at("/data/state").asText().equals("unresolved") && shown.at("/data/reason").asText().contains(why);
                });
        Reply again = door.post(BUY, order(code, 3, 0), "Idempotency-Key", key);
        assertThat(again.at("/outcome").asText()).as(again.text()).isEqualTo("unknown");
    }

    private void foundOnceKisIsWell() {
        rig.simulator().faults().clear();
        Reply found = untilKnown(http, BUY, order(code, 3, 0), key);
        assertThat(found.status()).as(found.text()).isEqualTo(200);
        assertThat(found.at("/order_no").asText()).isEqualTo(atKis().orderNo());
    }

    private Order atKis() {
        return rig.taken().stream().filter(order -> order.code().equals(code)).reduce((first, second) -> second).orElseThrow();
    }

    @Test
    void aReplyWithAnOddTimeSaysNothingOfTheListsClock() {
        fault(Fault.of(Kind.REPLY_CLOCK).onPath("order-cash").ms(-8_000_000));
        assertThat(http.post(BUY, order(place.untouchedCode(), 1, 0)).status()).isEqualTo(200);
        rig.simulator().faults().clear();
        lost();
        assertThat(buy().status()).isEqualTo(504);

        foundOnceKisIsWell();
    }

    @ParameterizedTest
    @ValueSource(longs = {-6_000, -3_600_000})
    void aListWhoseClockIsAnotherMakesNoOrderMissing(long ms) {
        fault(Fault.of(Kind.LIST_CLOCK).onPath(LIST).ms(ms).share(1));
        lost();
        buy();

        Awaitility.await()
                .until(() -> List.of("placed", "unresolved").contains(shown().at("/data/state").asText()));
        foundOnceKisIsWell();
    }

    @Test
    void whatTheJournalHoldsAsConfirmedMustBeListedAfterARestartToo() {
        assertThat(http.post(BUY, order(code, 3, 0)).status()).isEqualTo(200);
        fault(Fault.of(Kind.LIST_LAG).onPath(LIST).ms(600_000).share(1));
        lost();
        assertThat(buy().status()).isEqualTo(504);
        http = place.restart().http();

        unresolved(http, "lacks order");
        foundOnceKisIsWell();
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, names = {"PAGE_WITHOUT_KEY", "PAGE_WITHOUT_MARK"})
    void pagesThatContradictThemselvesAreNoWholeList(Kind kind) {
        try (OrderRig virtual = OrderRig.inFiles(Mode.VIRTUAL); One gateway = virtual.gateway()) {
            virtual.simulator().faults().add(Fault.of(kind).onPath(LIST).share(1));
            virtual.simulator().faults().add(Fault.of(Kind.RESET_AFTER).onPath("order-cash"));
            gateway.http().post(BUY, order(code, 3, 0), "Idempotency-Key", key);
            for (int i = 0; i < 20; i++) {
                // Younger rows are before it: it is on the next page.
                virtual.simulator().elsewhere().place(Order.Side.BUY, code, 1, 0, "KRX");
            }

            unresolved(gateway.http(), "KIS_UNREADABLE");
            virtual.simulator().faults().clear();
            assertThat(untilKnown(gateway.http(), BUY, order(code, 3, 0), key).status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"sll_buy_dvsn_cd | ''", "pdno | A005930", "ord_dt | 20200102"})
    void aRowWithABlankOrForeignFieldMayBeTheOrder(String field, String value) {
        fault(Fault.field(Kind.ROW_FIELD, field, value).onPath(LIST).share(1));
        lost();
        buy();

        unresolved(http, "cannot be read");
        foundOnceKisIsWell();
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, names = {"LIST_NULL", "LIST_MISSING", "LIST_BLANK"})
    void noListIsNoEmptyList(Kind kind) {
        lost();
        fault(Fault.of(kind).onPath(LIST).share(1));
        buy();

        unresolved(http, "KIS_UNREADABLE");
        String number = atKis().orderNo();
        assertThat(http.get("/api/trading/orders/" + number).code()).isEqualTo("KIS_UNREADABLE");
        assertThat(http.post(CANCEL, "{\"order_no\":\"" + number + "\"}").code()).isEqualTo("KIS_UNREADABLE");
        foundOnceKisIsWell();
    }

    /** Kinds of replies that say they have nothing to show, and cannot be taken at their word. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"500 | 'rt_cd':'0','msg_cd':'KIOK0560'", "404 | 'rt_cd':'0','msg_cd':'KIOK0560','output1':[]",
        "500 | 'rt_cd':'7','msg_cd':'KIOK0560'", "500 | 'rt_cd':'0','msg_cd':'KIOK0510','output1':[]",
        "200 | 'rt_cd':'0','msg_cd':'KIOK0510','output1':[{'odno':'1'}],'output1':[]",
        "200 | 'rt_cd':'1','rt_cd':'0','msg_cd':'KIOK0510','output1':[]",
        "200 | 'rt_cd':'0','msg_cd':'EGW00201','msg_cd':'KIOK0560'", "200 | 'rt_cd':'9','msg_cd':'KIOK0560'",
        "200 | 'rt_cd':'0','msg_cd':'KIOK0510','output1':[],'CTX_AREA_NK100':'20261123^1'",
        "200 | 'rt_cd':'0','msg_cd':'KIOK0510','output1':[],'ctx_area_nk100':['20261123^1']",
        "200 | 'rt_cd':'0','msg_cd':'KIOK0510','output1':[],'ctx_area_nk100':' ','ctx_area_nk200':'20261123^1'"})
    void anEmptyListThatComesAsAFailureDoesOrIsSaidTwiceProvesNothing(int status, String members) {
        lost();
        fault(Fault.of(Kind.GARBAGE).status(status).body('{' + members.replace('\'', '"') + '}').onPath(LIST).share(1));
        buy();

        unresolved(http, "KIS_UNREADABLE");
        foundOnceKisIsWell();
    }

    /** Refused at the door it would have been sent again, refused for good it would have been called rejected. */
    @ParameterizedTest
    @ValueSource(strings = {"EGW00201", "APBK0952", "EGW00123"})
    void aRefusalThatNamesANumberIsNone(String refusal) {
        fault(Fault.of(Kind.GARBAGE).body("{\"rt_cd\":\"1\",\"msg_cd\":\"" + refusal + "\",\"output\":{\"ODNO\":\"0000000001\"}}")
                .onPath("order-cash").taken());
        Reply first = buy();

        assertThat(first.status()).as(first.text()).isEqualTo(504);
        assertThat(first.at("/outcome").asText()).isEqualTo("unknown");
        assertThat(rig.taken().stream().filter(order -> order.code().equals(code))).hasSize(1);
        foundOnceKisIsWell();
    }

    @ParameterizedTest
    @ValueSource(strings = {"'output':[{'ODNO':'0000000001'},{'ODNO':'0000000002'}]", "'output':{'ODNO':'0000000001','odno':'0000000002'}",
        "'output':{'ODNO':'0000000001','ODNO':'0000000002'}", "'output':{'ODNO':'0000000001'},'output':{'ODNO':'0000000002'}"})
    void twoNumbersAreNone(String output) {
        fault(Fault.of(Kind.GARBAGE).body("{\"rt_cd\":\"0\",\"msg_cd\":\"APBK0013\"," + output.replace('\'', '"') + '}')
                .onPath("order-cash")
                .taken());
        Reply first = buy();

        assertThat(first.status()).as(first.text()).isEqualTo(504);
        assertThat(first.at("/outcome").asText()).isEqualTo("unknown");
        foundOnceKisIsWell();
    }

    @Test
    void anOddRowStandsInTheWayOfNotPlacedAlone() {
        String number = http.post(BUY, order(code, 3, 0)).at("/order_no").asText();
        fault(Fault.field(Kind.ODD_ROW, "ord_tmd", "9:05:03").onPath(LIST).share(1));
        fault(Fault.of(Kind.RESET_BEFORE).onPath("order-cash"));
        buy();

        assertThat(http.get("/api/trading/orders/" + number).at("/data/fills/quantity").intValue()).isEqualTo(3);
        Reply cancel = http.post(CANCEL, "{\"order_no\":\"" + number + "\"}");
        assertThat(cancel.status()).as(cancel.text()).isEqualTo(200);
        assertThat(cancel.at("/cancelled").booleanValue()).isFalse();
        unresolved(http, "cannot be read");
        rig.simulator().faults().clear();
        assertThat(untilKnown(http, BUY, order(code, 3, 0), key).code()).isEqualTo("ORDER_NOT_PLACED");
    }

    /** What KIS loses at one end of its list, or between two pages, it need not lose when it is asked from the other. */
    @Test
    void beforeAnOrderIsCalledNotPlacedKisIsAskedFromEitherEnd() {
        fault(Fault.of(Kind.RESET_BEFORE).onPath("order-cash"));
        buy();
        assertThat(untilKnown(http, BUY, order(code, 3, 0), key).code()).isEqualTo("ORDER_NOT_PLACED");

        List<String> queries = rig.simulator().calls().on(LIST).stream().map(Arrival::query).filter(query -> query.contains(code)).toList();
        assertThat(queries.get(0)).contains("INQR_DVSN=00");
        assertThat(queries.get(queries.size() - 2)).contains("INQR_DVSN=00");
        assertThat(queries.get(queries.size() - 1)).contains("INQR_DVSN=01");
    }

    /** 1,101 orders of the stock at 15 a page are 74 pages. */
    @Test
    void aListOfAnyLengthIsReadToItsEndAndNotOften() {
        try (OrderRig virtual = OrderRig.inFiles(Mode.VIRTUAL); One gateway = virtual.gateway()) {
            for (int i = 0; i < 1101; i++) {
                virtual.simulator().elsewhere().place(Order.Side.BUY, code, 1, 0, "KRX");
            }
            virtual.simulator().faults().add(Fault.of(Kind.RESET_AFTER).onPath("order-cash"));
            gateway.http().post(BUY, order(code, 3, 0), "Idempotency-Key", key);
            assertThat(untilKnown(gateway.http(), BUY, order(code, 3, 0), key).status()).isEqualTo(200);
            assertThat(virtual.simulator().calls().on(LIST)).as("once is enough").hasSizeLessThan(100);

            virtual.simulator().faults().add(Fault.of(Kind.RESET_BEFORE).onPath("order-cash"));
            gateway.http().post(BUY, order(code, 4, 0), "Idempotency-Key", key + "-2");
            assertThat(untilKnown(gateway.http(), BUY, order(code, 4, 0), key + "-2").code()).isEqualTo("ORDER_NOT_PLACED");
            assertThat(virtual.simulator().calls().on(LIST)).as("the whole list twice, besides").hasSizeBetween(150, 500);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, names = {"REPLY_LOWER_CASE", "REPLY_ARRAY", "REPLY_UNPADDED"})
    void kisNumberCountsInAnyForm(Kind kind) {
        fault(Fault.of(kind).onPath("order-cash"));
        Reply reply = buy();

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        String number = atKis().orderNo();
        assertThat(reply.at("/order_no").asText()).isEqualTo(number);
        assertThat(http.get("/api/trading/orders/" + number).at("/data/confirmed").booleanValue()).isTrue();
        // An identical one that KIS does not take does not get its number.
        fault(Fault.of(Kind.RESET_BEFORE).onPath("order-cash"));
        key = UUID.randomUUID().toString();
        buy();
        assertThat(untilKnown(http, BUY, order(code, 3, 0), key).code()).isEqualTo("ORDER_NOT_PLACED");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"ORD_TMD | ''", "ORD_TMD | 91500", "ORD_TMD | x", "KRX_FWDG_ORD_ORGNO | ''"})
    void aReplyWithoutTimeOrBranchIsThatOfAPlacedOrder(String field, String value) {
        fault(Fault.field(Kind.REPLY_FIELD, field, value).onPath("order-cash"));
        Reply reply = buy();

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.at("/order_no").asText()).isEqualTo(atKis().orderNo());
        assertThat(reply.at(field.equals("ORD_TMD") ? "/data/ordered_at" : "/data/organization_no").isNull()).isTrue();
    }

    @Test
    void aNumberThatKisTakesBackToTheExchangeIsNotFilled() {
        fault(Fault.of(Kind.REJECTED_LATER).onPath("order-cash"));
        String number = buy().at("/order_no").asText();
        Reply shown = http.get("/api/trading/orders/" + number);
        Reply cancel = http.post(CANCEL, "{\"order_no\":\"" + number + "\"}");

        assertThat(shown.at("/data/fills/rejected_quantity").intValue()).isEqualTo(3);
        assertThat(shown.at("/data/fills/quantity").intValue() + shown.at("/data/fills/remaining_quantity").intValue()
                + shown.at("/data/fills/cancelled_quantity").intValue()).isZero();
        assertThat(cancel.at("/cancelled").isBoolean()).as(cancel.text()).isTrue();
        assertThat(cancel.at("/cancelled").booleanValue()).isFalse();
        assertThat(cancel.at("/data/rejected_quantity").intValue()).isEqualTo(3);
    }

    @Test
    void aNumberThatIsAnotherOrdersIsNoNumber() {
        String number = http.post(BUY, order(code, 2, 0)).at("/order_no").asText();
        fault(Fault.field(Kind.REPLY_FIELD, "ODNO", number).onPath("order-cash"));
        Reply first = buy();
        assertThat(first.at("/outcome").asText()).as(first.text()).isEqualTo("unknown");
        assertThat(first.text()).contains(number);

        foundOnceKisIsWell();
        assertThat(shown().at("/data/order_no").asText()).isNotEqualTo(number);
    }

    /** What a caller was told is not placed is looked for once more, by another life of the gateway too; an operator is told if it is there. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatShowsUpAfterItWasCalledNotPlacedIsAnAlarm(boolean restart) {
        Logger logger = (Logger) LoggerFactory.getLogger(OrderAlarms.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        try {
            fault(Fault.of(Kind.LIST_LAG).onPath(LIST).ms(600_000).share(1));
            lost();
            buy();
            assertThat(untilKnown(http, BUY, order(code, 3, 0), key).code()).isEqualTo("ORDER_NOT_PLACED");
            if (restart) {
                http = place.restart().http();
            }
            rig.simulator().faults().clear();

            Awaitility.await().until(() -> List.copyOf(lines.list).stream()
                    .anyMatch(line -> line.getLevel() == Level.ERROR && line.getFormattedMessage().contains(atKis().orderNo())));
        } finally {
            logger.detachAppender(lines);
        }
    }

    /** Found by the fault campaign: its number was nobody's yet, and operators were told that an order exists twice. */
    @Test
    void anIdenticalOrderThatIsOnItsWayIsNoLateSighting() {
        Logger logger = (Logger) LoggerFactory.getLogger(OrderAlarms.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        try (OrderRig rigOfItsOwn = OrderRig.inFiles();
                One gateway = rigOfItsOwn.gateway("KIS_READ_TIMEOUT_MS", "30000", "KIS_CALL_TIMEOUT_MS", "30000")) {
            rigOfItsOwn.simulator().faults().add(Fault.of(Kind.RESET_BEFORE).onPath("order-cash"));
            gateway.http().post(BUY, order(code, 3, 0), "Idempotency-Key", key);
            assertThat(untilKnown(gateway.http(), BUY, order(code, 3, 0), key).code()).isEqualTo("ORDER_NOT_PLACED");
            // Its last look is 8 s later.
            rigOfItsOwn.simulator().faults().add(Fault.of(Kind.LATENCY).onPath("order-cash").ms(13_000).taken());
            Reply slow = gateway.http().post(BUY, order(code, 3, 0), "Idempotency-Key", key + "-2");
            assertThat(slow.status()).as(slow.text()).isEqualTo(200);

            String number = slow.at("/order_no").asText();
            assertThat(List.copyOf(lines.list)).noneMatch(line -> line.getFormattedMessage().contains(number));
        } finally {
            logger.detachAppender(lines);
        }
    }

    /** 2,060 once stayed unresolved for good, and with them every later one. */
    @Test
    void thousandsInDoubtAreAllSettledAfterARestartAndSoIsALaterOne() throws IOException {
        try (OrderRig rigOfItsOwn = OrderRig.inFiles()) {
            rigOfItsOwn.gateway().close();
            int many = Journal.MOST_OPEN + 60;
            leaveInDoubt(rigOfItsOwn, many);
            rigOfItsOwn.simulator().elsewhere().place(Order.Side.BUY, code, 3, 0, "KRX");
            try (One gateway = rigOfItsOwn.gateway()) {
                Map<String, Integer> states = new HashMap<>();
                Awaitility.await().atMost(Duration.ofMinutes(3)).pollInterval(Duration.ofSeconds(1)).until(() -> {
                    states.clear();
                    states(gateway.http(), "", states);
                    return states.getOrDefault("placed", 0) + states.getOrDefault("not_placed", 0) == many;
                });
                assertThat(states).isEqualTo(Map.of("placed", 1, "not_placed", many - 1));
                int calls = rigOfItsOwn.simulator().calls().on(LIST).size();
                assertThat(calls).as("one list for all of a stock").isLessThan(100);

                rigOfItsOwn.simulator().faults().add(Fault.of(Kind.RESET_AFTER).onPath("order-cash"));
                gateway.http().post(BUY, order(code, 3, 0), "Idempotency-Key", key);
                assertThat(untilKnown(gateway.http(), BUY, order(code, 3, 0), key).status()).isEqualTo(200);
            }
        }
    }

    private void leaveInDoubt(OrderRig folder, int many) throws IOException {
        Path journal;
        try (Stream<Path> all = Files.list(folder.folder())) {
            journal = all.filter(path -> path.getFileName().toString().startsWith("orders-")).findFirst().orElseThrow();
        }
        Retention retention = new Retention(Duration.ofDays(7), Duration.ofHours(24));
        try (Journal former = Journal.inFolder(journal, "former", retention, Clock.systemUTC(), Runnable::run)) {
            Terms terms = new Terms(Terms.Action.BUY, code, 3, 0, null);
            Instant now = Instant.now();
            List<CompletableFuture<?>> writes = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                // The journal lets nobody wait for long.
                if (writes.size() == 50) {
                    CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new)).join();
                    writes.clear();
                }
                Origin origin = new Origin("trading-buy", "127.0.0.1", null, "r" + i, "former", "k" + i, "f");
                OrderEntry sending = OrderEntry.received("e" + i, terms, origin, now).sending(terms, null, now, now.plusSeconds(3));
                writes.add(former.create(sending, null)
                        .thenCompose(done -> former.replace(sending.unknown("HTTP 500, a blank code", now, now)))
                        .toCompletableFuture());
            }
            CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new)).join();
        }
    }

    private static void states(Http door, String after, Map<String, Integer> states) {
        Reply page = door.get("/api/trading/orders?limit=500" + after);
        page.at("/data").forEach(entry -> states.merge(entry.path("state").asText(), 1, Integer::sum));
        if (page.at("/next").isTextual()) {
            states(door, "&after=" + page.at("/next").asText(), states);
        }
    }

    @Test
    void lookupsTellTheTruthWhileTheBreakerIsOpenAndItOpens() {
        try (OrderRig rigOfItsOwn = OrderRig.inFiles(); One gateway = rigOfItsOwn.gateway("CIRCUIT_BREAKER_FAIL_MAX", "10")) {
            rigOfItsOwn.simulator().faults().add(Fault.of(Kind.BLANK500).onPath("order-cash").taken().times(1));
            rigOfItsOwn.simulator().faults().add(Fault.of(Kind.BLANK500).onPath("order-cash").share(1));
            Reply last = null;
            for (int i = 0; i < 12; i++) {
                last = gateway.http().post(BUY, order(code, 3, 0), "Idempotency-Key", key + i);
            }
            assertThat(last.code()).isEqualTo("CIRCUIT_OPEN");
            assertThat(last.at("/outcome").asText()).isEqualTo("not_placed");

            Awaitility.await().until(() -> gateway.http().get("/api/trading/orders")
                    .at("/data").findValuesAsText("state").stream().filter("not_placed"::equals).count() >= 9);
            assertThat(gateway.http().get("/api/trading/orders").at("/data").findValuesAsText("order_no"))
                    .contains(rigOfItsOwn.taken().get(0).orderNo());
        }
    }
}
