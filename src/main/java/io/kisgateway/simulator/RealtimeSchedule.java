package io.kisgateway.simulator;

import java.util.ArrayList;
import java.util.List;

/** How fast records come: so many a second, the registrations in turn. Event loop only. */
final class RealtimeSchedule {

    static final long TICK_MILLIS = 10;
    private static final int MOST_PER_SECOND = 100_000;
    private static final int MOST_PER_FRAME = 100;
    private static final long SECOND = 1_000_000_000L;

    private Integer recordsPerSecond;
    private int recordsPerFrame;
    private long last = System.nanoTime();
    private long credit;
    private int turn;
    private long frames;

    RealtimeSchedule(Integer recordsPerSecond) {
        rate(recordsPerSecond);
    }

    void rate(Integer perSecond) {
        if (perSecond != null && (perSecond < 0 || perSecond > MOST_PER_SECOND)) {
            throw new IllegalArgumentException("records_per_second: must be 0 to " + MOST_PER_SECOND);
        }
        recordsPerSecond = perSecond;
    }

    void frames(int perFrame) {
        if (perFrame < 0 || perFrame > MOST_PER_FRAME) {
            throw new IllegalArgumentException("records_per_frame: must be 0 to " + MOST_PER_FRAME);
        }
        recordsPerFrame = perFrame;
    }

    Integer recordsPerSecond() {
        return recordsPerSecond;
    }

    int recordsPerFrame() {
        return recordsPerFrame;
    }

    /** Whose turn it is since the last look; what would have been due more than a second ago is let go. */
    List<RealtimeSession.Registration> tick(List<RealtimeSession.Registration> registrations) {
        long now = System.nanoTime();
        long passed = Math.min(SECOND, now - last);
        last = now;
        List<RealtimeSession.Registration> due = new ArrayList<>();
        if (registrations.isEmpty()) {
            return due;
        }
        credit += passed * (recordsPerSecond == null ? registrations.size() : recordsPerSecond);
        for (; credit >= SECOND; credit -= SECOND) {
            turn = (turn + 1) % registrations.size();
            due.add(registrations.get(turn));
        }
        return due;
    }

    int recordsInNextFrame() {
        return recordsPerFrame != 0 ? recordsPerFrame : ++frames % 5 == 0 ? 2 : 1;
    }
}
