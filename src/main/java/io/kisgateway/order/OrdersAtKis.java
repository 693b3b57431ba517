package io.kisgateway.order;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.call.Call;
import io.kisgateway.call.OrderLookup;
import io.kisgateway.call.OwnCalls;
import io.kisgateway.call.PageReader;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.kis.NoData;
import io.kisgateway.order.journal.Terms;
import io.kisgateway.runtime.KoreanTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/** The account's orders of a day as KIS lists them, the newest first, page by page for as long as somebody wants more. */
final class OrdersAtKis {

    /** Which of a stock's orders are listed. */
    enum Side {
        BUY("02"), SELL("01"), BOTH("00");

        private final String code;

        Side(String code) {
            this.code = code;
        }

        static Side of(Terms.Action action) {
            return switch (action) {
                case BUY -> BUY;
                case SELL -> SELL;
                // They are listed with the side of their order.
                case CANCEL, MODIFY, OTHER -> BOTH;
            };
        }

        /** Whether a list of this side has all that an action placed. */
        boolean has(Terms.Action action) {
            return this == BOTH || of(action) == this;
        }
    }

    /**
     * What KIS listed.
     *
     * @param rows       each once, as KIS lists them
     * @param unreadable how many rows more, which do not say what they must
     * @param whole      whether this is all: not only as far as was wanted, and nothing in it says that there is more
     * @param moments    what time it was when KIS gave its pages, as far as its server says
     */
    record Listed(Side side, List<KisOrder> rows, int unreadable, boolean whole, List<Instant> moments) {}

    private static final String NEWEST_FIRST = "00";
    /** What is older KIS lists by another TR id only (facts 3.0). */
    private static final int MONTHS = 3;

    private final OwnCalls calls;
    private final OrderNumbers numbers;
    private final String exchanges;
    private final InstantSource clock;

    /** @param virtual whether KIS's virtual trading is asked, which knows one exchange only (facts 3.9) */
    OrdersAtKis(OwnCalls calls, OrderNumbers numbers, boolean virtual, InstantSource clock) {
        this.calls = calls;
        this.numbers = numbers;
        this.exchanges = virtual ? "KRX" : "ALL";
        this.clock = clock;
    }

    /** A call of the gateway's own: it has no permit, and costs the account's budget like every other. */
    Call ownCall(String requestId) {
        Call call = calls.call(requestId, "order-lookup", "order-lookup");
        call.attribute(OrderLookup.class, OrderLookup.LOOKUP);
        return call;
    }

    /** KIS's whole reply on what a stock may cost today; fails with a problem if it cannot be had. */
    CompletionStage<JsonNode> priceLimits(String code, String requestId) {
        return calls.ask("direct:price-limits", ownCall(requestId), Map.of("code", code), JsonNode.class);
    }

    /**
     * All of a day.
     *
     * @param code        of the stock, or null for all
     * @param oldestFirst from the other end: what is lost between pages, or at one end, is not lost there too
     */
    CompletionStage<Listed> all(LocalDate day, String code, Side side, boolean oldestFirst, Call call) {
        return read(day, code, side, oldestFirst ? "01" : NEWEST_FIRST, call, page -> false);
    }

    /** Those from a moment of KIS's clock on; rows without a time are among them. */
    CompletionStage<Listed> since(LocalDate day, String code, Side side, Instant earliest, Call call) {
        return read(day, code, side, call, page -> page.stream().anyMatch(row -> row.at() != null && row.at().isBefore(earliest)));
    }

    /** Those from an order on. */
    CompletionStage<Listed> since(LocalDate day, String code, String orderNo, Call call) {
        return ofDay(day, code, call, page -> page.stream().anyMatch(row -> row.orderNo().equals(orderNo)));
    }

    /**
     * For a caller, to whom an empty list of today says that there are no orders; fails if KIS is on another day.
     *
     * @param enough whether no page is wanted after one with these rows
     */
    CompletionStage<Listed> ofDay(LocalDate day, String code, Call call, Predicate<List<KisOrder>> enough) {
        return read(day, code, Side.BOTH, call, enough).thenApply(listed -> {
            Instant now = clock.instant();
            boolean apart = listed.moments().stream().anyMatch(at -> !KoreanTime.date(at).equals(KoreanTime.date(now))
                    && Duration.between(at, now).abs().compareTo(KisClock.FURTHEST) > 0);
            if (apart && day.equals(KoreanTime.date(now))) {
                throw Problem.of(ProblemCode.KIS_UNREADABLE,
                        "By KIS's clock it is another day than by the gateway's, so that it is not known which orders are today's");
            }
            return listed;
        });
    }

    private CompletionStage<Listed> read(LocalDate day, String code, Side side, Call call, Predicate<List<KisOrder>> enough) {
        return read(day, code, side, NEWEST_FIRST, call, enough);
    }

    private CompletionStage<Listed> read(LocalDate day, String code, Side side, String order, Call call,
            Predicate<List<KisOrder>> enough) {
        Reading reading = new Reading(day, code, side, enough);
        call.attribute(PageReader.class, reading);
        return calls
                .ask("direct:orders-at-kis", call, Map.of("day", DateTimeFormatter.BASIC_ISO_DATE.format(day), "older",
                        String.valueOf(day.isBefore(KoreanTime.date(clock.instant()).minusMonths(MONTHS))), "code",
                        code == null ? "" : code, "listed_side",
                        side.code, "listed_first", order, "exchanges", exchanges), JsonNode.class)
                .thenApply(last -> {
                    Listed listed = reading.end();
                    listed.rows().forEach(row -> numbers.seen(day, row.orderNo(), row.at(), null));
                    return listed;
                });
    }

    /** One list while it is read; by one thread after another. */
    static final class Reading implements PageReader {

        private static final String ROWS = "output1";
        private static final String SUMS = "output2";

        private final LocalDate day;
        private final String code;
        private final Side side;
        private final Predicate<List<KisOrder>> enough;
        private final Map<String, KisOrder> rows = new LinkedHashMap<>();
        private final List<Instant> moments = new ArrayList<>();
        private int unreadable;
        private boolean stopped;
        private boolean contradictory;
        private int pages;
        private boolean nothingNew;
        private long ordered;
        private long traded;

        Reading(LocalDate day, String code, Side side, Predicate<List<KisOrder>> enough) {
            this.day = day;
            this.code = code;
            this.side = side;
            this.enough = enough;
        }

        @Override
        public synchronized boolean wantsMore(ObjectNode page, Instant at) {
            if (at != null) {
                moments.add(at);
            }
            List<KisOrder> read = new ArrayList<>();
            JsonNode listed = rows(page);
            for (JsonNode row : listed) {
                Optional<KisOrder> order = read(row);
                order.ifPresent(read::add);
                unreadable += order.isEmpty() ? 1 : 0;
            }
            int known = rows.size();
            for (KisOrder row : read) {
                // A list that grows while its pages are read repeats rows; one number is one order, though.
                KisOrder former = rows.putIfAbsent(row.orderNo(), row);
                unreadable += former == null || former.isOrder(row) ? 0 : 1;
            }
            contradictory |= !NoData.mayBeSaidBy(page) || NoData.isSaidBy(page) && !listed.isEmpty() || hasRowsElsewhere(page);
            nothingNew = pages++ > 0 && rows.size() == known;
            ordered = Math.max(ordered, sum(page, "tot_ord_qty"));
            traded = Math.max(traded, sum(page, "tot_ccld_qty"));
            stopped = enough.test(read);
            return !stopped;
        }

        /** A row that is not of what was asked for may be one that was, with a wrong field. */
        private Optional<KisOrder> read(JsonNode row) {
            try {
                KisOrder order = KisOrder.of(row);
                boolean asked = (code == null || code.equals(order.code())) && (side == Side.BOTH || (side == Side.BUY) == order.buy())
                        && DateTimeFormatter.BASIC_ISO_DATE.format(day).equals(row.path("ord_dt").asText("").strip());
                return asked ? Optional.of(order) : Optional.empty();
            } catch (Problem e) {
                return Optional.empty();
            }
        }

        /** No list is no list: only KIS's own word for it makes it an empty one. */
        private static JsonNode rows(ObjectNode page) {
            JsonNode rows = page.path(ROWS);
            if (rows.isArray() || (rows.isMissingNode() || rows.isNull()) && NoData.isSaidBy(page)) {
                return rows;
            }
            throw Problem.of(ProblemCode.KIS_UNREADABLE, "KIS listed orders in a form that cannot be read");
        }

        private static boolean hasRowsElsewhere(ObjectNode page) {
            return page.properties().stream().anyMatch(member -> switch (member.getKey()) {
                case ROWS -> false;
                case SUMS -> member.getValue().isArray() ? !member.getValue().isEmpty() : member.getValue().properties().stream()
                        .anyMatch(sum -> sum.getValue().isContainerNode() || sum.getKey().equalsIgnoreCase("odno"));
                default -> member.getValue().isContainerNode() && !member.getValue().isEmpty();
            });
        }

        /** What KIS says that the rows of all pages make; 0 if it does not say. */
        private long sum(ObjectNode page, String name) {
            JsonNode sums = page.path(SUMS);
            String said = sums.properties().stream().map(Map.Entry::getKey).filter(name::equalsIgnoreCase).findFirst().orElse(name);
            try {
                return KisOrder.whole(sums, said);
            } catch (NumberFormatException | ArithmeticException e) {
                contradictory = true;
                return 0;
            }
        }

        synchronized Listed end() {
            long quantity = rows.values().stream().mapToLong(KisOrder::quantity).sum();
            boolean lacksRows = unreadable == 0
                    && (ordered > quantity || traded > rows.values().stream().mapToLong(row -> Math.max(0, row.filled())).sum());
            // Before the last page KIS said that there is more.
            boolean lacksPage = nothingNew && ordered != quantity;
            boolean lacksOriginal =
                    rows.values().stream().anyMatch(row -> !row.original().isEmpty() && !rows.containsKey(row.original()));
            return new Listed(side, List.copyOf(rows.values()), unreadable,
                    !stopped && !contradictory && !lacksRows && !lacksPage && !lacksOriginal, List.copyOf(moments));
        }
    }
}
