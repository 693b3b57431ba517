package io.kisgateway.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the gateway says of an order's alarm is Korean within a Korean sentence. */
class KoreanReasonsTest {

    private static final Pattern REASON = Pattern.compile("\\[/((?:[^/\\\\]|\\\\.)+)/,\\s*'([^']*)'\\]");

    private static String inKorean(String said) throws IOException {
        String reason = said;
        Matcher words = REASON.matcher(Files.readString(Path.of("src/main/resources/console/words.js")));
        while (words.find()) {
            reason = Pattern.compile(words.group(1)).matcher(reason).replaceFirst(words.group(2));
        }
        return reason;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "KIS lists order 0000117057 (buy 10 of 005930), which is in no journal: it was placed elsewhere, or the journal has lost it"
                + " | 주문 0000117057(005930 10주, buy). 다른 곳에서 냈거나 기록에서 사라짐",
        "KIS lists order 0000117057 of 2026-11-27T09:00:01+09:00, identical to order 8f5d, of which was said that it is not placed:"
                + " if nobody else placed it, it may exist twice"
                + " | 주문 0000117057(2026-11-27T09:00:01+09:00)이 미접수로 안내한 주문 8f5d과 같음. 다른 곳에서 낸 것이 아니면 두 건일 수 있음",
        "What was found out of an order contradicts its end: order 8f5d is placed already | 주문 8f5d은 이미 placed",
        "What was found out of an order contradicts its end: order 8f5d cannot go from placed to unknown"
                + " | 주문 8f5d은 placed에서 unknown이 될 수 없음",
        "no connection (connection refused) | 연결 실패(연결 거부)"})
    void anAlarmIsSaidInKorean(String said, String korean) throws IOException {
        assertThat(inKorean(said)).isEqualTo(korean);
    }
}
