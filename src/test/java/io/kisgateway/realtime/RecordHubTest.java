package io.kisgateway.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.testing.TestClock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Whoever comes in the moment in which the last one leaves is registered all the same; what waits for a listener is bounded. */
class RecordHubTest {

    private static final Registration TRADES = new Registration("H0STCNT0", "005930");

    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private final RecordHub hub = new RecordHub(Runnable::run, TestClock.morning());
    private Thread comes;

    private static final class Nobody implements RecordListener {
        private volatile String dropped;

        @Override
        public void onRecords(List<MarketRecord> records) {}

        @Override
        public void onGap(Gap gap) {}

        @Override
        public void onLost(Registration registration, String reason) {}

        @Override
        public void onDropped(String reason) {
            dropped = reason;
        }
    }

    private Session session(Runnable whileOneLeaves) {
        return new Session() {
            @Override
            public CompletionStage<RegistrationAnswer> want(Registration registration) {
                asked.add("want");
                return CompletableFuture.completedStage(RegistrationAnswer.REGISTERED);
            }

            @Override
            public void unwant(Registration registration) {
                whileOneLeaves.run();
                asked.add("unwant");
            }
        };
    }

    @Test
    void whoComesWhileTheLastOneLeavesIsAskedForAfterwards() throws Exception {
        Subscription leaves = hub.open("one", new Nobody());
        Subscription stays = hub.open("other", new Nobody());
        hub.session(session(() -> {
            comes = new Thread(() -> stays.add(TRADES), "comes");
            comes.start();
            Awaitility.await().until(() -> comes.getState() != Thread.State.NEW
                    && comes.getState() != Thread.State.RUNNABLE);
        }));
        leaves.add(TRADES);
        leaves.remove(TRADES);
        comes.join(60_000);

        assertThat(asked).containsExactly("want", "unwant", "want");
        assertThat(stays.registrations()).containsExactly(TRADES);
    }

    @Test
    void whoAsksAndReadsNothingIsDropped() {
        Nobody nobody = new Nobody();
        hub.session(session(() -> {}));
        Subscription deaf = hub.open("deaf", nobody);
        deaf.pause();
        for (int i = 0; i <= ListenerQueue.MOST; i++) {
            deaf.remove(TRADES);
        }
        assertThat(nobody.dropped).contains("too slow");
    }
}
