package io.kisgateway.order;

import static io.kisgateway.order.OrderRig.BUY;
import static io.kisgateway.order.OrderRig.order;
import static io.kisgateway.order.OrderRig.untilKnown;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.order.OrderRig.One;
import io.kisgateway.simulator.Fault;
import io.kisgateway.simulator.Fault.Kind;
import io.kisgateway.simulator.Order;
import io.kisgateway.testing.Http.Reply;
import java.net.URI;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Two gateways on one Redis. The first loses its way to it while its orders are at KIS, so that the second takes them over; then the
 * first comes back, and says what KIS has told it.
 */
class TakeoverTest {

    private static final String[] PATIENT = {"KIS_READ_TIMEOUT_MS", "55000", "KIS_CALL_TIMEOUT_MS", "55000"};
    private static final long WHILE_MS = 9000;

    private static OrderRig rig;
    private static RedisLink link;
    private static One sender;
    private static One other;
    private static int tests;
    private String body;
    private int before;

    @BeforeAll
    static void start() {
        rig = OrderRig.inRedis();
        link = RedisLink.to(URI.create(rig.redis().url()).getPort());
        sender = rig.gateway(Stream.concat(Stream.of(PATIENT), Stream.of("REDIS_URL", "redis://127.0.0.1:" + link.port()))
                .toArray(String[]::new));
        other = rig.gateway(PATIENT);
    }

    @AfterAll
    static void stop() {
        sender.close();
        other.close();
        link.close();
        rig.close();
    }

    @BeforeEach
    void begin() {
        body = order("005930", 3 + tests++, 0);
        before = rig.taken().size();
        link.mend();
        // No key is known, and the journal can be asked.
        Awaitility.await().until(() -> sender.http().get("/api/trading/orders/no-key").status() == 404);
    }

    @AfterEach
    void clear() {
        rig.simulator().faults().clear();
    }

    /** An order is at KIS; right after its way to Redis was mended the gateway may have to be asked more than once. */
    private CompletableFuture<Reply> send(String key, Fault... faults) {
        int calls = rig.simulator().calls().on("order-cash").size();
        List.of(faults).forEach(fault -> rig.simulator().faults().add(fault.onPath("order-cash")));
        List<CompletableFuture<Reply>> replies = new ArrayList<>(List.of(post(key)));
        Awaitility.await().until(() -> {
            if (replies.get(0).isDone()) {
                assertThat(replies.get(0).join().code()).isEqualTo("JOURNAL_UNAVAILABLE");
                replies.set(0, post(key));
            }
            return rig.simulator().calls().on("order-cash").size() > calls;
        });
        return replies.get(0);
    }

    private CompletableFuture<Reply> post(String key) {
        return sender.http().postAsync(BUY, body, "Idempotency-Key", key);
    }

    private static void takenOver(String... keys) {
        link.cut();
        for (String key : keys) {
            Awaitility.await()
                    .until(() -> !state(key).equals("sending"));
        }
    }

    /** Than the order at KIS by more than the second that KIS's times leave open: then these tell whose it is. */
    private boolean isSentLater(String key) {
        for (JsonNode change : other.http().get("/api/trading/orders/" + key).at("/data/history")) {
            if (change.path("state").asText().equals("sending")) {
                return OffsetDateTime.parse(change.path("at").asText()).toInstant()
                        .isAfter(rig.taken().get(before).time().toInstant().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1));
            }
        }
        return false;
    }

    private static String state(String key) {
        return other.http().get("/api/trading/orders/" + key).at("/data/state").asText();
    }

    private List<String> taken() {
        return rig.taken().stream().skip(before).map(Order::orderNo).toList();
    }

    /** The rejected one was once called placed, under the other's number, and the other not placed, though KIS had it. */
    @Test
    void ofTwoIdenticalOrdersEachGetsWhatKisSaidOfIt() {
        CompletableFuture<Reply> lost = send("lost", Fault.of(Kind.REPLY_LOST).ms(WHILE_MS));
        Awaitility.await().until(() -> taken().size() == 1);
        CompletableFuture<Reply> rejected = send("rejected", Fault.of(Kind.LATENCY).ms(50_000), Fault.code("APBK0952"));
        takenOver("lost", "rejected");
        rig.simulator().hurry();

        assertThat(rejected.join().code()).isEqualTo("KIS_REJECTED");
        assertThat(lost.join().at("/outcome").asText()).isEqualTo("unknown");
        // However long that lasts: KIS has one order, and who knows whose it is cannot be asked.
        Awaitility.await().pollInterval(Duration.ofMillis(200)).during(Duration.ofSeconds(6))
                .failFast(() -> {
                    if (!isSentLater("rejected")) {
                        assertThat(List.of(state("lost"), state("rejected"))).doesNotContain("placed", "not_placed");
                    }
                })
                .until(() -> state("lost").equals("unresolved") && state("rejected").equals("unresolved") || isSentLater("rejected"));
        link.mend();
        Reply placed = untilKnown(other.http(), BUY, body, "lost");
        assertThat(placed.status()).as(placed.text()).isEqualTo(200);
        assertThat(placed.at("/order_no").asText()).isEqualTo(taken().get(0));
        assertThat(untilKnown(other.http(), BUY, body, "rejected").code()).isEqualTo("KIS_REJECTED");
        assertThat(taken()).hasSize(1);
    }

    /** Two keys once had one number. */
    @Test
    void ofTwoIdenticalOrdersEachKeepsTheNumberThatItsSenderWasTold() {
        CompletableFuture<Reply> first = send("first", Fault.of(Kind.LATENCY).ms(50_000).taken());
        CompletableFuture<Reply> second = send("second", Fault.of(Kind.LATENCY).ms(50_000).taken());
        takenOver("first", "second");
        rig.simulator().hurry();

        assertThat(List.of(first.join().status(), second.join().status())).containsOnly(200);
        link.mend();
        for (String key : List.of("first", "second")) {
            Awaitility.await().until(() -> state(key).equals("placed"));
            assertThat(untilKnown(other.http(), BUY, body, key).at("/order_no"))
                    .isEqualTo((key.equals("first") ? first : second).join().at("/order_no"));
        }
        assertThat(taken()).containsExactlyInAnyOrder(first.join().at("/order_no").asText(), second.join().at("/order_no").asText());
    }

    /** A stranger's identical order of the same second is taken for it, until KIS's own word comes. */
    @Test
    void aRejectionReplacesWhatTheOtherHasFound() {
        CompletableFuture<Reply> rejected = send("found", Fault.of(Kind.LATENCY).ms(50_000), Fault.code("APBK0952"));
        rig.simulator().elsewhere().place(Order.Side.BUY, "005930", 3 + tests - 1, 0, "KRX");
        takenOver("found");
        Awaitility.await().until(() -> state("found").equals("placed"));
        rig.simulator().hurry();

        assertThat(rejected.join().code()).isEqualTo("KIS_REJECTED");
        link.mend();
        Awaitility.await().until(() -> state("found").equals("rejected"));
        assertThat(untilKnown(other.http(), BUY, body, "found").code()).isEqualTo("KIS_REJECTED");
        assertThat(other.http().get("/api/trading/orders/" + taken().get(0)).at("/data/journalled").booleanValue())
                .as("the number is nobody's again").isFalse();
    }
}
