package io.kisgateway.throttle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimitsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "3 per second | 3 per second",
        "3/second | 3 per second",
        "500/hour | 500 per hour",
        "10 per 2 minutes | 10 per 2 minutes",
        "5/2 seconds | 5 per 2 seconds",
        "500 per hour;3 per second | 3 per second; 500 per hour",
        "3/second, 100 Per Day | 3 per second; 100 per day",
        "90 per 60 seconds | 90 per minute",
        "1000000 per second | 1000000 per second",
    })
    void reads(String text, String limits) {
        assertThat(RateLimits.parse(text)).hasToString(limits);
        assertThat(RateLimits.parse(limits)).isEqualTo(RateLimits.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "3", "3 per", "per second", "-1 per second", "3 per fortnight", "3.5/second", "3/second;", ";",
        "0 per second", "3 per 0 seconds", "3/second;4/second", "9999999999/second", "1/8 days", "three per second"})
    void saysWhatMayBeHeld(String text) {
        assertThatThrownBy(() -> RateLimits.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .message().isNotBlank().containsAnyOf("may be such as", "1 to 1000000000 permits", "1 second to 7 days", "same window");
    }

    @Test
    void namesPolicies() {
        assertThat(RateLimits.parse("3/second;10 per 2 minutes").all().stream().map(RateLimit::name).toList())
                .isEqualTo(List.of("per-second", "per-2-minutes"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "3/second | 3 | 1 per second",
        "15/second | 3 | 5 per second",
        "5/second | 3 | 1 per second",
        "1/second | 3 | 1 per 3 seconds",
        "2/second | 3 | 1 per 2 seconds",
        "1/second;10/minute | 3 | 1 per 3 seconds; 3 per minute",
    })
    void sharesOutSoThatTheSumStaysWithin(String text, int instances, String share) {
        RateLimits whole = RateLimits.parse(text);
        assertThat(whole.share(instances)).hasToString(share);
        for (int i = 0; i < whole.all().size(); i++) {
            RateLimit limit = whole.all().get(i);
            RateLimit part = whole.share(instances).all().get(i);
            assertThat((double) part.permits() * instances / part.windowMillis())
                    .isLessThanOrEqualTo((double) limit.permits() / limit.windowMillis());
        }
    }
}
