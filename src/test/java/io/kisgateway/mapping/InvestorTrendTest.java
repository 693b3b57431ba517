package io.kisgateway.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.schibsted.spt.data.jslt.Parser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Its mapping of no days at all; the shipped route says before that KIS knows no such code. */
class InvestorTrendTest {

    @ParameterizedTest
    @CsvSource({"'', true", "2026-11-16, false"})
    void noDaysAreNotAllFromADayOn(String from, boolean complete) throws IOException {
        JsonNode reply = new JsonMapper().readTree("{\"output\":[]}");
        try (InputStream mapping = Functions.class.getResourceAsStream("/mappings/investor-trend.jslt")) {
            JsonNode told = new Parser(new InputStreamReader(mapping, StandardCharsets.UTF_8))
                    .withFunctions(new Functions(() -> Instant.parse("2026-11-23T15:30:00Z")).all()).compile()
                    .apply(Map.of("start_date", new TextNode(from.replace("-", "")), "end_date", new TextNode("")), reply);
            assertThat(told.get("complete")).as(told.toString()).isEqualTo(BooleanNode.valueOf(complete));
        }
    }
}
