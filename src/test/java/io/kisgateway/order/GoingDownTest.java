package io.kisgateway.order;

import static io.kisgateway.order.OrderRig.BUY;
import static io.kisgateway.order.OrderRig.order;
import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.order.OrderRig.One;
import io.kisgateway.simulator.Fault;
import io.kisgateway.simulator.Fault.Kind;
import io.kisgateway.testing.Http.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A gateway that is told to end cuts off nothing. */
class GoingDownTest {

    @Test
    void newCallsAreRefusedAndTheOrderAtKisIsWaitedForEvenBeyondTheTimeThatCallsGet() {
        try (OrderRig rig = OrderRig.inFiles();
                One one = rig.gateway("SHUTDOWN_TIMEOUT", "0.2", "KIS_READ_TIMEOUT_MS", "60000", "KIS_CALL_TIMEOUT_MS", "60000")) {
            rig.simulator().faults().add(Fault.of(Kind.LATENCY).onPath("order-cash").ms(60_000));
            CompletableFuture<Reply> order = one.http().postAsync(BUY, order("005930", 1, 0), "Idempotency-Key", "down");
            Awaitility.await().until(() -> one.http().get("/api/trading/orders/down").at("/data/state").asText().equals("sending"));
            CompletableFuture<Void> down = CompletableFuture.runAsync(one.gateway()::close);
            Awaitility.await().until(() -> one.http().get("/health/ready").status() == 503);
            Reply live = one.http().get("/health/live");
            Reply health = one.http().get("/health");
            Reply late = one.http().post(BUY, order("005930", 1, 0));
            Reply lateWithKey = one.http().post(BUY, order("005930", 1, 0), "Idempotency-Key", "late");

            assertThat(live.status()).as("a process that drains is alive").isEqualTo(200);
            assertThat(health.status()).isEqualTo(503);
            assertThat(health.at("/status").asText()).isEqualTo("down");
            assertThat(late.code()).isEqualTo("SHUTTING_DOWN");
            assertThat(late.at("/outcome").asText()).isEqualTo("not_placed");
            assertThat(late.header("Retry-After")).isNotNull();
            assertThat(lateWithKey.code()).isEqualTo("SHUTTING_DOWN");
            assertThat(lateWithKey.at("/outcome").asText()).isEqualTo("unknown");
            rig.simulator().hurry();
            assertThat(order.join().status()).isEqualTo(200);
            down.join();
            assertThat(rig.taken()).hasSize(1);
        }
    }

    /** An endpoint is not unknown because its route has ended already: that would be a reply to believe. */
    @Test
    void noPathIsUnknownUntilTheLastConnectionIsClosed() {
        try (OrderRig rig = OrderRig.inFiles(); One one = rig.gateway()) {
            Set<String> told = ConcurrentHashMap.newKeySet();
            List<CompletableFuture<Void>> callers = IntStream.range(0, 4).mapToObj(i -> CompletableFuture.runAsync(() -> {
                try {
                    while (true) {
                        Reply reply = one.http().post(BUY, order("5930", 1, 0));
                        told.add(reply.status() + " " + reply.code() + " " + reply.at("/outcome").asText());
                    }
                } catch (AssertionError e) {
                    told.add("closed");
                }
            })).toList();
            Awaitility.await().until(() -> !told.isEmpty());

            one.gateway().close();
            callers.forEach(CompletableFuture::join);

            assertThat(told).contains("closed").isSubsetOf("closed", "400 INVALID_REQUEST not_placed", "503 SHUTTING_DOWN not_placed");
        }
    }

    @Test
    void whatWaitsInTheQueueIsServed() {
        try (OrderRig rig = OrderRig.inFiles(); One one = rig.gateway("RATE_LIMIT_TRADING_BUY", "1 per second", "SHUTDOWN_TIMEOUT", "10")) {
            assertThat(one.http().post(BUY, order("005930", 1, 0)).status()).isEqualTo(200);
            // Several, so that some wait even if a new second has just begun.
            List<CompletableFuture<Reply>> waiting = Stream.of("a", "b", "c")
                    .map(key -> one.http().postAsync(BUY, order("005930", 1, 0), "Idempotency-Key", key)).toList();
            Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(20))
                    .until(() -> one.http().get("/stats").at("/endpoints/trading-buy/queue_length").intValue() > 0);
            one.gateway().close();

            assertThat(waiting).allSatisfy(reply -> assertThat(reply.join().status()).isEqualTo(200));
            assertThat(rig.taken()).hasSize(4);
        }
    }
}
