package io.kisgateway.throttle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RedisClockTest {

    @Test
    void boundsHoldWhateverTheNetworkDoes() {
        Random random = new Random(7);
        long ahead = 1_795_000_000_000_000_000L;
        RedisClock clock = new RedisClock(5_000_000, 1_000);
        long now = 1_000;
        for (int i = 0; i < 10_000; i++) {
            long sent = now + random.nextInt(300_000_000);
            long executed = sent + random.nextInt(20_000_000);
            long received = executed + random.nextInt(20_000_000);
            clock.heard((executed + ahead) / 1_000_000, sent, received);
            now = received;
            long at = (now + ahead) / 1_000_000 + 500;
            long due = at * 1_000_000 - ahead;
            assertThat(clock.notBefore(at)).isGreaterThanOrEqualTo(due);
            assertThat(clock.notAfter(at)).isLessThanOrEqualTo(due);
            assertThat(clock.millis(now)).isLessThanOrEqualTo((now + ahead) / 1_000_000);
            // Redis's clock is set.
            if (random.nextInt(1000) == 0) {
                ahead += random.nextInt() * 1_000L + 200_000_000_000L;
                clock.heard((now + ahead) / 1_000_000, now, now);
            }
        }
    }

    @Test
    void oneQuickReplyServesManySlowOnes() {
        RedisClock clock = new RedisClock(0, 0);
        clock.heard(1000, 0, 300_000);
        clock.heard(2000, 1_000_000_000, 1_050_000_000);
        assertThat(clock.notBefore(3000) - clock.notAfter(3000)).isLessThan(2_000_000);
    }
}
