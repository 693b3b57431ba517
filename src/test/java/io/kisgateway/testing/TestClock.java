package io.kisgateway.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A wall clock that passes when a test says so. */
public final class TestClock extends Clock {

    private static final ZoneId SEOUL = ZoneId.of("Asia/Seoul");

    private volatile Instant now;

    private TestClock(Instant now) {
        this.now = now;
    }

    public static TestClock at(String seoulTime) {
        return new TestClock(seoul(seoulTime));
    }

    /** A trading day, 10 in the morning in Korea. */
    public static TestClock morning() {
        return at("2026-11-23T10:00:00");
    }

    private static Instant seoul(String time) {
        return LocalDateTime.parse(time).atZone(SEOUL).toInstant();
    }

    public synchronized void advance(Duration duration) {
        now = now.plus(duration);
    }

    public synchronized void moveTo(String seoulTime) {
        now = seoul(seoulTime);
    }

    @Override
    public Instant instant() {
        return now;
    }

    /** The same clock in nanoseconds. */
    public long nanos() {
        return Duration.between(Instant.EPOCH, now).toNanos();
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException();
    }
}
