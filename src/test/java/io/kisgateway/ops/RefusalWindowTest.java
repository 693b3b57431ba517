package io.kisgateway.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.call.AuditEvent;
import io.kisgateway.call.AuditEvent.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A flood of refusals is kept as its number. */
class RefusalWindowTest {

    private final List<AuditEvent> kept = new ArrayList<>();
    private final RefusalWindow window = new RefusalWindow(() -> Instant.EPOCH, kept::add);

    @Test
    void theFirstComesAtOnceAndTheOthersAsTheirNumber() {
        for (int i = 0; i < 1000; i++) {
            window.add(Kind.REFUSAL, null, "10.0.0.9", "trading-buy", "UNAUTHENTICATED");
        }
        window.add(Kind.REFUSAL, "scout", "10.0.0.9", "trading-buy", "FORBIDDEN");
        assertThat(kept).hasSize(2).extracting(AuditEvent::times).containsOnly(1L);
        window.end();
        assertThat(kept).hasSize(3).last().isEqualTo(
                new AuditEvent(Instant.EPOCH, Kind.REFUSAL, null, "10.0.0.9", "trading-buy", "UNAUTHENTICATED", 999));
        window.end();
        assertThat(kept).hasSize(3);
        window.add(Kind.REFUSAL, null, "10.0.0.9", "trading-buy", "UNAUTHENTICATED");
        assertThat(kept).hasSize(4);
    }

    @Test
    void manyAddressesAreManyForAWhileOnly() {
        for (int i = 0; i < 5000; i++) {
            window.add(Kind.REFUSAL, null, "10.0." + i / 250 + "." + i % 250, "trading-buy", "UNAUTHENTICATED");
        }
        window.end();
        assertThat(kept).hasSize(202).last().matches(event -> event.address().equals("others") && event.times() == 4799);
    }
}
