package io.kisgateway.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.schibsted.spt.data.jslt.Parser;
import java.io.StringReader;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FunctionsTest {

    private static final JsonMapper JSON = new JsonMapper();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "whole(.x) | \"  -00128500 \" | -128500",
        "whole(.x) | 0 | 0",
        "whole(.x) | 344570137500 | 344570137500",
        "whole(.x) | 123456789012345678901234 | 123456789012345678901234",
        "whole(.x) | 1657.00 | 1657",
        "whole(.x, null) | \" \" | null",
        "decimal(.x) | 135440.2517 | 135440.2517",
        "decimal(.x) | 6532.00 | 6532",
        "decimal(.x) | .25 | 0.25",
        "decimal(.x) | 0.1000000000000000055511151231257827 | unreadable",
        "decimal(.x, null) | \"\" | null",
        "decimal(.x, null) | - | null",
        "decimal(.x, null) | -inf | null",
        "whole(.x, null) | 1.5 | null",
        "whole(.x, null) | 99999999999999999999999999999999999999999 | null",
        "whole(.x) | +7 | 7",
        "whole(.x) | 9223372036854775808 | 9223372036854775808",
        "decimal(.x) | -0.50 | -0.5",
        "decimal(.x) | 100 | 100",
        "natural(.x) | 71200 | 71200",
        "natural(.x) | 0 | 0",
        "natural(.x) | -71200 | unreadable",
        "natural(.x, null) | -71200 | null",
        "price(.x) | 2700.50 | 2700.5",
        "price(.x) | -2700.50 | unreadable",
        "price(.x, null) | -0.01 | null",
        "text(.x) | \"91252     \" | \"\"\"91252\"\"\"",
        "text(.x, null) | \"   \" | null",
        "date(.x) | 20260223 | \"\"\"2026-02-23\"\"\"",
        "kst(\"\"20261123\"\", .x) | 121052 | \"\"\"2026-11-23T12:10:52+09:00\"\"\"",
    })
    void readsWhatKisSends(String expression, String text, String expected) {
        if (expected.equals("unreadable")) {
            assertUnreadable(expression.replace("\"\"", "\""), text);
        } else {
            assertThat(apply(expression.replace("\"\"", "\""), text).toString()).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "whole(.x) | \"\"", "whole(.x) | 1.5", "whole(.x) | 1e5", "whole(.x) | NaN", "whole(.x) | \"1,000\"", "whole(.y) | 1",
        "decimal(.x) | \"\"", "decimal(.x) | -", "decimal(.x) | .", "text(.x) | \"  \"", "date(.x) | 20260230", "date(.x) | \"\"",
        "kst(.x, \"121052\") | 2026", "kst(\"20261123\", .x) | 256000",
    })
    void neverMakesAZeroOfWhatItCannotRead(String expression, String text) {
        assertUnreadable(expression, text);
    }

    @Test
    void todayIsKoreas() {
        assertThat(apply("today()", "").textValue()).isEqualTo("20261124");
    }

    private static void assertUnreadable(String expression, String text) {
        assertThatThrownBy(() -> apply(expression, text)).isInstanceOf(Unreadable.class);
    }

    private static JsonNode apply(String expression, String text) {
        return new Parser(new StringReader(expression))
                .withFunctions(new Functions(() -> Instant.parse("2026-11-23T15:30:00Z")).all())
                .compile().apply(JSON.createObjectNode().put("x", text));
    }
}
