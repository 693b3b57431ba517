package io.kisgateway.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.runtime.Runtime;
import io.kisgateway.runtime.RuntimeSettings;
import io.kisgateway.settings.Settings;
import io.kisgateway.simulator.RateLimits;
import io.kisgateway.simulator.Simulator;
import io.kisgateway.simulator.SimulatorOptions;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Rig;
import io.kisgateway.throttle.FreePort;
import io.kisgateway.throttle.RedisProcess;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** An instance that stood still until its lease was over tells nobody what comes then; if it keeps the lease after all, it says so. */
@Execution(ExecutionMode.CONCURRENT)
class LapsedLeaseTest {

    private static final Registration TRADES = new Registration("H0STCNT0", "005930");

    private final List<String> told = new CopyOnWriteArrayList<>();
    private final AtomicLong ahead = new AtomicLong();

    private final class Listener implements RecordListener {

        @Override
        public void onRecords(List<MarketRecord> records) {
            records.forEach(one -> told.add("record"));
        }

        @Override
        public void onGap(Gap gap) {
            told.add(gap.until().isEmpty() ? "gap" : "gap over");
        }

        @Override
        public void onLost(Registration registration, String reason) {
            told.add("lost");
        }

        @Override
        public void onDropped(String reason) {
            told.add("dropped");
        }
    }

    private static String approvalKey(Map<String, String> environment) {
        return new Http(environment.get("KIS_BASE_URL")).post("/oauth2/Approval", "{\"grant_type\":\"client_credentials\",\"appkey\":\""
                + environment.get("KIS_APP_KEY") + "\",\"secretkey\":\"" + environment.get("KIS_APP_SECRET") + "\"}")
                .json().path("approval_key").asText();
    }

    /** The gateway's monotonic clock stands so far ahead of the machine's as the test says. */
    private Runtime ahead(Runtime own) {
        return new Runtime(own.clock(), () -> System.nanoTime() + ahead.get(), own.random(), own.timers(), own.workers(),
                own.spareWorkers(), own.network(), own.redis(), own.store(), own.kisStore());
    }

    @Test
    void whatCameWhileTheLeaseWasOverIsAGap() {
        try (RedisProcess redis = RedisProcess.start(FreePort.next());
                Simulator kis = Simulator.start(
                        SimulatorOptions.builder().rateLimits(RateLimits.OFF).tokenInterval(Duration.ZERO).build())) {
            kis.realtime().rate(0);
            Map<String, String> environment = Rig.inFrontOf(kis);
            environment.put("REDIS_URL", "redis://127.0.0.1:" + redis.port());
            Settings settings = Settings.from(environment);
            try (Runtime own = Runtime.start(RuntimeSettings.from(settings), Clock.systemUTC());
                    RealtimeModule module = new RealtimeModule(RealtimeSettings.from(settings), ahead(own),
                            refused -> CompletableFuture.completedStage(approvalKey(environment)))) {
                Subscription subscription = module.hub().open("listener", new Listener());
                RealtimeRig.eventually(() -> assertThat(subscription.add(TRADES).toCompletableFuture().join().accepted()).isTrue());
                kis.realtime().push(TRADES.trId(), TRADES.trKey(), 1);
                RealtimeRig.eventually(() -> assertThat(told).containsExactly("record"));

                ahead.set(SharedSession.LEASE.toNanos());
                kis.realtime().push(TRADES.trId(), TRADES.trKey(), 1);
                var unused = subscription.add(new Registration("H0STCNT0", "000660"));

                RealtimeRig.eventually(() -> {
                    kis.realtime().push(TRADES.trId(), TRADES.trKey(), 1);
                    assertThat(told.stream().filter("record"::equals).count()).isGreaterThan(1);
                });
                assertThat(List.copyOf(told)).startsWith("record", "gap");
                RealtimeRig.eventually(() -> assertThat(told).contains("gap over"));
            }
        }
    }
}
