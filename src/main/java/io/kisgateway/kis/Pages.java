package io.kisgateway.kis;

import static java.time.format.DateTimeFormatter.BASIC_ISO_DATE;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.call.PageReader;
import io.kisgateway.kis.KisOutcome.Success;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The requests of one call, one after another, and the one reply they make. For one call, by one thread at a time. */
interface Pages {

    /** The first request, and what comes after it. */
    record Begun(TrCall first, Pages pages) {}

    /** Takes a page; the request for the next one, or nothing if this was the last. */
    Optional<TrCall> next(TrCall asked, Success page);

    /** What all pages make together. */
    ObjectNode merged();

    /** One request, one reply. */
    final class Single implements Pages {

        private ObjectNode reply;

        @Override
        public Optional<TrCall> next(TrCall asked, Success page) {
            reply = page.reply();
            return Optional.empty();
        }

        @Override
        public ObjectNode merged() {
            return reply;
        }
    }

    /**
     * Pages by {@code tr_cont} and the keys {@code CTX_AREA_FK…} and {@code CTX_AREA_NK…} (facts 1.3, 3.11). The rows
     * of all pages go into one array; everything else is of the last page that has it.
     */
    final class Context implements Pages {

        /** A thousand rows in the smallest pages KIS has. */
        private static final int MOST = 70;

        private final List<String> keys;
        private final Set<String> seen = new HashSet<>();
        private ObjectNode merged;
        private int count;

        Context(TrCall call) {
            this.keys = Position.keys(call);
        }

        @Override
        public Optional<TrCall> next(TrCall asked, Success page) {
            count++;
            ObjectNode reply = page.reply();
            String rows = Rows.member(merged == null ? reply : merged);
            boolean found = rows != null && reply.path(rows).isArray();
            if (merged != null && !found && page.empty()) {
                return Optional.empty();
            }
            if (merged != null && found) {
                ArrayNode all = Rows.of(merged, rows).addAll(Rows.of(reply, rows));
                reply.set(rows, all);
            } else if (merged != null) {
                throw Problems.unreadable("a further page without rows");
            }
            Rows.keep(merged, reply);
            merged = reply;
            Map<String, String> position = Position.of(reply, keys);
            if (!page.proof() && !page.morePages() && !page.lastPage() && !Position.isEnd(position)) {
                throw Problems.unreadable("a page with a key to the next that does not say whether there is one");
            }
            if (!page.morePages() || Position.isEnd(position)) {
                return Optional.empty();
            }
            if (count >= MOST || !seen.add(position.toString())) {
                throw Problems.unreadable("pages without an end");
            }
            return Optional.of(asked.nextPage(true, position));
        }

        @Override
        public ObjectNode merged() {
            return merged;
        }
    }

    /** The keys by which KIS finds the next page, as it sent them, their padding included. */
    final class Position {

        private static final String NEXT_KEY = "CTX_AREA_NK";

        private Position() {}

        static List<String> keys(TrCall call) {
            return call.parameters().keySet().stream().filter(key -> key.startsWith(TrCall.POSITION)).toList();
        }

        static Map<String, String> of(ObjectNode reply, List<String> keys) {
            Map<String, String> position = new LinkedHashMap<>();
            keys.forEach(key -> position.put(key, reply.path(key.toLowerCase(Locale.ROOT)).asText("")));
            return position;
        }

        /** Whether a reply has a key to a next page, whatever it calls it. */
        static boolean isSaid(ObjectNode reply) {
            return reply.properties().stream().filter(member -> member.getKey().toUpperCase(Locale.ROOT).startsWith(NEXT_KEY))
                    .anyMatch(member -> !Rows.isBlank(member.getValue()));
        }

        static boolean isEnd(Map<String, String> position) {
            return position.entrySet().stream()
                    .filter(entry -> entry.getKey().startsWith(NEXT_KEY))
                    .allMatch(entry -> entry.getValue().isBlank());
        }
    }

    /**
     * Pages by the same keys, each handed to a {@link PageReader} and then forgotten, for as long as it wants more. Both
     * signals must agree on whether there is another: a list that ends too soon would hide what it does not hold.
     */
    final class Handed implements Pages {

        /** A bound, so that a list without an end ends: no account has so many orders. */
        private static final int MOST = 5000;

        private final List<String> keys;
        private final PageReader reader;
        private final Set<String> seen = new HashSet<>();
        private ObjectNode last;

        Handed(TrCall call, PageReader reader) {
            this.keys = Position.keys(call);
            this.reader = reader;
        }

        @Override
        public Optional<TrCall> next(TrCall asked, Success page) {
            if (!page.proof()) {
                throw Problems.unreadable("a page that came as a failure does, or marks its end as KIS does not");
            }
            last = page.reply();
            boolean wanted = reader.wantsMore(last, moment(page.date()));
            Map<String, String> position = Position.of(last, keys);
            boolean key = Position.isSaid(last);
            if (!wanted) {
                return Optional.empty();
            }
            if (page.morePages() != key && !page.lastPage() || page.morePages() && Position.isEnd(position)) {
                throw Problems.unreadable("pages that contradict themselves");
            }
            if (!page.morePages()) {
                return Optional.empty();
            }
            if (seen.size() >= MOST || !seen.add(position.toString())) {
                throw Problems.unreadable("pages without an end");
            }
            return Optional.of(asked.nextPage(true, position));
        }

        private static Instant moment(String date) {
            try {
                return date == null ? null : RetryAfter.moment(date);
            } catch (DateTimeException e) {
                return null;
            }
        }

        /** The last page: the others are the reader's. */
        @Override
        public ObjectNode merged() {
            return last;
        }
    }

    /**
     * Pages by date: KIS gives the newest rows of a range and no more (facts 3.4: 100, 3.5: about 50), so that the
     * range's end walks back until there are rows enough, or KIS has no older ones.
     */
    final class Dates implements Pages {

        private static final String FROM = "FID_INPUT_DATE_1";
        private static final String TO = "FID_INPUT_DATE_2";
        private static final String DATE = "stck_bsop_date";
        /** Pages of at least 20 rows would do for a thousand. */
        private static final int MOST = 50;

        private final int rows;
        private final Set<String> seen = new HashSet<>();
        private final WalkedRows walked = new WalkedRows(TO, MOST, DATE);

        private Dates(int rows) {
            this.rows = rows;
        }

        /** @param rows how many of the newest rows are wanted, at least 1 */
        static Begun of(TrCall call, int rows, LocalDate today) {
            // Two days for each trading day, and the longest run of holidays.
            return new Begun(call.nextPage(false, Map.of(
                    FROM, BASIC_ISO_DATE.format(today.minusDays(2L * rows + 30)), TO, BASIC_ISO_DATE.format(today))), new Dates(rows));
        }

        @Override
        public Optional<TrCall> next(TrCall asked, Success page) {
            LocalDate oldest = null;
            for (JsonNode row : walked.take(page)) {
                String date = KisMessages.text(row, DATE);
                LocalDate day = LocalDate.parse(date, BASIC_ISO_DATE);
                oldest = oldest == null || day.isBefore(oldest) ? day : oldest;
                if (seen.add(date) && walked.size() < rows) {
                    walked.add(row);
                }
            }
            LocalDate from = LocalDate.parse(asked.parameters().get(FROM), BASIC_ISO_DATE);
            if (walked.size() >= rows || oldest == null || !oldest.isAfter(from)) {
                return Optional.empty();
            }
            return walked.before(asked, BASIC_ISO_DATE.format(oldest.minusDays(1)));
        }

        @Override
        public ObjectNode merged() {
            return walked.merged();
        }
    }

    /** The array of a reply that holds its rows. */
    final class Rows {

        static final String SECOND = "output2";
        private static final List<String> MEMBERS = List.of("output", "output1", SECOND);

        private Rows() {}

        /** Its name, or null if no member is an array. */
        static String member(ObjectNode reply) {
            return MEMBERS.stream().filter(member -> reply.path(member).isArray()).findFirst().orElse(null);
        }

        /** What an earlier page has said and this one leaves blank, such as a summary. */
        static void keep(ObjectNode earlier, ObjectNode reply) {
            if (earlier != null) {
                earlier.properties().forEach(member -> {
                    if (!member.getKey().toUpperCase(Locale.ROOT).startsWith(TrCall.POSITION)
                            && holdsNothing(reply.path(member.getKey()))) {
                        reply.set(member.getKey(), member.getValue());
                    }
                });
            }
        }

        /** A summary of zeros is none either, where an earlier page had one. */
        static boolean holdsNothing(JsonNode value) {
            for (JsonNode part : value) {
                if (!(part.isContainerNode() ? holdsNothing(part) : isBlank(part) || part.asText().matches("[0.]+"))) {
                    return false;
                }
            }
            return value.isContainerNode() || isBlank(value);
        }

        static boolean isBlank(JsonNode value) {
            if (!value.isContainerNode()) {
                return value.isMissingNode() || value.isNull() || value.asText().isBlank();
            }
            for (JsonNode part : value) {
                if (!isBlank(part)) {
                    return false;
                }
            }
            return true;
        }

        static ArrayNode of(ObjectNode reply, String member) {
            if (reply.path(member) instanceof ArrayNode rows) {
                return rows;
            }
            throw Problems.unreadable("a further page without rows");
        }
    }
}
