package io.kisgateway.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.call.ProblemCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/orders.md has a row for each reply that an order can have, and none for any other. */
class RepliesTableTest {

    /** Nobody reads the one, no order meets the other. */
    private static final Set<ProblemCode> NO_REPLIES = EnumSet.of(ProblemCode.CALLER_GONE, ProblemCode.REALTIME_FULL);

    /**
     * What the first cell of a row says.
     *
     * @param others  all codes but these are meant
     * @param outcome null if the row does not name it
     */
    private record Row(Set<String> statuses, Set<String> codes, boolean others, String outcome) {

        static Row of(String cell) {
            String outcome = cell.contains("\"unknown\"") ? "unknown" : cell.contains("\"not_placed\"") ? "not_placed" : null;
            return new Row(found("\\b[1-5][0-9]{2}\\b", cell), found("\\b[A-Z]+_[A-Z_]+\\b|OVERLOADED", cell), cell.contains(", but "),
                    outcome);
        }

        private static Set<String> found(String pattern, String cell) {
            return Pattern.compile(pattern).matcher(cell).results().map(match -> match.group()).collect(Collectors.toSet());
        }

        boolean tellsOf(ProblemCode code, String how) {
            return (statuses.isEmpty() || statuses.contains(Integer.toString(code.status()))) && (outcome == null || outcome.equals(how))
                    && (others ? !codes.contains(code.name()) : codes.isEmpty() || codes.contains(code.name()));
        }
    }

    private static List<Row> rows() throws IOException {
        String page = Files.readString(Path.of("docs/orders.md"));
        return page.substring(page.indexOf("## What to do with each reply"), page.indexOf("In short:")).lines()
                .filter(line -> line.startsWith("| ")).skip(1).map(line -> Row.of(line.split("\\|")[1])).toList();
    }

    @Test
    void everyReplyHasARow() throws IOException {
        List<Row> rows = rows();
        for (ProblemCode code : EnumSet.complementOf(EnumSet.copyOf(NO_REPLIES))) {
            for (String outcome : List.of("not_placed", "unknown")) {
                assertThat(rows).as(code + " " + outcome).anyMatch(row -> row.tellsOf(code, outcome));
            }
        }
    }

    @Test
    void everyRowIsOfARepliesStatusAndCode() throws IOException {
        Set<String> statuses = EnumSet.complementOf(EnumSet.copyOf(NO_REPLIES)).stream().map(code -> Integer.toString(code.status()))
                .collect(Collectors.toSet());
        // 431 is of what cannot be read as a request, and has the code of a 400.
        statuses.addAll(List.of("200", "431"));
        for (Row row : rows()) {
            assertThat(statuses).containsAll(row.statuses());
            assertThat(row.codes()).allSatisfy(code -> assertThat(row.statuses())
                    .contains(Integer.toString(ProblemCode.valueOf(code).status())));
        }
    }
}
