package io.kisgateway.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.access.TestClients;
import io.kisgateway.call.Scope;
import io.kisgateway.simulator.Fault;
import io.kisgateway.simulator.Mode;
import io.kisgateway.testing.EventReader;
import io.kisgateway.testing.EventReader.Event;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Rig;
import io.kisgateway.testing.ScopeTable;
import io.kisgateway.testing.SocketReader;
import io.kisgateway.testing.TestFolder;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Listeners of JSON, over real HTTP, by the shipped routes, in front of a simulator that speaks KIS's WebSocket. */
class RealtimeStreamTest {

    private static final String TRADES = "H0STCNT0";
    private static final String QUOTES = "H0STASP0";
    private static final String SAMSUNG = "005930";
    private static final String STREAM = "/api/realtime/stream?codes=";

    private final List<AutoCloseable> open = new ArrayList<>();
    private Rig rig;

    private void start(String... settings) {
        start(Mode.REAL, settings);
    }

    private void start(Mode mode, String... settings) {
        List<String> all =
                new ArrayList<>(List.of("KIS_HTS_ID", "trader01", "RATE_LIMIT", "1000/second", "KIS_ACCOUNT_RATE", "1000/second"));
        all.addAll(List.of(settings));
        rig = Rig.start(options -> options.recordsPerSecond(0), mode, all.toArray(String[]::new));
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
        rig.close();
    }

    private EventReader listen(String query, String... headers) {
        EventReader reader = EventReader.open(rig.gateway().port(), query, headers);
        open.add(reader);
        if (reader.status() == 200) {
            reader.next("subscribed");
        }
        return reader;
    }

    private void push(String trId, String code, int records) {
        await().until(() -> rig.simulator().realtime().push(trId, code, records));
    }

    @Test
    void tradesAndQuotesComeWithTypedMembersOfTheSnapshotsNames() {
        start();
        EventReader reader = listen(STREAM + SAMSUNG + ",000660&kinds=trade,quote");
        assertThat(reader.header("Content-Type")).isEqualTo("text/event-stream");
        assertThat(reader.header("Cache-Control")).isEqualTo("no-store");

        push(TRADES, SAMSUNG, 1);
        Event trade = reader.next("trade");
        JsonNode snapshot = rig.http().post("/api/market-data/snapshot", "{\"stock_code\":\"005930\"}").at("/data");
        assertThat(trade.id()).matches("[0-9]+-[0-9]+");
        assertThat(trade.data().get("code").asText()).isEqualTo(SAMSUNG);
        assertThat(trade.data().get("time").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\+09:00");
        for (String member : List.of("price", "open", "high", "low", "volume", "change", "quantity")) {
            assertThat(trade.data().get(member).isIntegralNumber()).as(member).isTrue();
        }
        assertThat(trade.data().get("change_rate").isNumber()).isTrue();
        assertThat(trade.data().get("open")).isEqualTo(snapshot.get("open"));
        assertThat(trade.data().get("side").asText()).isIn("buy", "sell");
        assertThat(trade.data().get("halted").isBoolean()).isTrue();

        push(QUOTES, "000660", 1);
        JsonNode quote = reader.next("quote").data();
        assertThat(quote.get("code").asText()).isEqualTo("000660");
        assertThat(quote.get("asks")).hasSize(10);
        assertThat(quote.get("bids")).hasSize(10);
        assertThat(quote.at("/asks/0/price").longValue()).isGreaterThan(quote.at("/bids/0/price").longValue())
                .isLessThan(quote.at("/asks/1/price").longValue());
        assertThat(quote.at("/asks/0/quantity").isIntegralNumber()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "kinds=trade | codes | codes is missing",
        "codes=12345 | codes | 12345 is no stock code",
        "codes=005930&kinds=price | kinds | There is no kind price; there are: fills, quote, trade",
        "codes=005930&kinds=fills | codes | of no use",
        "codes=005930&kind=trade | kind | is not known here",
        "codes=005930,,1 | codes | a list of 1 to 41 texts",
        "codes=MANY&kinds=trade,quote | codes | at most 41"})
    void whatIsAskedWronglyIsToldWithItsNameAndReachesNobody(String query, String field, String says) {
        start();
        String many = IntStream.range(100_000, 100_021).mapToObj(Integer::toString).collect(Collectors.joining(","));
        Http.Reply reply = rig.http().get("/api/realtime/stream?" + query.replace("MANY", many));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(reply.at("/field").asText()).isEqualTo(field);
        assertThat(reply.at("/detail").asText()).contains(says);
        assertThat(rig.simulator().realtime().status().registered()).noneMatch(one -> !one.contains("H0STCNI0"));
    }

    @Test
    void aRecordThatCannotBeReadIsToldAndNeverAZero() {
        start();
        EventReader reader = listen(STREAM + SAMSUNG);
        rig.simulator().realtime().pushText("0|H0STCNT0|001|" + SAMSUNG + "^093000^" + "^".repeat(43));
        JsonNode unreadable = reader.next("unreadable").data();
        assertThat(unreadable.get("code").asText()).isEqualTo(SAMSUNG);
        assertThat(unreadable.get("reason").asText()).contains("stck_prpr");
        push(TRADES, SAMSUNG, 1);
        assertThat(reader.next("trade").data().get("price").longValue()).isPositive();
        assertThat(rig.management().get("/stats").at("/realtime/unreadable").asLong()).isPositive();
    }

    /** It was counted, and nobody who may have missed a record was told. */
    @ParameterizedTest
    @ValueSource(strings = {"0|H0STCNT0|abc|005930^1", "0|H0STCNT0|002|005930^1^2", "1|H0STCNI0|001|bm90IGVuY3J5cHRlZA==", "{\"header\":",
        "garbage"})
    void aFrameThatCannotBeReadIsAGapToWhoeverListens(String frame) {
        start();
        EventReader reader = listen(STREAM + SAMSUNG);
        await().until(() -> rig.simulator().realtime().status().registered().size() == 2);
        rig.simulator().realtime().pushText(frame);
        JsonNode begins = reader.next("gap").data();
        assertThat(begins.get("to").isNull()).isTrue();
        assertThat(begins.get("reason").asText()).contains("cannot be read");
        JsonNode over = reader.next("gap").data();
        assertThat(over.get("from")).isEqualTo(begins.get("from"));
        assertThat(over.get("to").asText()).isNotEqualTo("null");
        assertThat(reader.next("snapshot").data().get("code").asText()).isEqualTo(SAMSUNG);
        push(TRADES, SAMSUNG, 1);
        reader.next("trade");
        assertThat(rig.http().get("/api/realtime/status").at("/data/gap").isNull()).isTrue();
    }

    /** Who hears of a doubt alone does not learn that nothing comes any more. */
    @Test
    void aLossWhileFramesCannotBeReadIsAGapOfItsOwn() {
        start();
        EventReader reader = listen(STREAM + SAMSUNG);
        await().until(() -> rig.simulator().realtime().status().registered().size() == 2);
        rig.simulator().realtime().pushText("garbage");
        JsonNode doubt = reader.next("gap").data();
        assertThat(doubt.get("reason").asText()).contains("cannot be read");
        rig.simulator().realtime().close(1000);
        JsonNode over = reader.next("gap").data();
        assertThat(over.get("from")).isEqualTo(doubt.get("from"));
        assertThat(over.get("to").isNull()).isFalse();
        JsonNode loss = reader.next("gap").data();
        assertThat(loss.get("reason").asText()).contains("closed the session");
        assertThat(loss.get("to").isNull()).isTrue();
        assertThat(reader.next("gap").data().get("to").isNull()).isFalse();
    }

    @Test
    void whoComesBackSoonMissesNothing() throws Exception {
        start();
        EventReader first = listen(STREAM + SAMSUNG);
        push(TRADES, SAMSUNG, 1);
        String last = first.next("trade").id();
        first.close();
        push(TRADES, SAMSUNG, 3);
        EventReader second = listen(STREAM + SAMSUNG, "Last-Event-ID", last);
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ids.add(second.next(event -> true, "trade").id());
        }
        push(TRADES, SAMSUNG, 1);
        ids.add(second.next(event -> true, "trade").id());
        assertThat(ids).doesNotContainNull().doesNotHaveDuplicates().doesNotContain(last);
        List<String> sorted = new ArrayList<>(ids);
        Collections.sort(sorted);
        assertThat(ids).isEqualTo(sorted);
    }

    @Test
    void whatCannotBeToldAnyMoreIsAGapWithTheCodesStateAfterIt() {
        start();
        EventReader reader = listen(STREAM + SAMSUNG, "Last-Event-ID", "1795741901123-1");
        JsonNode gap = reader.next("gap").data();
        assertThat(gap.get("from").asText()).isEqualTo("2026-11-27T10:11:41.123+09:00");
        assertThat(gap.get("to").asText()).endsWith("+09:00");
        assertThat(gap.get("codes")).hasSize(1);
        JsonNode snapshot = reader.next("snapshot").data();
        assertThat(snapshot.get("code").asText()).isEqualTo(SAMSUNG);
        assertThat(snapshot.at("/data/price").longValue()).isPositive();

        Http.Reply reply = rig.http().send(rig.http().request(STREAM + SAMSUNG).header("Last-Event-ID", "yesterday"));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.at("/field").asText()).isEqualTo("Last-Event-ID");
    }

    @Test
    void aLostSessionIsAGapAndTheStreamGoesOn() {
        start();
        EventReader reader = listen(STREAM + SAMSUNG);
        push(TRADES, SAMSUNG, 1);
        reader.next("trade");
        rig.simulator().realtime().close(0);
        JsonNode begins = reader.next("gap").data();
        assertThat(begins.get("to").isNull()).isTrue();
        JsonNode over = reader.next(event -> event.name().equals("gap") && !event.data().get("to").isNull(), "end of the gap").data();
        assertThat(over.get("from")).isEqualTo(begins.get("from"));
        assertThat(reader.next("snapshot").data().at("/data/price").longValue()).isPositive();
        push(TRADES, SAMSUNG, 1);
        reader.next("trade");
    }

    @Test
    void whatKisTakesNoMoreAfterALossEndsItsListenersAlone() {
        start();
        EventReader lost = listen(STREAM + SAMSUNG + "&kinds=trade");
        EventReader other = listen(STREAM + "000660&kinds=quote");
        rig.simulator().faults().add(Fault.code("OPSP0007").onTrId(TRADES).times(100));
        rig.simulator().realtime().close(0);
        assertThat(lost.next("end").data().get("reason").asText()).contains("OPSP0007");
        push(QUOTES, "000660", 1);
        other.next("quote");
    }

    @Test
    void aWebSocketIsToldWhatToSend() {
        start();
        SocketReader socket = SocketReader.open(rig.gateway().port(), "/api/realtime/ws");
        open.add(socket);
        socket.say("{\"subscribe\":{\"codes\":[\"005930\"],\"kinds\":[\"trade\",\"quote\"]}}");
        assertThat(socket.next("subscribed").at("/data/codes/0").asText()).isEqualTo(SAMSUNG);
        push(TRADES, SAMSUNG, 1);
        JsonNode trade = socket.next("trade");
        assertThat(trade.at("/data/price").isIntegralNumber()).isTrue();
        assertThat(trade.get("id").asText()).matches("[0-9]+-[0-9]+");

        socket.say("{\"subscribe\":{\"codes\":[\"12\"]}}");
        assertThat(socket.next("error").at("/data/field").asText()).isEqualTo("codes");
        socket.say("{\"subscribe\":");
        assertThat(socket.next("error").at("/data/code").asText()).isEqualTo("MALFORMED_JSON");
        socket.say("{\"subscribe\":{\"codes\":[\"005930\"],\"kinds\":[\"nothing\"]}}");
        assertThat(socket.next("error").at("/data/field").asText()).isEqualTo("kinds");

        socket.say("{\"unsubscribe\":{\"codes\":[\"005930\"]}}");
        socket.next("unsubscribed");
        push(TRADES, SAMSUNG, 1);
        push(QUOTES, SAMSUNG, 1);
        // Nothing of trades comes before the quote that is later.
        JsonNode next = socket.next("quote");
        assertThat(next.at("/data/asks/0/price").isIntegralNumber()).isTrue();
        assertThat(rig.http().get("/api/realtime/ws").at("/detail").asText()).contains("Upgrade: websocket");
    }

    @ParameterizedTest
    @CsvSource({"REAL, H0STCNI0", "VIRTUAL, H0STCNI9"})
    void fillsOfTheAccountsOwnOrders(Mode mode, String trId) {
        start(mode);
        EventReader reader = listen("/api/realtime/stream?kinds=fills");
        assertThat(rig.simulator().realtime().status().registered()).containsExactly(trId + " trader01");
        Http.Reply order = rig.http().post("/api/trading/buy", "{\"stock_code\":\"005930\",\"quantity\":3}");
        assertThat(order.status()).isEqualTo(200);
        JsonNode fill =
                reader.next(event -> event.name().equals("fills") && event.data().get("event").asText().equals("fill"), "fill").data();
        assertThat(fill.get("order_no").asText()).isEqualTo(order.at("/order_no").asText());
        assertThat(fill.get("side").asText()).isEqualTo("buy");
        assertThat(fill.get("quantity").longValue()).isEqualTo(3);
        assertThat(fill.get("price").longValue()).isPositive();
        assertThat(fill.toString()).doesNotContain(rig.simulator().options().credentials().account().substring(0, 8))
                .doesNotContain("trader01");
    }

    @Test
    void aClientIsToldOfItsOwnOrdersAloneAndOneWhoSeesAllOfAll() {
        TestClients clients = new TestClients();
        String one = clients.add("one", "", "may: [account:read, buy]");
        String other = clients.add("other", "", "may: [account:read, buy]");
        String all = clients.add("ops", "", "may: [account:read, admin]");
        start("CLIENTS_FILE", clients.write().toString());
        EventReader ofOne = listen("/api/realtime/stream?kinds=fills", "X-API-Key", one);
        EventReader ofOther = listen("/api/realtime/stream?kinds=fills", "X-API-Key", other);
        EventReader ofAll = listen("/api/realtime/stream?kinds=fills", "X-API-Key", all);
        String body = "{\"stock_code\":\"005930\",\"quantity\":1}";
        String first = rig.http().post("/api/trading/buy", body, "X-API-Key", one).at("/order_no").asText();
        String second = rig.http().post("/api/trading/buy", body, "X-API-Key", other).at("/order_no").asText();
        assertThat(ofOne.next(event -> true, "notice").data().get("order_no").asText()).isEqualTo(first);
        assertThat(ofOther.next(event -> true, "notice").data().get("order_no").asText()).isEqualTo(second);
        ofAll.next(event -> event.data().path("order_no").asText().equals(first), "notice of the first order");
        ofAll.next(event -> event.data().path("order_no").asText().equals(second), "notice of the second order");
    }

    @Test
    void aKindIsAddedToARunningGatewayByARoute() throws IOException {
        Path folder = TestFolder.create();
        start("ROUTES_DIR", folder.toString(), "ROUTES_RELOAD", "true");
        assertThat(rig.http().get(STREAM + SAMSUNG + "&kinds=price").status()).isEqualTo(400);
        Files.writeString(folder.resolve("my-price.camel.yaml"), """
                - route:
                    id: my-price
                    description: The price alone
                    from:
                      uri: realtime:price
                      parameters:
                        trId: H0STCNT0
                      steps:
                        - to:
                            uri: reply:inline
                            parameters:
                              template: '{"data": {"code": $code, "won": whole(.stck_prpr)}}'
                        - process:
                            ref: realtime-publish
                """);
        await().ignoreExceptions()
                .until(() -> rig.http().get("/api/realtime/stream?kinds=price").at("/detail").asText().contains("codes is missing"));
        EventReader reader = listen(STREAM + SAMSUNG + "&kinds=price,trade");
        push(TRADES, SAMSUNG, 1);
        JsonNode price = reader.next("price").data();
        assertThat(price.get("won").isIntegralNumber()).isTrue();
        assertThat(price).hasSize(2);

        Files.writeString(folder.resolve("my-price.camel.yaml"),
                Files.readString(folder.resolve("my-price.camel.yaml")).replace("\"won\"", "\"krw\""));
        await().until(() -> {
            push(TRADES, SAMSUNG, 1);
            return reader.next("price").data().has("krw");
        });
    }

    @Test
    void anOperatorGivesARegistrationUp() {
        start();
        EventReader reader = listen(STREAM + SAMSUNG);
        EventReader other = listen(STREAM + "000660");
        Http.Reply reply =
                rig.management().post("/jolokia", "{\"type\":\"exec\",\"mbean\":\"io.kisgateway:context=kis-gateway,type=Realtime\","
                        + "\"operation\":\"drop\",\"arguments\":[\"H0STCNT0\",\"005930\"]}");
        assertThat(reply.at("/value").asBoolean()).as(reply.text()).isTrue();
        assertThat(reader.next("end").data().get("reason").asText()).contains("An operator");
        await()
                .until(() -> rig.simulator().realtime().status().registered().stream().noneMatch(one -> one.contains(SAMSUNG)));
        push(TRADES, "000660", 1);
        other.next("trade");
    }

    @Test
    void whoComesAndGoesLeavesNothing() throws IOException {
        start();
        listen(STREAM + SAMSUNG);
        comeAndGo(200);
        // By now the pools have the threads that they keep.
        int threads = Thread.getAllStackTraces().size();
        comeAndGo(400);
        assertThat(Thread.getAllStackTraces().size()).isLessThan(threads + 10);
        assertThat(rig.simulator().realtime().status().registered().stream().filter(one -> one.startsWith(TRADES)))
                .hasSizeLessThanOrEqualTo(2);
        push(TRADES, SAMSUNG, 1);
    }

    private void comeAndGo(int listeners) throws IOException {
        for (int i = 0; i < listeners; i++) {
            try (Socket socket = new Socket("127.0.0.1", rig.gateway().port())) {
                socket.getOutputStream().write(("GET " + STREAM + SAMSUNG + ",000660 HTTP/1.1\r\nHost: localhost\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
                assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 200");
            }
        }
        await().until(() -> rig.management().get("/stats").at("/realtime/json_listeners").asInt() == 1);
    }

    /** As the table in docs/security.md says, by every way to ask. */
    @Test
    void eachKindNeedsItsScope() {
        TestClients clients = new TestClients();
        Map<Scope, String> keys = ScopeTable.keys(clients::add);
        start("CLIENTS_FILE", clients.write().toString());
        List<ScopeTable.Row> rows = ScopeTable.of("realtime");
        assertThat(rows).hasSize(3);
        for (ScopeTable.Row row : rows) {
            boolean fills = row.word(0).equals("fills");
            String query = "/api/realtime/stream?kinds=" + row.word(0) + (fills ? "" : "&codes=" + SAMSUNG);
            String body = "{\"kinds\":[\"" + row.word(0) + "\"]" + (fills ? "" : ",\"codes\":[\"" + SAMSUNG + "\"]") + "}";
            assertThat(EventReader.open(rig.gateway().port(), query).status()).isEqualTo(401);
            keys.forEach((scope, key) -> {
                String[] header = {"X-API-Key", key};
                int expected = row.allows(scope) ? 200 : 403;
                assertThat(listen(query, header).status()).as("%s with %s", row, scope).isEqualTo(expected);
                assertThat(rig.http().post("/api/realtime/subscribe", body, header).status()).as("%s with %s", row, scope)
                        .isEqualTo(expected);
                assertThat(rig.http().post("/api/realtime/unsubscribe", body, header).status()).as("%s with %s", row, scope)
                        .isEqualTo(expected);
                if (scope == Scope.MARKET_READ || scope == Scope.ACCOUNT_READ) {
                    SocketReader socket = SocketReader.open(rig.gateway().port(), "/api/realtime/ws", header);
                    open.add(socket);
                    socket.say("{\"subscribe\":" + body + "}");
                    if (row.allows(scope)) {
                        socket.next("subscribed");
                    } else {
                        assertThat(socket.next("error").at("/data/code").asText()).isEqualTo("FORBIDDEN");
                    }
                }
            });
        }
    }

    @Test
    void theRegistrationThatKisHasNoRoomForIsRefusedAndOneThatIsLeftMakesRoom() throws Exception {
        start();
        // The gateway itself listens to notices of the account's orders.
        await().until(() -> rig.simulator().realtime().status().registered().size() == 1);
        String many = IntStream.range(100_000, 100_040).mapToObj(Integer::toString).collect(Collectors.joining(","));
        EventReader all = listen(STREAM + many);
        assertThat(all.status()).isEqualTo(200);
        await().until(() -> rig.simulator().realtime().status().registered().size() == 41);
        Http.Reply refused = rig.http().get(STREAM + SAMSUNG);
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.code()).isEqualTo("REALTIME_FULL");
        assertThat(refused.at("/kis/msg_cd").asText()).isEqualTo("OPSP0008");
        assertThat(refused.header("Retry-After")).isNotNull();
        assertThat(rig.management().get("/console/data").at("/findings").toString()).contains("realtime-full");
        all.close();
        // What nobody wants any more gives way at once, though it would have stayed a while.
        await().until(() -> EventReader.open(rig.gateway().port(), STREAM + SAMSUNG).status() == 200);
    }

    @Test
    void whoDoesNotReadIsDroppedAloneAndToldWhy() throws IOException {
        start();
        EventReader reader = listen(STREAM + SAMSUNG + "&kinds=quote");
        try (Socket slow = new Socket()) {
            slow.setReceiveBufferSize(4096);
            slow.connect(new InetSocketAddress("127.0.0.1", rig.gateway().port()));
            slow.getOutputStream()
                    .write(("GET " + STREAM + SAMSUNG + "&kinds=quote HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            await().until(() -> rig.management().get("/stats").at("/realtime/json_listeners").asInt() == 2);
            int pushed = 0;
            while (rig.management().get("/stats").at("/realtime/dropped").asInt() == 0) {
                push(QUOTES, SAMSUNG, 500);
                for (int i = 0; i < 500; i++) {
                    assertThat(reader.next(event -> true, "quote").name()).isEqualTo("quote");
                }
                pushed += 500;
                assertThat(pushed).as("records until the one who does not read is dropped").isLessThan(30_000);
            }
            slow.setSoTimeout(30_000);
            InputStream in = slow.getInputStream();
            String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(all).contains("event: end").contains("too slow");
        }
        push(QUOTES, SAMSUNG, 1);
        reader.next("quote");
    }

    @Test
    void nobodyTakesAllListeners() {
        TestClients clients = new TestClients();
        String greedy = clients.add("greedy", "", "may: [\"market:read\"]");
        String other = clients.add("other", "", "may: [\"market:read\"]");
        start("REALTIME_LISTENERS", "8", "CLIENTS_FILE", clients.write().toString());
        for (int i = 0; i < 10; i++) {
            assertThat(status(greedy)).as("listener %d", i).isEqualTo(i < 6 ? 200 : 503);
        }
        for (int i = 0; i < 4; i++) {
            assertThat(status(other)).as("another's listener %d", i).isEqualTo(i < 2 ? 200 : 503);
        }
    }

    private int status(String key) {
        return listen(STREAM + SAMSUNG, "X-API-Key", key).status();
    }

    @Test
    void goingDownIsTold() {
        start();
        EventReader reader = listen(STREAM + SAMSUNG);
        SocketReader socket = SocketReader.open(rig.gateway().port(), "/api/realtime/ws");
        open.add(socket);
        socket.say("{\"subscribe\":{\"codes\":[\"005930\"]}}");
        socket.next("subscribed");
        rig.gateway().close();
        assertThat(reader.next("end").data().get("reason").asText()).contains("going down");
        reader.next("closed");
        assertThat(socket.next("end").at("/data/reason").asText()).contains("going down");
        assertThat(socket.next("closed").get("code").asInt()).isEqualTo(1001);
    }
}
