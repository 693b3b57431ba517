package io.kisgateway.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.testing.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Prices of every issue on every day make a market that could be. */
class MarketTest {

    private final TestClock clock = TestClock.at("2026-11-23T14:00:00");

    private Market market(boolean marketHours) {
        return new Market(SimulatorOptions.builder().clock(clock).marketHours(marketHours).build());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void barsAreSoundAndStayWithinTheDaysLimits(boolean marketHours) {
        Market market = market(marketHours);
        for (String code : market.codes()) {
            Issue issue = market.stock(code).orElseThrow();
            List<Bar> bars = market.bars(issue, LocalDate.of(2020, 1, 1), LocalDate.of(2026, 11, 23), clock.instant());
            for (int i = 0; i < bars.size(); i++) {
                Bar bar = bars.get(i);
                assertThat(bar.low()).as("%s %s", code, bar).isPositive()
                        .isLessThanOrEqualTo(Math.min(bar.open(), bar.close()));
                assertThat(bar.high()).isGreaterThanOrEqualTo(Math.max(bar.open(), bar.close()));
                assertThat(issue.onGrid(bar.open()) && issue.onGrid(bar.high()) && issue.onGrid(bar.low())
                        && issue.onGrid(bar.close())).as("%s %s", code, bar).isTrue();
                assertThat(bar.volume()).isPositive();
                if (i > 0) {
                    long base = bars.get(i - 1).close();
                    assertThat(bar.high()).isLessThanOrEqualTo(issue.upperLimit(base));
                    assertThat(bar.low()).isGreaterThanOrEqualTo(issue.lowerLimit(base));
                }
            }
            assertThat(bars).hasSizeGreaterThan(issue.days() < 1_200 ? 60 : 1_100);
        }
    }

    @Test
    void whatWasSeenBecomesTheBar() {
        Market market = market(false);
        Issue issue = market.stock("005930").orElseThrow();
        Instant lastMoment = clock.instant().plus(Duration.ofHours(19)).minusMillis(1);
        long last = market.quote(issue, lastMoment).price();
        Bar seen = market.quote(issue, lastMoment).today();
        clock.moveTo("2026-11-24T09:00:00");

        Bar bar = market.lastBars(issue, LocalDate.of(2026, 11, 23), 1, clock.instant()).get(0);
        assertThat(Math.abs(bar.close() - last)).isLessThanOrEqualTo(issue.tick(last));
        assertThat(bar.high()).isEqualTo(Math.max(seen.high(), bar.close()));
        assertThat(market.quote(issue, clock.instant()).base()).isEqualTo(bar.close());
    }

    @Test
    void withMarketHoursThePriceRestsAfterTheClose() {
        Market market = market(true);
        clock.moveTo("2026-11-23T15:30:00");
        long close = market.price("005930");
        clock.moveTo("2026-11-24T08:59:59");

        assertThat(market.price("005930")).isEqualTo(close);
    }

    @ParameterizedTest
    @CsvSource({"STOCK, 1999, 1", "STOCK, 2000, 5", "STOCK, 5000, 10", "STOCK, 20000, 50", "STOCK, 50000, 100",
        "STOCK, 200000, 500", "STOCK, 500000, 1000", "ETF, 1999, 1", "ETF, 56235, 5", "ETN, 1500, 5"})
    void ticksAreThoseSince2023(Issue.Kind kind, long price, long tick) {
        Issue issue = new Issue("000000", "", kind, "", "", price, 1, 0, 0, 100, 100, 1, 1);

        assertThat(issue.tick(price)).isEqualTo(tick);
    }

    @ParameterizedTest
    @CsvSource({"100000, 130000, 70000", "71300, 92600, 49950", "1999, 2595, 1400", "250500, 325500, 175400"})
    void limitsAreThirtyPercentCutToTheGrid(long base, long upper, long lower) {
        Issue issue = new Issue("000000", "", Issue.Kind.STOCK, "", "", base, 1, 0, 0, 100, 100, 1, 1);

        assertThat(issue.upperLimit(base)).isEqualTo(upper);
        assertThat(issue.lowerLimit(base)).isEqualTo(lower);
    }
}
