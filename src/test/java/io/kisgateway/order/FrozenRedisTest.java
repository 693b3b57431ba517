package io.kisgateway.order;

import static io.kisgateway.order.OrderRig.BUY;
import static io.kisgateway.order.OrderRig.order;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.kisgateway.order.OrderRig.One;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Http.Reply;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

/** Many orders at once while their journal does not answer; what the whole process logs is counted. */
@Isolated
class FrozenRedisTest {

    private static final String BODY = order("000660", 2, 0);

    /** Each such order once left a loop of its own, a line in the log each second, and an entry of an order that never was. */
    @Test
    void ordersWhileRedisIsFrozenLeaveNothingBehind() {
        try (OrderRig rig = OrderRig.inRedis(); One gateway = rig.gateway()) {
            Http http = gateway.http();
            http.post(BUY, BODY);
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
            Awaitility.await().until(() -> http.post(BUY, BODY, "Idempotency-Key", "after").status() == 200);
            Awaitility.await()
                    .until(() -> http.get("/api/trading/orders?limit=500").at("/data").size() == 2);
            assertThat(rig.taken()).hasSize(2);
        }
    }
}
