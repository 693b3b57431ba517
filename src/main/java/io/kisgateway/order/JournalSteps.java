package io.kisgateway.order;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.call.Call;
import io.kisgateway.call.OwnView;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.Reply;
import io.kisgateway.call.WithoutKis;
import io.kisgateway.order.journal.EntryJson;
import io.kisgateway.order.journal.Journal;
import io.kisgateway.order.journal.OrderEntry;
import io.kisgateway.order.journal.Placement;
import io.kisgateway.runtime.KoreanTime;
import io.kisgateway.runtime.Stages;
import java.time.Clock;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.camel.Exchange;

/** What callers can read of the journal. */
final class JournalSteps {

    private static final int PAGE = 100;

    /** What the journal has of the order that a call asks for. */
    private record Journalled(Optional<OrderEntry> entry) {}

    private final Journal journal;
    private final OrdersAtKis atKis;
    private final Clock clock;

    JournalSteps(Journal journal, OrdersAtKis atKis, Clock clock) {
        this.journal = journal;
        this.atKis = atKis;
        this.clock = clock;
    }

    /** A page of the orders of the day that the variable {@code date} names, or of today: the caller's own, or all. */
    CompletionStage<?> list(Exchange exchange) {
        String date = exchange.getVariable("date", String.class);
        LocalDate day = date == null ? today() : LocalDate.parse(date, DateTimeFormatter.BASIC_ISO_DATE);
        requireKept(day, clock);
        String after = exchange.getVariable("after", String.class);
        Integer limit = exchange.getVariable("limit", Integer.class);
        return page(day, OwnView.of(Call.of(exchange)), after, limit == null ? PAGE : limit).exceptionally(failure -> {
            throw unreadable(failure);
        }).thenAccept(page -> {
            ObjectNode members = JsonNodeFactory.instance.objectNode().put("date", day.toString());
            ArrayNode data = members.putArray("data");
            page.entries().forEach(entry -> data.add(listed(entry, Call.of(exchange))));
            members.put("next", page.next()).put("unreadable", page.unreadable().size());
            exchange.getMessage().setBody(new Reply(members));
        });
    }

    /** @throws Problem if entries of the day are gone: none is not what there was */
    static void requireKept(LocalDate day, InstantSource clock) {
        LocalDate oldest = OrderModule.RETENTION.oldestWhole(clock.instant());
        if (day.isBefore(oldest)) {
            throw Problem.invalid("date", "date is before what the journal keeps, which begins on " + oldest);
        }
    }

    /** Where anybody may call, whoever knows a key could take its order for their own. */
    private static ObjectNode listed(OrderEntry entry, Call call) {
        ObjectNode json = EntryJson.described(entry);
        return call.client() == null ? json.without("idempotency_key") : json;
    }

    private CompletionStage<Journal.Page> page(LocalDate day, String client, String after, int limit) {
        try {
            return journal.list(day, client, after, limit);
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("after", "after is not the next of a page: " + e.getMessage());
        }
    }

    /** What the journal knows of the order whose number, key or id the variable {@code id} holds; that is worth telling without KIS, too. */
    CompletionStage<?> journalled(Exchange exchange) {
        String id = exchange.getVariable("id", String.class);
        Call call = Call.of(exchange);
        String viewer = OwnView.of(call);
        call.attribute(OwnView.class, OwnView.ONLY);
        return entry(call, id, number(id)).exceptionally(failure -> {
            throw unreadable(failure);
        }).thenAccept(found -> {
            // What KIS alone knows was ordered by somebody else.
            if (viewer != null && !found.map(entry -> viewer.equals(entry.origin().client())).orElse(false)) {
                throw unknown(id);
            }
            call.attribute(Journalled.class, new Journalled(found));
            found.ifPresent(entry -> call.attribute(WithoutKis.class, WithoutKis.ANSWERS));
        });
    }

    private static String number(String id) {
        return id.matches("[0-9]{1,10}") ? "0".repeat(10 - id.length()) + id : null;
    }

    /** The same, and what KIS says was traded of it. */
    CompletionStage<?> find(Exchange exchange) {
        String id = exchange.getVariable("id", String.class);
        Journalled journalled = Call.of(exchange).attribute(Journalled.class);
        if (journalled == null) {
            return journalled(exchange).thenCompose(done -> find(exchange));
        }
        Optional<OrderEntry> found = journalled.entry();
        String atKisNo = found.map(OrderEntry::placement).map(Placement::orderNo).orElse(found.isPresent() ? null : number(id));
        if (atKisNo == null) {
            exchange.getMessage().setBody(reply(id, found, null, null));
            return CompletableFuture.completedStage(null);
        }
        LocalDate day = found.map(OrderEntry::day).orElse(today());
        String code = found.map(entry -> entry.terms().stockCode()).orElse(null);
        return atKis.since(day, code, atKisNo, Call.of(exchange)).handle((list, failure) -> {
            KisOrder listed = failure != null ? null
                    : list.rows().stream().filter(row -> row.orderNo().equals(atKisNo)).findFirst().orElse(null);
            return reply(id, found, listed, failure != null || listed != null ? failure : doubt(list));
        }).thenAccept(reply -> exchange.getMessage().setBody(reply));
    }

    private CompletionStage<Optional<OrderEntry>> entry(Call call, String id, String number) {
        CompletionStage<Optional<OrderEntry>> byNumber =
                number == null ? CompletableFuture.completedStage(Optional.empty()) : journal.findByNumber(number);
        return byNumber
                .thenCompose(found -> found.isPresent() ? CompletableFuture.completedStage(found)
                        : journal.findByKey(call.client() == null ? null : call.client().name(), id))
                .thenCompose(found -> found.isPresent() ? CompletableFuture.completedStage(found) : journal.find(id));
    }

    private static Reply reply(String id, Optional<OrderEntry> found, KisOrder row, Throwable failure) {
        if (found.isEmpty() && row == null) {
            if (failure != null && Stages.cause(failure) instanceof Problem problem) {
                throw problem;
            }
            throw unknown(id);
        }
        ObjectNode members = JsonNodeFactory.instance.objectNode();
        ObjectNode data = members.putObject("data").put("journalled", found.isPresent());
        found.ifPresent(entry -> data.setAll(EntryJson.described(entry)));
        if (found.isEmpty()) {
            data.put("order_no", row.orderNo()).put("organization_no", row.organizationNo())
                    .put("ordered_at", row.orderedAt()).put("side", row.side()).put("exchange", row.exchange())
                    .put("stock_code", row.code()).put("quantity", row.quantity()).put("price", KisOrder.orNull(row.price()));
        }
        data.set("fills", row == null ? JsonNodeFactory.instance.nullNode() : row.fills());
        if (failure != null) {
            // What the journal knows is worth telling while KIS is down; but no fault may look like "nothing traded".
            Throwable cause = Stages.cause(failure);
            data.putObject("fills_problem")
                    .put("code", cause instanceof Problem problem ? problem.code().name() : ProblemCode.INTERNAL.name())
                    .put("message", cause instanceof Problem problem ? problem.getMessage() : "KIS could not be asked");
        }
        return new Reply(members);
    }

    /** Why an order that is not among those listed may be at KIS all the same, or null. */
    private static Problem doubt(OrdersAtKis.Listed list) {
        return list.unreadable() == 0 && list.whole() ? null
                : Problem.of(ProblemCode.KIS_UNREADABLE, "KIS listed orders in a form that cannot be read");
    }

    private static Problem unknown(String id) {
        return Problem.of(ProblemCode.UNKNOWN_ORDER, "Neither the journal nor KIS knows an order " + id + " of today");
    }

    private static Problem unreadable(Throwable failure) {
        return Problem.of(ProblemCode.JOURNAL_UNAVAILABLE, "The journal cannot be read at the moment").causedBy(failure);
    }

    private LocalDate today() {
        return KoreanTime.date(clock.instant());
    }
}
