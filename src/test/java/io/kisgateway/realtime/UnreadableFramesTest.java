package io.kisgateway.realtime;

import static io.kisgateway.realtime.KisSocket.code;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kisgateway.simulator.RateLimits;
import io.kisgateway.simulator.Simulator;
import io.kisgateway.simulator.SimulatorOptions;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Patience;
import io.kisgateway.testing.TestClock;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A TR that KIS has changed sends frames that nobody can read, for as long as it is registered. */
@Execution(ExecutionMode.CONCURRENT)
class UnreadableFramesTest {

    private static final String TRADES = "H0STCNT0";
    private static final String QUOTES = "H0STASP0";
    private static final String UNREADABLE = "0|" + TRADES + "|002|005930^1^2";

    /** All were closed with 1001, "No data from KIS for 30 s", and again when they came back. */
    @Test
    void listenersOfOtherTrsStay() {
        TestClock clock = TestClock.morning();
        try (RealtimeRig rig = RealtimeRig.at(clock)) {
            Http http = new Http("http://127.0.0.1:" + rig.gateway().port());
            KisSocket stays = rig.socket();
            assertThat(code(stays.register(QUOTES, "005930"))).isEqualTo("OPSP0000");
            RealtimeRig.eventually(() -> {
                rig.kis.realtime().pushText(UNREADABLE);
                assertThat(http.get("/api/realtime/status").at("/data/gap/reason").asText()).contains("cannot be read");
            });
            clock.advance(Duration.ofSeconds(31));
            KisSocket comesBack = rig.socket();
            assertThat(code(comesBack.register(QUOTES, "000660"))).isEqualTo("OPSP0000");
            for (int i = 0; i < 20; i++) {
                rig.kis.realtime().pushText(UNREADABLE);
                assertThat(code(comesBack.register(QUOTES, "0001%02d".formatted(i)))).isEqualTo("OPSP0000");
            }
            rig.kis.realtime().push(QUOTES, "000660", 1);
            comesBack.record(QUOTES, "000660");
            rig.kis.realtime().push(QUOTES, "005930", 1);
            stays.record(QUOTES, "005930");
        }
    }

    /** Each end of a gap has a snapshot of every channel asked for. */
    @ParameterizedTest
    @ValueSource(ints = {300, 1000, 10_000})
    void theGapEndsSeldomWhileTheyGoOn(int millisBetween) {
        try (Session session = new Session()) {
            int ends = 0;
            boolean lasted = false;
            for (int millis = 0; millis < 120_000; millis += 100) {
                if (millis % millisBetween == 0) {
                    session.unreadable();
                }
                if (millis % 500 == 0) {
                    session.tick();
                }
                boolean lasts = session.gap().isPresent();
                ends += lasted && !lasts ? 1 : 0;
                lasted = lasts;
                session.clock.advance(Duration.ofMillis(100));
            }
            assertThat(ends).isBetween(1, 8);
            assertThat(session.gap()).hasValueSatisfying(gap -> assertThat(gap.partial()).isTrue());
        }
    }

    @Test
    void aSingleOneIsAShortGapAlsoSomeTimeAfterManyOthers() {
        try (Session session = new Session()) {
            for (int i = 0; i < 100; i++) {
                session.unreadable();
                session.pass(Duration.ofSeconds(1));
            }
            assertThat(session.gap()).isPresent();
            for (int i = 0; i < 7; i++) {
                session.pass(Duration.ofSeconds(10));
            }
            assertThat(session.gap()).isEmpty();
            session.unreadable();
            assertThat(session.gap()).isPresent();
            session.pass(Duration.ofMillis(101));
            assertThat(session.gap()).isEmpty();
        }
    }

    @Test
    void aLossAmongThemIsAGapOfItsOwn() {
        try (Session session = new Session()) {
            session.unreadable();
            Gap doubt = session.gap().orElseThrow();
            assertThat(doubt.partial()).isTrue();
            session.clock.advance(Duration.ofSeconds(5));
            session.readable();
            session.kis.realtime().takeOver(600_000);
            await().until(() -> session.gap().filter(gap -> !gap.partial()).isPresent());
            assertThat(session.gap().orElseThrow().from()).isEqualTo(session.clock.instant());
        }
    }

    /** A session with a simulator of KIS, whose time passes as the test says. */
    private static final class Session implements KisSession.Observer, AutoCloseable {

        private final Simulator kis =
                Simulator.start(SimulatorOptions.builder().credentials("app", "secret", "50123456-01").rateLimits(RateLimits.OFF)
                        .recordsPerSecond(0).build());
        private final TestClock clock = TestClock.morning();
        private final Vertx vertx = Vertx.vertx();
        private final Context thread = vertx.getOrCreateContext();
        private final BlockingQueue<String> records = new LinkedBlockingQueue<>();
        private final KisSession session;

        Session() {
            Http http = new Http(kis.baseUrl());
            KisSession.Access access = new KisSession.Access(URI.create(kis.realtimeUrl()), refused -> http.postAsync("/oauth2/Approval",
                    "{\"grant_type\":\"client_credentials\",\"appkey\":\"app\",\"secretkey\":\"secret\"}")
                    .thenApply(reply -> reply.at("/approval_key").asText()));
            session = new KisSession(access, vertx, thread, clock, clock::nanos, new Random(1), this);
            RegistrationAnswer said = Patience.result(on(() -> session.want(new Registration(TRADES, "005930")))
                    .thenCompose(answer -> answer));
            assertThat(said.accepted()).as(said.toString()).isTrue();
        }

        private <T> CompletableFuture<T> on(Supplier<T> task) {
            return CompletableFuture.supplyAsync(task, step -> thread.runOnContext(ignored -> step.run()));
        }

        private void tick() {
            Patience.result(on(() -> {
                session.tick();
                return true;
            }));
        }

        private Optional<Gap> gap() {
            return Patience.result(on(session::gap));
        }

        private void readable() {
            assertThat(kis.realtime().push(TRADES, "005930", 1)).isTrue();
            Patience.next(records, record -> true, "record");
        }

        private void unreadable() {
            kis.realtime().pushText(UNREADABLE);
            readable();
        }

        private void pass(Duration time) {
            clock.advance(time);
            readable();
            tick();
        }

        @Override
        public void record(String trId, String trKey, String text) {
            records.add(text);
        }

        @Override
        public void changed() {
            // Asked for instead.
        }

        @Override
        public void lost(Registration registration, RegistrationAnswer said) {
            throw new IllegalStateException(said.toString());
        }

        @Override
        public void close() {
            Patience.result(on(() -> {
                session.close();
                return true;
            }));
            Patience.result(vertx.close().toCompletionStage().toCompletableFuture());
            kis.close();
        }
    }
}
