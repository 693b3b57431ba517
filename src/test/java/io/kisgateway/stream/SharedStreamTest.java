package io.kisgateway.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kisgateway.Gateway;
import io.kisgateway.simulator.RateLimits;
import io.kisgateway.simulator.Simulator;
import io.kisgateway.simulator.SimulatorOptions;
import io.kisgateway.testing.EventReader;
import io.kisgateway.testing.EventReader.Event;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Rig;
import io.kisgateway.throttle.FreePort;
import io.kisgateway.throttle.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** JSON listeners of several instances, which share one session with KIS. */
class SharedStreamTest {

    private static final String TRADES = "H0STCNT0";
    private static final String SAMSUNG = "005930";
    private static final String STREAM = "/api/realtime/stream?codes=" + SAMSUNG;
    private static final String FILLS = "/api/realtime/stream?kinds=fills";

    private final RedisProcess redis = RedisProcess.start(FreePort.next());
    private final Simulator kis = Simulator.start(SimulatorOptions.builder().rateLimits(RateLimits.OFF).tokenInterval(Duration.ZERO)
            .recordsPerSecond(0).build());
    private final List<EventReader> readers = new ArrayList<>();
    private final Gateway first = gateway();
    private final Gateway second = gateway();

    private Gateway gateway() {
        return Rig.gateway(kis, new HashMap<>(Map.of("REDIS_URL", "redis://127.0.0.1:" + redis.port(), "KIS_HTS_ID", "trader01",
                "RATE_LIMIT", "1000/second", "KIS_ACCOUNT_RATE", "1000/second")));
    }

    @AfterEach
    void stop() {
        readers.forEach(EventReader::close);
        first.close();
        second.close();
        kis.close();
        redis.close();
    }

    private EventReader listen(Gateway gateway, String path, String... headers) {
        EventReader reader = EventReader.open(gateway.port(), path, headers);
        readers.add(reader);
        reader.next("subscribed");
        return reader;
    }

    private void push(int records) {
        await().until(() -> kis.realtime().push(TRADES, SAMSUNG, records));
    }

    private static List<String> ids(EventReader reader, int count) {
        List<String> ids = new ArrayList<>();
        while (ids.size() < count) {
            ids.add(reader.next(event -> true, "trade").id());
        }
        return ids;
    }

    @Test
    void recordsHaveTheSameIdsOnAllAndWhoComesBackToAnotherMissesNothing() {
        EventReader here = listen(first, STREAM);
        EventReader there = listen(second, STREAM);
        assertThat(kis.realtime().status().connections()).isEqualTo(1);
        push(3);
        List<String> ids = ids(there, 3);
        assertThat(ids(here, 3)).isEqualTo(ids).doesNotContainNull().isSorted();

        here.close();
        push(2);
        List<String> missed = ids(there, 2);
        EventReader back = listen(second, STREAM, "Last-Event-ID", ids.get(2));
        assertThat(ids(back, 2)).isEqualTo(missed);
    }

    @Test
    void whoListensToAnotherIsToldOfTheGapWhenTheHolderGoes() {
        listen(first, STREAM);
        EventReader stays = listen(second, STREAM);
        push(1);
        stays.next("trade");
        first.close();
        assertThat(stays.next("gap").data().get("to").isNull()).isTrue();
        Event over = stays.next(event -> event.name().equals("gap") && !event.data().get("to").isNull(), "end of the gap");
        assertThat(over.data().get("reason").asText()).isNotEmpty();
        assertThat(stays.next("snapshot").data().at("/data/price").longValue()).isPositive();
        push(1);
        stays.next("trade");
    }

    @Test
    void aFrameThatCannotBeReadIsAGapOnAll() {
        List<EventReader> both = List.of(listen(first, STREAM), listen(second, STREAM));
        push(1);
        both.forEach(reader -> reader.next("trade"));
        kis.realtime().pushText("0|H0STCNT0|abc|005930^1");
        both.forEach(reader -> assertThat(reader.next("gap").data().get("reason").asText()).contains("cannot be read"));
        both.forEach(reader -> assertThat(reader.next("gap").data().get("to").isNull()).isFalse());
    }

    @Test
    void fillsAreToldOnAllWhereverTheOrderWasPlaced() {
        EventReader here = listen(first, FILLS);
        EventReader there = listen(second, FILLS);
        String number = new Http("http://127.0.0.1:" + second.port())
                .post("/api/trading/buy", "{\"stock_code\":\"005930\",\"quantity\":2}").at("/order_no").asText();
        assertThat(number).isNotEmpty();
        for (EventReader reader : List.of(here, there)) {
            Event fill = reader.next(event -> event.text().contains("\"fill\""), "fill");
            assertThat(fill.data().get("order_no").asText()).isEqualTo(number);
            assertThat(fill.data().get("quantity").longValue()).isEqualTo(2);
        }
    }

    @Test
    void aRegistrationThatAnOperatorGivesUpIsGoneOnAll() {
        EventReader here = listen(first, STREAM);
        EventReader there = listen(second, STREAM);
        EventReader other = listen(second, STREAM.replace(SAMSUNG, "000660"));
        Http.Reply reply = new Http("http://127.0.0.1:" + first.managementPort()).post("/jolokia",
                "{\"type\":\"exec\",\"mbean\":\"io.kisgateway:context=kis-gateway,type=Realtime\",\"operation\":\"drop\","
                        + "\"arguments\":[\"H0STCNT0\",\"005930\"]}");
        assertThat(reply.at("/value").asBoolean()).as(reply.text()).isTrue();
        for (EventReader reader : List.of(here, there)) {
            assertThat(reader.next("end").data().get("reason").asText()).contains("An operator");
        }
        await().until(() -> kis.realtime().status().registered().stream().noneMatch(one -> one.contains(SAMSUNG)));
        await().until(() -> kis.realtime().push(TRADES, "000660", 1));
        assertThat(other.next(event -> true, "trade").name()).isEqualTo("trade");
    }
}
