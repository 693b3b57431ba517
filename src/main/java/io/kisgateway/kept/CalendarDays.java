package io.kisgateway.kept;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.call.FillerRows;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Whether a calendar says of each day what it must: what is kept for a day, or for good, is no fault of KIS's.
 *
 * @param day  the member of a row that is its day, such as {@code bass_dt}
 * @param flag the member that is Y or N, such as {@code opnd_yn}
 */
record CalendarDays(String day, String flag) {

    private static final Set<String> FLAGS = Set.of("Y", "N");

    /**
     * The same reply. Days over a month ahead may be missing from one on: there the calendar ends.
     *
     * @throws Problem if it cannot be read, or a day is missing that it must have
     */
    ObjectNode of(ObjectNode reply, LocalDate from, LocalDate last, LocalDate today) {
        Set<String> said = said(reply.path("output"));
        boolean ended = false;
        for (LocalDate date = from; !date.isAfter(last); date = date.plusDays(1)) {
            boolean known = said.contains(date.format(DateTimeFormatter.BASIC_ISO_DATE));
            if (known && ended || !known && !from.isAfter(today.plusMonths(1))) {
                throw unreadable("a calendar in which " + (known ? date.minusDays(1) : date) + " is missing");
            }
            ended = !known;
        }
        return reply;
    }

    private Set<String> said(JsonNode rows) {
        if (!rows.isArray()) {
            throw unreadable("a calendar without rows");
        }
        Set<String> said = new HashSet<>();
        for (JsonNode row : rows) {
            if (FillerRows.holdsNothing(row, List.of(day))) {
                continue;
            }
            if (!FLAGS.contains(row.path(flag).asText())) {
                throw unreadable("a day of the calendar that is neither Y nor N in " + flag);
            }
            said.add(row.path(day).asText());
        }
        return said;
    }

    private static Problem unreadable(String what) {
        return Problem.of(ProblemCode.KIS_UNREADABLE, "KIS answered something unreadable (" + what + ")");
    }
}
