package io.kisgateway.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kisgateway.testing.TestClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Checklist 11. */
class FaultsTest {

    private final TestClock clock = TestClock.at("2026-11-23T10:00:00");
    @AutoClose
    private final Simulator simulator = Simulator.start(SimulatorOptions.builder().clock(clock)
            .rateLimits(RateLimits.OFF).tokenInterval(Duration.ZERO).build());
    private final KisClient client = KisClient.loggedIn(simulator);

    private int ordersTaken() {
        return simulator.orders().list().size();
    }

    @Test
    void codesComeAsTheyDoAtKis() {
        simulator.faults().add(Fault.code("EGW00301").onPath("order-cash"));
        KisClient.Answer answer = client.buy("005930", 1, 0);

        assertThat(answer.summary()).isEqualTo("500 1 EGW00301");
        assertThat(answer.msg1().trim()).isEqualTo("연결 시간이 초과되었습니다. 직전 거래를 반드시 확인하세요.");
        assertThat(ordersTaken()).isZero();
        assertThat(client.buy("005930", 1, 0).rtCd()).isEqualTo("0");
    }

    @Test
    void codesMayComeAfterTheOrderWasTaken() {
        simulator.faults().add(Fault.code("EGW00302").onTrId("TTTC0012U").taken());

        assertThat(client.buy("005930", 1, 0).summary()).isEqualTo("500 1 EGW00302");
        assertThat(ordersTaken()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"APBK0919, 200 7 APBK0919", "OPSQ2001, 200 2 OPSQ2001", "40910000, 200 1 40910000",
        "90020000, 200 1 90020000", "IGW00008, 500 1 IGW00008", "EGW09999, 500 1 EGW09999"})
    void everyFamilyOfCodesHasItsForm(String code, String form) {
        simulator.faults().add(Fault.code(code));

        assertThat(client.price("005930").summary()).isEqualTo(form);
    }

    @Test
    void tokensFailInTheirOwnForm() {
        simulator.faults().add(Fault.code("EGW00133").onPath("tokenP"));
        KisClient.Answer answer = client.token();

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.json().path("error_code").asText()).isEqualTo("EGW00133");
        assertThat(simulator.tokens().issued()).isEqualTo(1);
    }

    @Test
    void whatACodeComesWithCanBeOverridden() {
        simulator.faults().add(Fault.code("EGW00201").status(200).rtCd("9").msg1("x"));
        simulator.faults().add(Fault.of(Fault.Kind.BLANK500).body("{}").status(503));

        KisClient.Answer first = client.price("005930");
        assertThat(first.summary()).isEqualTo("200 9 EGW00201");
        assertThat(first.msg1().trim()).isEqualTo("x");
        KisClient.Answer second = client.price("005930");
        assertThat(second.status()).isEqualTo(503);
        assertThat(second.body()).isEqualTo("{}");
    }

    @Test
    void blankEmptyGarbledAndForeignReplies() {
        for (Fault.Kind kind : List.of(Fault.Kind.BLANK500, Fault.Kind.BLANK200, Fault.Kind.EMPTY500,
                Fault.Kind.EMPTY200, Fault.Kind.GARBAGE, Fault.Kind.HTML502)) {
            simulator.faults().add(Fault.of(kind));
        }

        assertThat(client.price("005930").summary()).isEqualTo("500 1 ");
        assertThat(client.price("005930").body()).isEqualTo("{\"rt_cd\":\"\",\"msg_cd\":\"\",\"msg1\":\"\"}");
        KisClient.Answer empty500 = client.price("005930");
        assertThat(empty500.status() + empty500.body()).isEqualTo("500");
        KisClient.Answer empty200 = client.price("005930");
        assertThat(empty200.status() + empty200.body()).isEqualTo("200");
        KisClient.Answer garbage = client.price("005930");
        assertThat(garbage.status()).isEqualTo(200);
        assertThatThrownBy(garbage::json).isInstanceOf(UncheckedIOException.class);
        KisClient.Answer html = client.price("005930");
        assertThat(html.status()).isEqualTo(502);
        assertThat(html.headers().get("content-type")).startsWith("text/html");
        assertThat(client.price("005930").summary()).isEqualTo("200 0 MCA00000");
    }

    @ParameterizedTest
    @CsvSource({"RESET_BEFORE, 0", "RESET_AFTER, 1"})
    void resets(Fault.Kind kind, int taken) {
        simulator.faults().add(Fault.of(kind).onPath("order-cash"));

        assertThatThrownBy(() -> client.buy("005930", 1, 0)).hasRootCauseInstanceOf(SocketException.class)
                .rootCause().hasMessageContaining("reset").isNotInstanceOf(ConnectException.class);
        assertThat(ordersTaken()).isEqualTo(taken);
    }

    @Test
    void aLostReplyNeverComes() {
        simulator.faults().add(Fault.of(Fault.Kind.REPLY_LOST).onPath("order-cash"));

        CompletableFuture<KisClient.Answer> lost = CompletableFuture.supplyAsync(() -> client.buy("005930", 1, 0));
        await().until(() -> ordersTaken() == 1);
        // Another's answer, which is asked for later, is there.
        assertThat(client.price("005930").rtCd()).isEqualTo("0");
        assertThat(lost).isNotDone();
        assertThat(ordersTaken()).isEqualTo(1);
        assertThat(simulator.calls().on("order-cash").get(0).status()).isZero();
    }

    @ParameterizedTest
    @EnumSource(value = Fault.Kind.class, names = {"REPLY_LOST", "CLOSE_MID_REPLY"})
    void aReplyThatBreaksOffTookTheOrder(Fault.Kind kind) {
        simulator.faults().add(Fault.of(kind).onPath("order-cash").ms(50));

        assertThatThrownBy(() -> client.buy("005930", 1, 0)).hasCauseInstanceOf(IOException.class);
        assertThat(ordersTaken()).isEqualTo(1);
    }

    @Test
    void slowBodiesDripButComeWhole() {
        simulator.faults().add(Fault.of(Fault.Kind.SLOW_BODY).ms(300));
        long start = System.nanoTime();

        assertThat(client.price("005930").summary()).isEqualTo("200 0 MCA00000");
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isGreaterThanOrEqualTo(280);
    }

    @Test
    void latencyBeforeAndAfterTheWork() {
        simulator.faults().add(Fault.of(Fault.Kind.LATENCY).ms(200).taken());
        long start = System.nanoTime();
        assertThat(client.buy("005930", 1, 0).rtCd()).isEqualTo("0");
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isGreaterThanOrEqualTo(199);

        simulator.faults().add(Fault.of(Fault.Kind.LATENCY).ms(200));
        start = System.nanoTime();
        assertThat(client.buy("005930", 1, 0).rtCd()).isEqualTo("0");
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isGreaterThanOrEqualTo(199);
        assertThat(ordersTaken()).isEqualTo(2);
    }

    @Test
    void slownessAndAWrongReplyMayMeetTheSameCall() {
        simulator.faults().add(Fault.of(Fault.Kind.LATENCY).ms(20));
        simulator.faults().add(Fault.of(Fault.Kind.BLANK500));

        assertThat(client.price("005930").status()).isEqualTo(500);
        assertThat(simulator.faults().list()).isEmpty();
    }

    @Test
    void connectionsDieBetweenCalls() {
        simulator.faults().add(Fault.of(Fault.Kind.CLOSE_AFTER));
        assertThat(client.price("005930").summary()).isEqualTo("200 0 MCA00000");
        assertThat(client.price("005930").summary()).isEqualTo("200 0 MCA00000");

        simulator.closeConnections();
        assertThat(client.price("005930").summary()).isEqualTo("200 0 MCA00000");
    }

    @Test
    void ordersMayBeListedLate() {
        simulator.faults().add(Fault.of(Fault.Kind.LATE_LISTING).onPath("order-cash").ms(3_000));
        assertThat(client.buy("005930", 1, 0).rtCd()).isEqualTo("0");

        assertThat(client.orders("20261123").json().path("output1")).isEmpty();
        clock.advance(Duration.ofMillis(2_999));
        assertThat(client.orders("20261123").msgCd()).isEqualTo("KIOK0560");
        clock.advance(Duration.ofMillis(1));
        assertThat(client.orders("20261123").json().path("output1")).hasSize(1);
        assertThat(ordersTaken()).isEqualTo(1);
    }

    @Test
    void aTokenMayDieAnyTime() {
        simulator.faults().add(Fault.of(Fault.Kind.DEAD_TOKEN).onPath("order-cash"));

        assertThat(client.buy("005930", 1, 0).summary()).isEqualTo("500 1 EGW00121");
        assertThat(ordersTaken()).isZero();
        client.bearer(client.token().json().path("access_token").asText());
        assertThat(client.buy("005930", 1, 0).rtCd()).isEqualTo("0");
    }

    @Test
    void faultsHitTheNextCallsThatMatch() {
        simulator.faults().add(Fault.of(Fault.Kind.BLANK500).onPath("inquire-price").times(2));

        assertThat(client.balance().status()).isEqualTo(200);
        assertThat(client.price("005930").status()).isEqualTo(500);
        assertThat(simulator.faults().list().get(0).left()).isEqualTo(1);
        assertThat(client.price("005930").status()).isEqualTo(500);
        assertThat(client.price("005930").status()).isEqualTo(200);
    }

    @Test
    void aShareIsDrawnFromTheSeed() {
        simulator.faults().add(Fault.of(Fault.Kind.BLANK500).share(0.3));
        List<Integer> first = IntStream.range(0, 200).map(i -> client.price("005930").status()).boxed().toList();
        long hits = first.stream().filter(status -> status == 500).count();

        assertThat(hits).isBetween(35L, 85L);
        assertThat(simulator.faults().list().get(0).hits()).isEqualTo(hits);
        try (Simulator twin = Simulator.start(SimulatorOptions.builder().rateLimits(RateLimits.OFF).build())) {
            KisClient other = KisClient.loggedIn(twin);
            twin.faults().add(Fault.of(Fault.Kind.BLANK500).share(0.3));
            assertThat(IntStream.range(0, 200).map(i -> other.price("005930").status()).boxed().toList())
                    .isEqualTo(first);
        }
    }

    @Test
    void onlyPossibleFaultsAreTaken() {
        assertThatThrownBy(() -> Fault.of(Fault.Kind.LATENCY).ms(0)).hasMessageStartingWith("ms: ");
        assertThatThrownBy(() -> Fault.code("not a code")).hasMessageStartingWith("code: ");
        assertThatThrownBy(() -> Fault.code("EGW00201").times(0)).hasMessageStartingWith("times: ");
        assertThatThrownBy(() -> Fault.code("EGW00201").share(1.5)).hasMessageStartingWith("share: ");
        IntStream.range(0, 100).forEach(i -> simulator.faults().add(Fault.of(Fault.Kind.BLANK500)));
        assertThatThrownBy(() -> simulator.faults().add(Fault.of(Fault.Kind.BLANK500)))
                .hasMessageStartingWith("faults: ");
    }
}
