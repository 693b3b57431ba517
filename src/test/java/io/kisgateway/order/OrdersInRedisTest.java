package io.kisgateway.order;

import static io.kisgateway.order.OrderRig.BUY;
import static io.kisgateway.order.OrderRig.order;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.kisgateway.testing.Http.Reply;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Gateways that share their journal in Redis. */
class OrdersInRedisTest extends OrderSuite {

    private static final String BODY = order("000660", 2, 0);

    OrdersInRedisTest() {
        super(OrderRig.inRedis());
    }

    @AfterAll
    void stop() {
        one.close();
        rig.close();
    }

    @Test
    void aRepeatOnAnotherInstanceGetsTheStoredReply() {
        Reply first = http.post(BUY, BODY, "Idempotency-Key", key);
        try (OrderRig.One other = rig.gateway()) {
            Reply repeat = other.http().post(BUY, BODY, "Idempotency-Key", key);

            assertThat(repeat.text()).isEqualTo(first.text());
            assertThat(repeat.header("Idempotent-Replayed")).isEqualTo("true");
        }
        assertThat(taken()).hasSize(1);
    }

    @Test
    void withoutRedisNoOrderIsSentAndAfterwardsTheKeyWorks() {
        rig.redis().kill();
        Reply away = http.post(BUY, BODY, "Idempotency-Key", key);
        Reply awayWithoutKey = http.post(BUY, BODY);
        rig.redis().startAgain();

        assertThat(away.status()).isEqualTo(503);
        assertThat(away.code()).isEqualTo("JOURNAL_UNAVAILABLE");
        assertThat(awayWithoutKey.code()).isEqualTo("JOURNAL_UNAVAILABLE");
        assertThat(awayWithoutKey.at("/outcome").asText()).isEqualTo("not_placed");
        assertThat(taken()).isEmpty();
        Awaitility.await().until(() -> http.post(BUY, BODY, "Idempotency-Key", key).status() == 200);
        assertThat(taken()).hasSize(1);
    }

    /** Whoever sent an order still knows it; only the other instances could take its key for a new one. */
    @Test
    void aRedisThatLosesEverythingMakesNoSecondOrderOnTheInstanceThatSentTheFirst() {
        Reply first = http.post(BUY, BODY, "Idempotency-Key", key);
        rig.redis().loseEverything();
        Reply[] repeat = new Reply[1];
        Awaitility.await().until(() -> {
            repeat[0] = http.post(BUY, BODY, "Idempotency-Key", key);
            return repeat[0].status() == 200;
        });

        assertThat(repeat[0].text()).isEqualTo(first.text());
        assertThat(taken()).hasSize(1);
        try (OrderRig.One other = rig.gateway()) {
            assertThat(other.http().post(BUY, BODY, "Idempotency-Key", key).text()).isEqualTo(first.text());
        }
        assertThat(taken()).hasSize(1);
    }

    /** Each such order once left a loop of its own, a line in the log each second, and an entry of an order that never was. */
    @Test
    void ordersWhileRedisIsFrozenLeaveNothingBehind() {
        http.post(BUY, BODY);
        int before = rig.taken().size();
        int entries = http.get("/api/trading/orders?limit=500").at("/data").size();
        List<String> errors = new CopyOnWriteArrayList<>();
        ListAppender<ILoggingEvent> log = new ListAppender<>() {
            @Override
            protected void append(ILoggingEvent line) {
                if (line.getLevel() == Level.ERROR) {
                    errors.add(line.getFormattedMessage());
                }
            }
        };
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger("io.kisgateway");
        logger.addAppender(log);
        try {
            rig.redis().freeze();
            // As many as were refused in 40 s at 20 a second, at once.
            List<CompletableFuture<Reply>> refused =
                    IntStream.range(0, 800).mapToObj(i -> http.postAsync(BUY, order("000660", 3 + i, 0))).toList();
            refused.forEach(reply -> assertThat(reply.join().at("/outcome").asText()).as(reply.join().text()).isEqualTo("not_placed"));
        } finally {
            rig.redis().thaw();
            logger.detachAppender(log);
        }

        assertThat(errors).as("one line, not one for each").hasSizeLessThan(20);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> http.post(BUY, BODY, "Idempotency-Key", key).status() == 200);
        Awaitility.await().atMost(Duration.ofSeconds(60))
                .until(() -> http.get("/api/trading/orders?limit=500").at("/data").size() == entries + 1);
        assertThat(rig.taken()).hasSize(before + 1);
    }

    @Test
    void aFrozenRedisHoldsNoCallerForLong() {
        rig.redis().freeze();
        long begin = System.nanoTime();
        Reply reply = http.post(BUY, BODY);
        long seconds = Duration.ofNanos(System.nanoTime() - begin).toSeconds();
        rig.redis().thaw();

        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.at("/outcome").asText()).isEqualTo("not_placed");
        assertThat(seconds).isLessThan(5);
        Awaitility.await().until(() -> http.post(BUY, BODY, "Idempotency-Key", key).status() == 200);
        assertThat(taken()).hasSize(1);
    }
}
