package io.kisgateway.order;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.call.Call;
import io.kisgateway.call.OwnView;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.Reply;
import io.kisgateway.order.OrdersAtKis.Listed;
import io.kisgateway.order.journal.Journal;
import io.kisgateway.order.journal.OrderEntry;
import io.kisgateway.order.journal.OrderType;
import io.kisgateway.runtime.KoreanTime;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.apache.camel.Exchange;

/** What callers see of the account's orders at KIS, those that were placed elsewhere too: a page of a day, the newest first. */
final class AccountOrders {

    private static final long PAGE = 100;

    private final Journal journal;
    private final OrdersAtKis atKis;

    AccountOrders(Journal journal, OrdersAtKis atKis) {
        this.journal = journal;
        this.atKis = atKis;
    }

    CompletionStage<?> list(Exchange exchange) {
        Call call = Call.of(exchange);
        call.attribute(OwnView.class, OwnView.ONLY);
        String date = exchange.getVariable("date", String.class);
        LocalDate day = date == null ? KoreanTime.date(journal.clock().instant())
                : LocalDate.parse(date, DateTimeFormatter.BASIC_ISO_DATE);
        boolean open = Boolean.TRUE.equals(exchange.getVariable("open"));
        String after = exchange.getVariable("after", String.class);
        int limit = (int) (exchange.getVariable("limit") instanceof Long given ? (long) given : PAGE);
        return visible(day, OwnView.of(call)).thenCompose(visible -> {
            Page page = new Page(row -> visible.test(row) && (!open || row.remaining() != 0), after, limit);
            return atKis.ofDay(day, null, call, page::take)
                    .thenAccept(listed -> exchange.getMessage().setBody(page.reply(day, listed)));
        });
    }

    /** A client that does not see everybody's orders sees what the journal has as its own. */
    private CompletionStage<Predicate<KisOrder>> visible(LocalDate day, String viewer) {
        if (viewer == null) {
            return CompletableFuture.completedStage(row -> true);
        }
        JournalSteps.requireKept(day, journal.clock());
        return numbers(day, viewer, null, new HashSet<>()).thenApply(own -> row -> own.contains(row.orderNo()));
    }

    private CompletionStage<Set<String>> numbers(LocalDate day, String viewer, String after, Set<String> found) {
        return journal.list(day, viewer, after, Journal.MOST_OF_A_PAGE).exceptionally(failure -> {
            throw Problem.of(ProblemCode.JOURNAL_UNAVAILABLE, "The journal cannot be read at the moment").causedBy(failure);
        }).thenCompose(page -> {
            page.entries().stream().map(OrderEntry::placement).filter(placement -> placement != null)
                    .forEach(placement -> found.add(placement.orderNo()));
            return page.next() == null ? CompletableFuture.completedStage(found) : numbers(day, viewer, page.next(), found);
        });
    }

    /** One page while KIS's are read. */
    private static final class Page {

        private final Predicate<KisOrder> wanted;
        private final String after;
        private final int limit;
        private final Set<String> seen = new HashSet<>();
        private final List<KisOrder> rows = new ArrayList<>();
        private boolean begun;

        Page(Predicate<KisOrder> wanted, String after, int limit) {
            this.wanted = wanted;
            this.after = after;
            this.limit = limit;
            this.begun = after == null;
        }

        /** @return whether there are enough, one more than asked for, so that it is known whether more follow */
        boolean take(List<KisOrder> page) {
            for (KisOrder row : page) {
                if (begun && seen.add(row.orderNo()) && wanted.test(row) && rows.size() <= limit) {
                    rows.add(row);
                }
                begun |= row.orderNo().equals(after);
            }
            return rows.size() > limit;
        }

        Reply reply(LocalDate day, Listed listed) {
            if (!begun) {
                throw Problem.invalid("after", "after is no order number of " + day + " that KIS lists");
            }
            if (!listed.whole() && listed.rows().isEmpty() && listed.unreadable() == 0) {
                throw Problem.of(ProblemCode.KIS_UNREADABLE,
                        "KIS listed no orders of " + day + " in a reply that does not say that there are none");
            }
            ObjectNode members = JsonNodeFactory.instance.objectNode().put("date", day.toString());
            ArrayNode data = members.putArray("data");
            rows.stream().limit(limit).forEach(row -> data.add(described(row)));
            members.put("next", rows.size() > limit ? rows.get(limit - 1).orderNo() : null);
            return new Reply(members.put("unreadable", listed.unreadable()));
        }

        private static ObjectNode described(KisOrder row) {
            ObjectNode order = JsonNodeFactory.instance.objectNode().put("order_no", row.orderNo());
            order.put("original_order_no", row.original().isEmpty() ? null : row.original());
            order.put("organization_no", row.organizationNo().isEmpty() ? null : row.organizationNo()).put("ordered_at", row.orderedAt())
                    .put("side", row.side()).put("exchange", row.exchange()).put("stock_code", row.code())
                    .put("name", row.name().isEmpty() ? null : row.name())
                    .put("type", OrderType.ofCode(row.type()).map(OrderType::wire).orElse(null))
                    .put("quantity", row.quantity() == 0 ? null : (Long) row.quantity()).put("price", KisOrder.orNull(row.price()));
            order.set("fills", row.fills());
            return order;
        }
    }
}
