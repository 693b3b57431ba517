package io.kisgateway.kis;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.kis.KisCodes.Repeat;
import io.kisgateway.kis.KisOutcome.Rejected;
import io.kisgateway.kis.Repeats.Past;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RepeatsTest {

    private static final Duration PLENTY = Duration.ofHours(1);

    private final KisCodes codes = KisCodes.LISTED;
    private final Repeats repeats = new Repeats(new Random(7));

    private Rejected ending(Repeat query, Repeat order) {
        return new Rejected(new KisCodes.Rule("X", KisCodes.Kind.REJECTED, false, query, order, true, ""),
                KisMessages.NONE, "");
    }

    private Optional<Duration> next(Repeat repeat, Past past, Duration left) {
        Optional<Duration> asQuery = repeats.next(ending(repeat, Repeat.NEVER), false, past, left);
        assertThat(repeats.next(ending(repeat, Repeat.NEVER), true, past, left)).isEmpty();
        assertThat(repeats.next(ending(Repeat.NEVER, repeat), true, past, left).isPresent())
                .isEqualTo(asQuery.isPresent());
        return asQuery;
    }

    @Test
    void eachWordHasItsNumberOfRepeatsWhateverElseHappened() {
        for (int failed = 0; failed < 5; failed++) {
            for (int paced = 0; paced < 9; paced++) {
                for (int tokens = 0; tokens < 3; tokens++) {
                    Past past = new Past(failed, paced, tokens);
                    assertThat(next(Repeat.NEVER, past, PLENTY)).isEmpty();
                    assertThat(next(Repeat.ONCE, past, PLENTY).isPresent()).isEqualTo(failed < 1);
                    assertThat(next(Repeat.BACKOFF, past, PLENTY).isPresent()).isEqualTo(failed < 2);
                    assertThat(next(Repeat.PACED, past, PLENTY).isPresent()).isEqualTo(paced < Repeats.PACED_REPEATS);
                    assertThat(next(Repeat.TOKEN, past, PLENTY).isPresent()).isEqualTo(tokens < 1);
                }
            }
        }
    }

    @Test
    void thePastCountsEachWordInItsOwnColumn() {
        assertThat(Past.NONE.plus(Repeat.ONCE).plus(Repeat.BACKOFF).plus(Repeat.PACED).plus(Repeat.TOKEN)
                .plus(Repeat.NEVER)).isEqualTo(new Past(2, 1, 1));
    }

    @Test
    void waitsDoubleAndSpread() {
        for (int paced = 0; paced < Repeats.PACED_REPEATS; paced++) {
            Past past = new Past(0, paced, 0);
            long full = Math.min(200L << paced, 2000);
            assertThat(IntStream.range(0, 200).mapToObj(i -> next(Repeat.PACED, past, PLENTY).orElseThrow()))
                    .allSatisfy(wait -> assertThat(wait)
                            .isBetween(Duration.ofMillis(full / 2), Duration.ofMillis(full)))
                    .hasSizeGreaterThan(1)
                    .satisfies(waits -> assertThat(waits.stream().distinct().count()).isGreaterThan(150));
        }
        assertThat(next(Repeat.TOKEN, Past.NONE, PLENTY)).contains(Duration.ZERO);
    }

    @Test
    void noRepeatThatTheCallerWouldNotLiveToSee() {
        for (Repeat repeat : Repeat.values()) {
            assertThat(next(repeat, Past.NONE, Duration.ZERO)).isEmpty();
            assertThat(next(repeat, Past.NONE, Duration.ofSeconds(-1))).isEmpty();
            assertThat(next(repeat, Past.NONE, Duration.ofMillis(249))).isEmpty();
        }
        assertThat(next(Repeat.TOKEN, Past.NONE, Duration.ofMillis(250))).isPresent();
        assertThat(next(Repeat.PACED, Past.NONE, Duration.ofMillis(450))).isPresent();
    }

    @Test
    void noRowOfTheTableRepeatsAnOrderThatMayExist() {
        assertThat(codes.all().values()).hasSizeGreaterThan(100)
                .allSatisfy(rule -> assertThat(rule.order() == Repeat.NEVER || rule.notTaken()).as(rule.code()).isTrue());
        assertThat(codes.all().values().stream().filter(rule -> rule.order() != Repeat.NEVER).map(KisCodes.Rule::code))
                .containsExactly("EGW00121", "EGW00122", "EGW00123", "EGW00201", "EGW00215", "[not sent]");
    }
}
