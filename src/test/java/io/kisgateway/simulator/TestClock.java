package io.kisgateway.simulator;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;

/** Time that passes when a test says so. */
final class TestClock implements InstantSource {

    private volatile Instant now;

    private TestClock(Instant now) {
        this.now = now;
    }

    static TestClock at(String seoulTime) {
        return new TestClock(LocalDateTime.parse(seoulTime).atZone(Texts.SEOUL).toInstant());
    }

    @Override
    public Instant instant() {
        return now;
    }

    void advance(Duration duration) {
        now = now.plus(duration);
    }

    void moveTo(String seoulTime) {
        now = LocalDateTime.parse(seoulTime).atZone(Texts.SEOUL).toInstant();
    }
}
