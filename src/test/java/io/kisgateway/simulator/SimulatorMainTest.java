package io.kisgateway.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kisgateway.testing.Stopwatch;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Arguments and environment of the simulator by itself; its start. */
class SimulatorMainTest {

    private static SimulatorOptions options(String... args) {
        return SimulatorMain.options(args, Map.of());
    }

    @Test
    void defaultsAreThoseOfTheRealHost() {
        SimulatorOptions options = options();

        assertThat(options.host()).isEqualTo("127.0.0.1");
        assertThat(options.port()).isEqualTo(9443);
        assertThat(options.faultPort()).isEqualTo(9444);
        assertThat(options.mode()).isEqualTo(Mode.REAL);
        assertThat(options.credentials()).isEqualTo(Credentials.defaults(Mode.REAL));
        assertThat(options.rateLimits()).isEqualTo(RateLimits.REAL);
        assertThat(options.marketHours()).isFalse();
        assertThat(options.cash()).isEqualTo(100_000_000);
        assertThat(options("mode=virtual").port()).isEqualTo(29443);
        assertThat(options("mode=virtual").rateLimits()).isEqualTo(RateLimits.VIRTUAL);
    }

    @Test
    void argumentsWinOverTheEnvironment() {
        SimulatorOptions options = SimulatorMain.options(
                new String[] {"port=0", "rate=0", "market-hours=true", "reply-delay-ms=20", "account=12345678-22"},
                Map.of("SIM_PORT", "1234", "SIM_FAULT_PORT", "4321", "SIM_APP_KEY", "key", "SIM_APP_SECRET", "secret",
                        "SIM_STICKY_CODES", "005930,000660"));

        assertThat(options.port()).isZero();
        assertThat(options.faultPort()).isEqualTo(4321);
        assertThat(options.credentials()).isEqualTo(new Credentials("key", "secret", "12345678-22"));
        assertThat(options.rateLimits()).isEqualTo(RateLimits.OFF);
        assertThat(options.marketHours()).isTrue();
        assertThat(options.replyDelay()).isEqualTo(Duration.ofMillis(20));
        assertThat(options.stickyCodes()).containsExactlyInAnyOrder("005930", "000660");
    }

    @ParameterizedTest
    @CsvSource({"colour=red, colour", "port, port", "port=x, port", "port=70000, port", "mode=both, mode",
        "market-hours=perhaps, market-hours", "account=1, account"})
    void wrongArgumentsAreNamed(String argument, String name) {
        assertThatThrownBy(() -> options(argument)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name);
    }

    @Test
    void startsQuicklyAndSaysWhereItIs() {
        try (Simulator first = Simulator.start(SimulatorOptions.builder().build())) {
            // Some tens of milliseconds when the classes are loaded.
            Stopwatch.within(Duration.ofSeconds(1), () -> {
                try (Simulator second = Simulator.start(SimulatorOptions.builder().build())) {
                    assertThat(second.baseUrl()).isEqualTo("http://127.0.0.1:" + second.port());
                    assertThat(second.port()).isNotEqualTo(first.port());
                    assertThat(second.adminUrl()).endsWith(":" + second.faultPort());
                }
            });
        }
    }

    @Test
    void aTakenPortIsSaid() {
        try (Simulator first = Simulator.start(SimulatorOptions.builder().build())) {
            assertThatThrownBy(() -> Simulator.start(SimulatorOptions.builder().port(first.port()).build()))
                    .isInstanceOf(IllegalStateException.class).hasMessageStartingWith("simulator: ");
        }
    }
}
