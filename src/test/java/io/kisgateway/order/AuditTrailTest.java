package io.kisgateway.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.call.AuditEvent;
import io.kisgateway.order.journal.AuditLine;
import io.kisgateway.order.journal.Journal;
import io.kisgateway.order.journal.Retention;
import io.kisgateway.runtime.KoreanTime;
import io.kisgateway.testing.TestClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written down beside the orders. */
class AuditTrailTest {

    private final TestClock clock = TestClock.morning();
    @TempDir
    private Path folder;

    private Journal open() {
        return Journal.inFolder(folder, "me", new Retention(Duration.ofDays(7), Duration.ofHours(24)), clock, Runnable::run);
    }

    private AuditEvent event(AuditEvent.Kind kind, String what) {
        return new AuditEvent(clock.instant(), kind, "ops", "10.0.0.1", what, "done", 1);
    }

    private List<AuditLine> lines(Journal journal) {
        return journal.audited(KoreanTime.today(clock)).toCompletableFuture().join();
    }

    @Test
    void aFloodIsWrittenInPartAndHowMuchIsLeftOutIsToo() {
        try (Journal journal = open()) {
            AuditTrail trail = new AuditTrail(journal);
            trail.add(event(AuditEvent.Kind.ACTION, "/admin/trading/halt"));
            for (int i = 0; i < 3000; i++) {
                trail.add(event(AuditEvent.Kind.REFUSAL, "buy"));
            }
            for (int i = 0; i < 10; i++) {
                trail.write().join();
            }

            List<AuditLine> lines = lines(journal);
            assertThat(lines.get(0))
                    .isEqualTo(new AuditLine(clock.instant(), "action", "ops", "10.0.0.1", "/admin/trading/halt", "done", 1));
            assertThat(lines).filteredOn(line -> line.kind().equals("refusal")).hasSize(1999);
            assertThat(lines).filteredOn(line -> line.kind().equals("left out")).singleElement()
                    .satisfies(line -> assertThat(line.times()).isEqualTo(1001));
        }
    }

    @Test
    void whatCannotBeWrittenWaits() {
        Journal closed = open();
        closed.close();
        AuditTrail trail = new AuditTrail(closed);
        trail.add(event(AuditEvent.Kind.ACTION, "/admin/trading/halt"));
        trail.write().join();
        assertThat(trail.waiting()).isEqualTo(1);
    }

    @Test
    void whatIsTheLastToComeIsWrittenWhenTheGatewayGoesDown() {
        try (Journal journal = open()) {
            AuditTrail trail = new AuditTrail(journal);
            trail.add(event(AuditEvent.Kind.ACTION, "/admin/trading/halt"));
            trail.close();
            assertThat(lines(journal)).hasSize(1);
        }
    }
}
