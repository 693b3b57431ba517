package io.kisgateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventLogTest {

    private static final Channel CHANNEL = new Channel("trade", "005930");

    private final EventLog log = new EventLog();

    private void record(long sequence) {
        log.add(StreamEvent.record(CHANNEL, sequence, Instant.ofEpochMilli(sequence), StreamEvent.object()));
    }

    private List<Long> after(String id) {
        List<Long> sequences = new ArrayList<>();
        log.after(log.position(EventLog.Id.parse(id)), event -> sequences.add(event.sequence()));
        return sequences;
    }

    @Test
    void aSnapshotInBetweenHidesNoRecord() {
        record(1);
        record(2);
        log.add(StreamEvent.notice("snapshot", CHANNEL, 0, StreamEvent.object()));
        record(3);
        assertThat(after("2-2")).containsExactly(0L, 3L);
        assertThat(after("1-1")).containsExactly(2L, 0L, 3L);
    }

    @Test
    void ofSeveralKindsThatHaveOneRecordTheFirstIsItsPlace() {
        record(1);
        record(2);
        record(2);
        record(3);
        assertThat(log.position(EventLog.Id.parse("2-2"))).isEqualTo(1);
        assertThat(after("1-1")).containsExactly(2L, 2L, 3L);
    }

    @Test
    void knowsNoPlaceOfWhatItDoesNotHold() {
        record(2);
        record(4);
        assertThat(log.position(EventLog.Id.parse("1-1"))).isEqualTo(-1);
        assertThat(log.position(EventLog.Id.parse("3-3"))).isEqualTo(-1);
        assertThat(log.position(EventLog.Id.parse("9-4"))).isEqualTo(-1);
        assertThat(log.position(EventLog.Id.parse("5-5"))).isEqualTo(-1);
    }

    @Test
    void holdsSoManyAtMost() {
        for (int i = 1; i <= 20_000; i++) {
            record(i);
        }
        assertThat(log.position(EventLog.Id.parse("3000-3000"))).isEqualTo(-1);
        assertThat(after("19998-19998")).containsExactly(19_999L, 20_000L);
        assertThat(log.position(EventLog.Id.parse("4000-4000"))).isEqualTo(3999);
    }
}
