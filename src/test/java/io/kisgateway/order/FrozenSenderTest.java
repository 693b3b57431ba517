package io.kisgateway.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.order.journal.DurableRedis;
import io.kisgateway.order.journal.Signals;
import io.kisgateway.simulator.Fault;
import io.kisgateway.simulator.Fault.Kind;
import io.kisgateway.simulator.Order;
import io.kisgateway.simulator.RateLimits;
import io.kisgateway.simulator.Simulator;
import io.kisgateway.simulator.SimulatorOptions;
import io.kisgateway.testing.GatewayProcess;
import io.kisgateway.testing.Http.Reply;
import io.kisgateway.testing.Rig;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A gateway that is stopped in its tracks while it sends, for good or until another has judged its orders. */
@Execution(ExecutionMode.CONCURRENT)
class FrozenSenderTest {

    private static final int ORDERS = 4;
    private static final Duration REDIS_IS_SLOW = Duration.ofMillis(400);

    @AutoClose
    private final Simulator kis =
            Simulator.start(SimulatorOptions.builder().rateLimits(RateLimits.OFF).tokenInterval(Duration.ZERO).build());
    @AutoClose
    private final DurableRedis redis = DurableRedis.start();
    @AutoClose
    private final RedisLink link = RedisLink.to(URI.create(redis.url()).getPort());
    @AutoClose
    private final GatewayProcess sender = gateway("frozen", "redis://127.0.0.1:" + link.port());
    @AutoClose
    private final GatewayProcess other = gateway("awake", redis.url());

    private GatewayProcess gateway(String name, String redisUrl) {
        Map<String, String> settings = Rig.inFrontOf(kis);
        settings.putAll(Map.of("REDIS_URL", redisUrl, "RATE_LIMIT", "1000/second", "KIS_ACCOUNT_RATE", "1000/second", "KIS_READ_TIMEOUT_MS",
                "5000", "KIS_CALL_TIMEOUT_MS", "5000", "ORDER_LISTING_GRACE", "1", "ORDER_UNRESOLVED_AFTER", "1"));
        return new GatewayProcess(name, settings).start();
    }

    private static String key(int i) {
        return "frozen-" + i;
    }

    /** Each in another phase. */
    private List<CompletableFuture<Reply>> place(int first) {
        List<CompletableFuture<Reply>> replies = new ArrayList<>();
        for (int i = first; i < first + ORDERS; i++) {
            int order = i;
            replies.add(
                    CompletableFuture.supplyAsync(() -> null, CompletableFuture.delayedExecutor(150L * (i - first), TimeUnit.MILLISECONDS))
                            .thenCompose(now -> sender.http().postAsync(OrderRig.BUY, body(order), "Idempotency-Key", key(order))));
        }
        return replies;
    }

    private static String body(int i) {
        return OrderRig.order("005930", i + 1, 0);
    }

    /** Whether it is seen about to leave; on a busy machine it may have left by then, or have been refused. */
    private boolean isSeenSending(int i, CompletableFuture<Reply> reply) {
        Awaitility.await().pollInterval(Duration.ofMillis(5))
                .until(() -> reply.isDone() || !List.of("", "received").contains(state(i)));
        return state(i).equals("sending");
    }

    /** What the other one says to the same order. */
    private Reply repeated(int i) {
        Reply repeat = other.http().post(OrderRig.BUY, body(i), "Idempotency-Key", key(i));
        assertThat(repeat.at("/outcome").asText()).as(repeat.text()).isEqualTo("unknown");
        return repeat;
    }

    private String state(int i) {
        return other.http().get("/api/trading/orders/" + key(i)).at("/data/state").asText();
    }

    private boolean isAtKis(int i) {
        return kis.orders().list().stream().mapToLong(Order::quantity).anyMatch(quantity -> quantity == i + 1);
    }

    /** Only the journal knows what a killed gateway was told: its successor once went by what it had been told itself. */
    @Test
    void whatAKilledOneWasConfirmedMustBeListedBeforeAnotherSaysNotPlaced() {
        sender.awaitReady();
        other.awaitReady();
        Reply placed = OrderRig.untilKnown(sender.http(), OrderRig.BUY, body(0), key(0));
        assertThat(placed.status()).as(placed.text()).isEqualTo(200);
        String confirmed = placed.at("/order_no").asText();
        kis.faults().add(Fault.of(Kind.LIST_LAG).onPath("inquire-daily-ccld").ms(600_000).share(1));
        kis.faults().add(Fault.of(Kind.REPLY_LOST).onPath("order-cash"));
        CompletableFuture<Reply> unheard = sender.http().postAsync(OrderRig.BUY, body(1), "Idempotency-Key", key(1));
        Awaitility.await().pollInterval(Duration.ofMillis(5)).until(() -> isAtKis(1));
        sender.kill();

        // On a busy machine KIS could not even be asked at first.
        Awaitility.await().pollInterval(Duration.ofMillis(200))
                .until(() -> !List.of("sending", "unknown").contains(state(1))
                        && repeated(1).at("/detail").asText().contains("lacks order"));
        assertThat(repeated(1).at("/detail").asText()).contains("lacks order " + confirmed);
        assertThat(unheard.handle((reply, failure) -> failure == null ? reply.at("/outcome").asText() : "unknown").join())
                .isEqualTo("unknown");
        kis.faults().clear();
        Reply found = OrderRig.untilKnown(other.http(), OrderRig.BUY, body(1), key(1));
        assertThat(found.at("/order_no").asText()).as(found.text()).isEqualTo(kis.orders().list().get(1).orderNo());
        assertThat(kis.orders().list()).hasSize(2);
    }

    /** It once left after another instance had said that it is not placed, in three of six trials. */
    @Test
    void nothingLeavesOnceAnotherHasSaidThatItIsNotPlaced() {
        sender.awaitReady();
        other.awaitReady();
        link.slow(REDIS_IS_SLOW);
        int first = 0;
        List<CompletableFuture<Reply>> replies = place(first);
        while (!isSeenSending(first + 1, replies.get(1))) {
            CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new)).orTimeout(3, TimeUnit.MINUTES).join();
            first += ORDERS;
            assertThat(first).as("orders of which none was seen about to leave").isLessThan(30 * ORDERS);
            replies = place(first);
        }
        Signals.send("STOP", sender.process().pid());
        List<Integer> notPlaced = new ArrayList<>();
        try {
            int seen = first + 1;
            Awaitility.await().pollInterval(Duration.ofMillis(200))
                    .until(() -> List.of("placed", "not_placed").contains(state(seen)));
            for (int i = first; i < first + ORDERS; i++) {
                int order = i;
                Awaitility.await().pollInterval(Duration.ofMillis(200))
                        .until(() -> List.of("", "placed", "not_placed").contains(state(order)));
                if (state(i).equals("not_placed")) {
                    assertThat(other.http().post(OrderRig.BUY, body(i), "Idempotency-Key", key(i)).code()).isEqualTo("ORDER_NOT_PLACED");
                    notPlaced.add(i);
                }
            }
        } finally {
            Signals.send("CONT", sender.process().pid());
        }
        link.slow(Duration.ZERO);
        CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new)).orTimeout(3, TimeUnit.MINUTES).join();

        assertThat(notPlaced).isNotEmpty().noneMatch(this::isAtKis);
        for (int i = first; i < first + ORDERS; i++) {
            Reply reply = replies.get(i - first).join();
            assertThat(isAtKis(i)).as(reply.text()).isEqualTo(reply.status() == 200);
        }
    }
}
