package io.kisgateway.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.testing.TestClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The simulator's WebSocket, with the JDK's client (facts 11.1, 11.2). */
class RealtimeTest {

    /** What the JDK's client calls a connection that ends without a closing frame. */
    private static final List<Integer> BROKEN = List.of(0, 1006);

    private final TestClock clock = TestClock.at("2026-11-23T10:00:00");
    private final List<AutoCloseable> open = new ArrayList<>();
    private Simulator simulator = start(builder());
    private KisClient client = KisClient.loggedIn(simulator);

    private SimulatorOptions.Builder builder() {
        return SimulatorOptions.builder().clock(clock).rateLimits(RateLimits.OFF).tokenInterval(Duration.ZERO)
                .stickyCodes(Set.of("000660")).recordsPerSecond(0).ping(Duration.ofHours(1));
    }

    private Simulator start(SimulatorOptions.Builder options) {
        Simulator fresh = Simulator.start(options.build());
        open.add(fresh);
        return fresh;
    }

    private void restart(SimulatorOptions.Builder options) {
        simulator = start(options);
        client = KisClient.loggedIn(simulator);
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    private String approval() {
        Credentials credentials = simulator.options().credentials();
        return client.post("/oauth2/Approval", Map.of("grant_type", "client_credentials", "appkey",
                credentials.appKey(), "secretkey", credentials.appSecret())).json().path("approval_key").asText();
    }

    private WsClient connect() {
        return connect("/tryitout", approval());
    }

    private WsClient connect(String path, String approvalKey) {
        WsClient ws = new WsClient(simulator.realtimeUrl() + path, approvalKey);
        open.add(ws);
        return ws;
    }

    private static String code(JsonNode reply) {
        return reply.path("body").path("rt_cd").asText() + " " + reply.path("body").path("msg_cd").asText();
    }

    private static List<String> fields(String frame) {
        return List.of(frame.split("\\|", -1)[3].split("\\^", -1));
    }

    private static List<String> columns(String trId) {
        return RealtimeTr.offered(Mode.REAL, true).get(trId).columns();
    }

    private static String field(String frame, String trId, String column) {
        return fields(frame).get(columns(trId).indexOf(column));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/tryitout", "/tryitout/H0STCNT0"})
    void everyPathIsTaken(String path) {
        WsClient ws = connect(path, approval());

        assertThat(code(ws.register("H0STCNT0", "005930"))).isEqualTo("0 OPSP0000");
    }

    @Test
    void aRegistrationIsAnsweredAsKisDoes() {
        WsClient ws = connect();
        ws.ask("1", "H0STASP0", "005930");
        String text = ws.next();
        JsonNode output = WsClient.json(text).path("body").path("output");

        assertThat(text).isEqualTo("{\"header\":{\"tr_id\":\"H0STASP0\",\"tr_key\":\"005930\",\"encrypt\":\"N\"},"
                + "\"body\":{\"rt_cd\":\"0\",\"msg_cd\":\"OPSP0000\",\"msg1\":\"SUBSCRIBE SUCCESS\",\"output\":{\"iv\":\""
                + output.path("iv").asText() + "\",\"key\":\"" + output.path("key").asText() + "\"}}}");
        assertThat(output.path("iv").asText()).hasSize(16);
        assertThat(output.path("key").asText()).hasSize(32);
        assertThat(ws.register("H0STCNI0", "someone").path("body").path("output")).isEqualTo(output);
        assertThat(simulator.realtime().status().registered()).containsExactly("H0STASP0 005930", "H0STCNI0 someone");
    }

    @Test
    void againAndAwayAgain() {
        WsClient ws = connect();

        assertThat(code(ws.register("H0STCNT0", "005930"))).isEqualTo("0 OPSP0000");
        assertThat(code(ws.register("H0STCNT0", "005930"))).isEqualTo("1 OPSP0002");
        ws.ask("2", "H0STCNT0", "005930");
        JsonNode gone = ws.nextJson();
        assertThat(code(gone)).isEqualTo("0 OPSP0001");
        assertThat(gone.path("body").path("msg1").asText()).isEqualTo("UNSUBSCRIBE SUCCESS");
        ws.ask("2", "H0STCNT0", "005930");
        assertThat(code(ws.nextJson())).isEqualTo("1 OPSP0003");
        assertThat(simulator.realtime().status().registered()).isEmpty();
        assertThat(simulator.realtime().push("H0STCNT0", "005930", 1)).isFalse();
    }

    @Test
    void fortyOneRegistrationsAndNoMore() {
        WsClient ws = connect();
        for (int i = 0; i < 41; i++) {
            assertThat(code(ws.register("H0STCNT0", String.format("%06d", i)))).isEqualTo("0 OPSP0000");
        }

        assertThat(code(ws.register("H0STCNT0", "005930"))).isEqualTo("1 OPSP0008");
        ws.ask("2", "H0STCNT0", "000040");
        assertThat(code(ws.nextJson())).isEqualTo("0 OPSP0001");
        assertThat(code(ws.register("H0STCNT0", "005930"))).isEqualTo("0 OPSP0000");
    }

    @Test
    void anotherKeyOfTheSameAppKeyWillDoAndAnUnknownOneWillNot() {
        WsClient ws = connect();
        ws.register("H0STCNT0", "005930");
        ws.send(WsClient.message(approval(), "1", "H0STCNT0", "000660"));
        assertThat(code(ws.nextJson())).isEqualTo("0 OPSP0000");

        ws.send(WsClient.message("nonsense", "1", "H0STCNT0", "035420"));
        JsonNode refused = ws.nextJson();
        assertThat(code(refused)).isEqualTo("9 OPSP0011");
        assertThat(refused.path("body").has("output")).isFalse();

        simulator.approvals().kill();
        assertThat(code(ws.register("H0STCNT0", "035420"))).isEqualTo("9 OPSP0011");
    }

    @Test
    void aSecondSessionIsRefusedAndClosed() {
        WsClient first = connect();
        first.register("H0STCNT0", "005930");
        WsClient second = connect();
        second.ask("1", "H0STCNT0", "005930");

        assertThat(second.next()).isEqualTo("{\"header\":{\"tr_id\":\"(null)\",\"tr_key\":\"\",\"encrypt\":\"N\"},"
                + "\"body\":{\"rt_cd\":\"9\",\"msg_cd\":\"OPSP8996\",\"msg1\":\"ALREADY IN USE appkey\"}}");
        assertThat(second.closeCode()).isEqualTo(1000);
        assertThat(first.open()).isTrue();

        first.close();
        await().until(() -> simulator.realtime().status().connections() == 0);
        assertThat(code(connect().register("H0STCNT0", "005930"))).isEqualTo("0 OPSP0000");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
        "nonsense; OPSP9999", "[]; OPSP9999", "{}; OPSP9998", "{\"header\":{}}; OPSP9992",
        "{\"header\":{},\"body\":{}}; OPSP9991",
        "{\"header\":{\"tr_type\":\"1\"},\"body\":{\"input\":{}}}; OPSP8998",
        "{\"header\":{\"custtype\":\"P\",\"tr_type\":\"3\"},\"body\":{\"input\":{}}}; OPSP8997",
        "{\"header\":{\"custtype\":\"P\",\"tr_type\":\"1\"},\"body\":{\"input\":{\"tr_key\":\"\"}}}; OPSP8993"})
    void whatCannotBeTakenIsSaid(String text, String code) {
        WsClient ws = connect();
        ws.send(text);

        assertThat(code(ws.nextJson())).isEqualTo("9 " + code);
        assertThat(code(ws.register("H0STCNT0", "005930"))).isEqualTo("0 OPSP0000");
    }

    @Test
    void whatNobodyPlaysIsOfferedOnlyWithStubs() {
        assertThat(code(connect().register("H0STNAV0", "069500"))).isEqualTo("9 OPSP8991");

        restart(builder().stubs(true));
        WsClient ws = connect();
        RealtimeTr.offered(Mode.REAL, true).forEach((id, tr) -> {
            assertThat(code(ws.register(id, "069500"))).isEqualTo("0 OPSP0000");
            simulator.realtime().push(id, "069500", 1);
            String frame = ws.next();
            if (tr.encrypted()) {
                assertThat(frame).startsWith("1|" + id + "|001|");
            } else {
                assertThat(frame).startsWith("0|" + id + "|001|");
                assertThat(fields(frame)).as(id).hasSameSizeAs(tr.columns()).contains("069500");
            }
            ws.ask("2", id, "069500");
            assertThat(code(ws.nextJson())).isEqualTo("0 OPSP0001");
        });
        assertThat(RealtimeTr.offered(Mode.REAL, true)).hasSize(60);
    }

    @Test
    void tradesAgreeWithThePriceThatRestAnswers() {
        WsClient ws = connect();
        ws.register("H0STCNT0", "005930");
        simulator.realtime().push("H0STCNT0", "005930", 1);
        String frame = ws.next();
        JsonNode price = client.price("005930").output();

        assertThat(frame).startsWith("0|H0STCNT0|001|005930^100000^");
        assertThat(fields(frame)).hasSize(46).doesNotContain("");
        for (String name : List.of("stck_prpr", "prdy_vrss", "prdy_vrss_sign", "prdy_ctrt", "acml_vol", "acml_tr_pbmn",
                "stck_oprc", "stck_hgpr", "stck_lwpr", "wghn_avrg_stck_prc", "vol_tnrt")) {
            assertThat(field(frame, "H0STCNT0", name)).as(name).isEqualTo(price.path(name).asText()).isNotEmpty();
        }

        simulator.setPrice("005930", 70_000);
        simulator.realtime().push("H0STCNT0", "005930", 1);
        assertThat(field(ws.next(), "H0STCNT0", "stck_prpr")).isEqualTo("70000");
    }

    @Test
    void quotesAgreeWithTheBookThatRestAnswers() {
        WsClient ws = connect();
        ws.register("H0STASP0", "005930");
        simulator.realtime().push("H0STASP0", "005930", 1);
        String frame = ws.next();
        JsonNode book = client.get("/quotations/inquire-asking-price-exp-ccn", "FHKST01010200",
                Map.of("FID_COND_MRKT_DIV_CODE", "J", "FID_INPUT_ISCD", "005930")).json().path("output1");

        assertThat(fields(frame)).hasSize(59);
        for (int i = 1; i <= 10; i++) {
            for (String name : List.of("askp", "bidp", "askp_rsqn", "bidp_rsqn")) {
                assertThat(field(frame, "H0STASP0", name + i)).isEqualTo(book.path(name + i).asText()).isNotEmpty();
            }
        }
        assertThat(field(frame, "H0STASP0", "total_askp_rsqn")).isEqualTo(book.path("total_askp_rsqn").asText());
    }

    @Test
    void aFrameMayHoldSeveralRecordsAndTheirTradesAreNumbered() {
        WsClient ws = connect();
        ws.register("H0UNCNT0", "005930");
        simulator.realtime().push("H0UNCNT0", "005930", 2);
        simulator.realtime().push("H0UNCNT0", "005930", 12);
        String two = ws.next();
        String twelve = ws.next();

        assertThat(two).startsWith("0|H0UNCNT0|002|005930^");
        assertThat(fields(two)).hasSize(2 * 46);
        assertThat(twelve).startsWith("0|H0UNCNT0|012|");
        int sold = columns("H0UNCNT0").indexOf("seln_cntg_csnu");
        List<Integer> numbers = new ArrayList<>();
        List<String> all = new ArrayList<>(fields(two));
        all.addAll(fields(twelve));
        for (int i = 0; i < all.size(); i += 46) {
            numbers.add(Integer.parseInt(all.get(i + sold)) + Integer.parseInt(all.get(i + sold + 1)));
        }
        assertThat(numbers).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
    }

    @Test
    void recordsComeByThemselvesAtTheRateThatIsSet() {
        WsClient ws = connect();
        ws.register("H0STCNT0", "005930");
        ws.register("H0STCNT0", "000660");
        client.admin("POST", "/_sim/realtime", "{\"records_per_second\":200,\"records_per_frame\":3}");

        List<String> codes = List.of(fields(ws.next()).get(0), fields(ws.next()).get(0), fields(ws.next()).get(0));
        assertThat(codes).contains("005930", "000660");
        assertThat(ws.next()).matches("0\\|H0STCNT0\\|003\\|.*");
    }

    private static List<String> decrypted(String frame, JsonNode reply) throws Exception {
        JsonNode output = reply.path("body").path("output");
        Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(output.path("key").asText().getBytes(StandardCharsets.US_ASCII),
                "AES"), new IvParameterSpec(output.path("iv").asText().getBytes(StandardCharsets.US_ASCII)));
        byte[] plain = cipher.doFinal(Base64.getDecoder().decode(frame.split("\\|", -1)[3]));
        return List.of(new String(plain, StandardCharsets.UTF_8).split("\\^", -1));
    }

    /** Number, original, side, amend/cancel, quantity, price, refused, filled, accepted. */
    private static String brief(List<String> notice) {
        return String.join(" ", notice.get(2), notice.get(3), notice.get(4), notice.get(5), notice.get(9),
                notice.get(10), notice.get(12), notice.get(13), notice.get(14));
    }

    @Test
    void noticesTellWhatHappensToOrders() throws Exception {
        WsClient ws = connect();
        JsonNode reply = ws.register("H0STCNI0", "someone");
        assertThat(reply.path("header").path("encrypt").asText()).isEqualTo("Y");
        simulator.setPrice("005930", 70_000);

        String bought = client.buy("005930", 3, 0).output().path("ODNO").asText();
        String taken = ws.next();
        assertThat(taken).startsWith("1|H0STCNI0|001|");
        List<String> fields = decrypted(taken, reply);
        assertThat(fields).hasSize(26).startsWith("someone", "5012345601", bought);
        assertThat(fields.get(8)).isEqualTo("005930");
        assertThat(brief(fields)).isEqualTo(bought + "  02 0 3 0 0 1 1");
        assertThat(brief(decrypted(ws.next(), reply))).isEqualTo(bought + "  02 0 3 70000 0 2 2");

        String resting = client.buy("000660", 5, simulator.market().lowerLimit("000660")).output().path("ODNO").asText();
        long price = simulator.market().lowerLimit("000660");
        assertThat(brief(decrypted(ws.next(), reply))).isEqualTo(resting + "  02 0 5 " + price + " 0 1 1");
        simulator.orders().fill(resting, 2);
        assertThat(brief(decrypted(ws.next(), reply))).isEqualTo(resting + "  02 0 2 " + price + " 0 2 2");
        String cancelled = simulator.elsewhere().cancel(resting).orderNo();
        assertThat(brief(decrypted(ws.next(), reply))).isEqualTo(cancelled + " " + resting + " 02 2 3 " + price + " 0 1 2");

        simulator.faults().add(Fault.of(Fault.Kind.REJECTED_LATER).onPath("order-cash"));
        String rejected = client.buy("005930", 1, 70_000).output().path("ODNO").asText();
        assertThat(brief(decrypted(ws.next(), reply))).isEqualTo(rejected + "  02 0 1 70000 0 1 1");
        assertThat(brief(decrypted(ws.next(), reply))).isEqualTo(rejected + "  02 0 1 70000 1 1 1");
    }

    @Test
    void aRestingOrderThatTradesIsToldThoughNobodyLooks() throws Exception {
        WsClient ws = connect();
        JsonNode reply = ws.register("H0STCNI0", "someone");
        simulator.setPrice("005930", 70_000);
        client.buy("005930", 1, 69_900);
        ws.next();

        simulator.market().pin("005930", 69_900);
        assertThat(decrypted(ws.next(), reply).get(13)).isEqualTo("2");
    }

    @Test
    void theVirtualHostHasItsOwnNotices() throws Exception {
        restart(builder().mode(Mode.VIRTUAL));
        WsClient ws = connect();

        assertThat(code(ws.register("H0STCNI0", "someone"))).isEqualTo("9 OPSP8991");
        assertThat(code(ws.register("H0UNCNT0", "005930"))).isEqualTo("9 OPSP8991");
        JsonNode reply = ws.register("H0STCNI9", "someone");
        simulator.elsewhere().place(Order.Side.BUY, "005930", 1, 0, "KRX");
        assertThat(ws.next()).startsWith("1|H0STCNI9|001|");
        assertThat(decrypted(ws.next(), reply)).hasSize(26);
    }

    @Test
    void pingPongComesAndAnyAnswerWillDo() {
        restart(builder().strict(true));
        WsClient echo = connect();
        WsClient pong = connect();
        WsClient mute = connect();
        await().until(() -> simulator.realtime().status().connections() == 3);
        for (int i = 0; i < 3; i++) {
            simulator.realtime().pingNow();
            String ping = echo.next();
            assertThat(ping).isEqualTo("{\"header\":{\"tr_id\":\"PINGPONG\",\"datetime\":\"20261123100000\"}}");
            assertThat(ping.length()).isLessThan(125);
            echo.send("{ \"header\" : { \"datetime\": \"x\", \"tr_id\": \"PINGPONG\" } }");
            pong.pong(pong.next());
            mute.next();
        }
        // A reply comes only after what was said before it was heard.
        echo.register("H0STCNT0", "005930");
        pong.ask("1", "H0STCNT0", "000660");
        assertThat(code(pong.nextJson())).isEqualTo("9 OPSP8996");
        simulator.realtime().pingNow();

        assertThat(mute.closeCode()).isEqualTo(1002);
        assertThat(echo.next()).contains("PINGPONG");
    }

    @Test
    void unlessStrictNobodyIsDroppedForSilence() {
        WsClient ws = connect();
        await().until(() -> simulator.realtime().status().connections() == 1);
        for (int i = 0; i < 6; i++) {
            simulator.realtime().pingNow();
            assertThat(ws.next()).contains("PINGPONG");
        }

        assertThat(code(ws.register("H0STCNT0", "005930"))).isEqualTo("0 OPSP0000");
    }

    @Test
    void anUpgradeMayBeRefused() {
        simulator.faults().add(Fault.of(Fault.Kind.HTML502).onPath("tryitout").times(2));
        String key = approval();

        assertThatThrownBy(() -> connect("/tryitout", key)).hasStackTraceContaining("WebSocketHandshakeException");
        assertThatThrownBy(() -> connect("/tryitout", key)).hasStackTraceContaining("WebSocketHandshakeException");
        assertThat(code(connect("/tryitout", key).register("H0STCNT0", "005930"))).isEqualTo("0 OPSP0000");
        assertThat(simulator.calls().byAnswer()).containsEntry("101 ", 1L);
    }

    @Test
    void aLateUpgradeIsStillOne() {
        simulator.faults().add(Fault.of(Fault.Kind.LATENCY).ms(50).onPath("tryitout"));

        assertThat(code(connect().register("H0STCNT0", "005930"))).isEqualTo("0 OPSP0000");
    }

    @Test
    void aRegistrationMayBeRefusedLostLateOrCut() {
        WsClient ws = connect();
        simulator.faults().add(Fault.code("OPSP0007").onTrId("H0STCNT0"));
        assertThat(code(ws.register("H0STCNT0", "005930"))).isEqualTo("1 OPSP0007");
        assertThat(simulator.realtime().status().registered()).isEmpty();

        simulator.faults().add(Fault.of(Fault.Kind.REPLY_LOST).onTrId("H0STCNT0"));
        ws.ask("1", "H0STCNT0", "005930");
        assertThat(code(ws.register("H0STCNT0", "005930"))).isEqualTo("1 OPSP0002");

        simulator.faults().add(Fault.of(Fault.Kind.LATENCY).ms(50).onTrId("H0STASP0"));
        assertThat(code(ws.register("H0STASP0", "005930"))).isEqualTo("0 OPSP0000");

        simulator.faults().add(Fault.of(Fault.Kind.RESET_AFTER).onTrId("H0STASP0"));
        ws.ask("1", "H0STASP0", "000660");
        assertThat(ws.closeCode()).isIn(BROKEN);
        assertThat(simulator.calls().byTrId()).containsEntry("H0STASP0", 2L).containsEntry("H0STCNT0", 3L);
    }

    @Test
    void connectionsEndWithACodeOrWithoutAWord() {
        WsClient told = connect();
        told.register("H0STCNT0", "005930");
        client.admin("POST", "/_sim/realtime/close", "{\"code\":1001}");
        assertThat(told.closeCode()).isEqualTo(1001);

        WsClient cut = connect();
        cut.register("H0STCNT0", "005930");
        client.admin("POST", "/_sim/realtime/close", "");
        assertThat(cut.closeCode()).isIn(BROKEN);
        await().until(() -> simulator.realtime().status().connections() == 0);
        assertThat(simulator.realtime().status().registered()).isEmpty();

        WsClient gone = connect();
        gone.register("H0STCNT0", "005930");
        simulator.closeConnections();
        assertThat(gone.closeCode()).isIn(BROKEN);
    }

    @Test
    void silenceIsSilenceAndEnds() {
        WsClient ws = connect();
        ws.register("H0STCNT0", "005930");
        simulator.realtime().silence(true);
        simulator.realtime().push("H0STCNT0", "005930", 1);
        simulator.realtime().pingNow();
        ws.ask("1", "H0STASP0", "005930");
        await().until(() -> simulator.realtime().status().registered().size() == 2);
        simulator.realtime().silence(false);
        simulator.realtime().pushText("the next word");

        assertThat(ws.next()).isEqualTo("the next word");
    }

    @Test
    void aTakeoverEndsTheSessionAndHoldsTheAppKey() {
        WsClient ws = connect();
        ws.register("H0STCNT0", "005930");
        simulator.realtime().takeOver(600_000);

        assertThat(code(ws.nextJson())).isEqualTo("9 OPSP8996");
        assertThat(ws.closeCode()).isEqualTo(1000);
        assertThat(code(connect().register("H0STCNT0", "005930"))).isEqualTo("9 OPSP8996");
        simulator.realtime().takeOver(0);
        assertThat(code(connect().register("H0STCNT0", "005930"))).isEqualTo("0 OPSP0000");
    }

    @Test
    void ifToldSoTheLastComeHasTheSession() {
        WsClient first = connect();
        first.register("H0STCNT0", "005930");
        client.admin("POST", "/_sim/realtime", "{\"last_come_wins\":true}");
        WsClient second = connect();

        assertThat(code(second.register("H0STASP0", "005930"))).isEqualTo("0 OPSP0000");
        assertThat(code(first.nextJson())).isEqualTo("9 OPSP8996");
        assertThat(first.closeCode()).isEqualTo(1000);
        assertThat(simulator.realtime().status().registered()).containsExactly("H0STASP0 005930");
    }

    @Test
    void garbageComesAndThenWhatMakesSense() {
        WsClient ws = connect();
        ws.register("H0STCNT0", "005930");
        simulator.realtime().garbage();
        simulator.realtime().pushText("sense");

        List<String> texts = new ArrayList<>();
        do {
            texts.add(ws.next());
        } while (!texts.get(texts.size() - 1).equals("sense"));
        assertThat(texts).contains("", "0|H0STCNT0|abc|005930^1", "[]").hasSizeGreaterThan(15);
    }

    @Test
    void whatIsLateStaysInOrder() {
        WsClient ws = connect();
        ws.register("H0STCNT0", "005930");
        simulator.realtime().delay(30);
        simulator.realtime().pushText("first");
        simulator.realtime().delay(10);
        simulator.realtime().pushText("second");
        simulator.realtime().delay(0);
        simulator.realtime().pushText("third");

        assertThat(List.of(ws.next(), ws.next(), ws.next())).containsExactly("first", "second", "third");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
        "/_sim/realtime; {\"records_per_second\":-1}; records_per_second",
        "/_sim/realtime; {\"records_per_frame\":101}; records_per_frame",
        "/_sim/realtime; {\"delay_ms\":600001}; delay_ms", "/_sim/realtime; {\"silent\":1}; silent",
        "/_sim/realtime; {\"colour\":1}; colour",
        "/_sim/realtime/push; {}; tr_id", "/_sim/realtime/push; {\"tr_id\":\"H0STCNT0\"}; tr_key",
        "/_sim/realtime/push; {\"tr_id\":\"H0STCNT0\",\"tr_key\":\"005930\"}; tr_id",
        "/_sim/realtime/push; {\"tr_id\":\"H0STCNT0\",\"tr_key\":\"005930\",\"records\":0}; records",
        "/_sim/realtime/close; {\"code\":999}; code", "/_sim/realtime/takeover; {\"ms\":-1}; ms"})
    void wrongInputOfTestersIsNamed(String path, String body, String field) {
        KisClient.Answer answer = client.admin("POST", path, body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("error").asText()).startsWith(field + ":");
    }

    @Test
    void theSideDoorTellsHowItStands() {
        WsClient ws = connect();
        ws.register("H0STCNT0", "005930");
        client.admin("POST", "/_sim/realtime/push", "{\"tr_id\":\"H0STCNT0\",\"tr_key\":\"005930\",\"records\":4}");
        ws.next();
        JsonNode status = client.admin("GET", "/_sim/realtime", "").json();

        assertThat(status.path("connections").asInt()).isEqualTo(1);
        assertThat(status.path("registered")).hasToString("[\"H0STCNT0 005930\"]");
        assertThat(status.path("sent").asInt()).isEqualTo(4);
        assertThat(status.path("approvals_issued").asInt()).isEqualTo(1);
    }
}
