package io.kisgateway.order;

import io.kisgateway.call.Call;
import io.kisgateway.call.OutgoingOrder;
import io.kisgateway.call.PassedOrder;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.order.journal.Journal;
import io.kisgateway.order.journal.OrderEntry;
import io.kisgateway.runtime.KoreanTime;
import java.time.LocalDate;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Whether an order that a client of KIS wants to cancel or change is its own: others' orders are to it as if there were none. */
final class OwnOrders {

    private static final String OF_THE_DAY = "ODNO ";
    private static final String DOMESTIC = "/uapi/domestic-stock/";
    private static final int DIGITS = 10;

    private final OrderLifecycle orders;

    OwnOrders(OrderLifecycle orders) {
        this.orders = orders;
    }

    /** Fails with {@link ProblemCode#UNKNOWN_ORDER} if it is not, or if that cannot be told. */
    CompletionStage<Void> require(PassedOrder order, Call call) {
        String named = order.originalNo();
        if (named == null || call.client() == null || call.client().seesAll()) {
            return CompletableFuture.completedStage(null);
        }
        String client = call.client().name();
        LocalDate today = KoreanTime.today(orders.clock());
        // A session abroad goes on over midnight.
        return another(named, client, today, call)
                .thenCompose(another -> another || named.isEmpty() ? CompletableFuture.completedStage(false)
                        : isAmong(named, client, today, null).thenCompose(own -> own ? CompletableFuture.completedStage(true)
                                : isAmong(named, client, today.minusDays(1), null)))
                .exceptionally(failure -> {
                    throw OrderLifecycle.journalAway(failure);
                }).thenAccept(own -> {
                    if (!own) {
                        throw Problem.of(ProblemCode.UNKNOWN_ORDER, "The client " + client + " has no order " + named);
                    }
                });
    }

    /** Whether today's order of this number is another's: one market's numbers may be another's as well. */
    private CompletionStage<Boolean> another(String named, String client, LocalDate today, Call call) {
        String digits = named.startsWith(OF_THE_DAY) ? bare(named.substring(OF_THE_DAY.length())) : "";
        OutgoingOrder outgoing = call.attribute(OutgoingOrder.class);
        if (!digits.matches("[0-9]{1,10}") || outgoing == null || !outgoing.path().startsWith(DOMESTIC)) {
            return CompletableFuture.completedStage(false);
        }
        return journal().findByNumber("0".repeat(DIGITS - digits.length()) + digits)
                .thenApply(
                        found -> found.filter(entry -> entry.day().equals(today) && !client.equals(entry.origin().client())).isPresent());
    }

    private Journal journal() {
        return orders.journal();
    }

    private CompletionStage<Boolean> isAmong(String named, String client, LocalDate day, String after) {
        return journal().list(day, client, after, Journal.MOST_OF_A_PAGE).thenCompose(page -> {
            boolean own = page.entries().stream().anyMatch(entry -> isNamed(entry, named));
            return own || page.next() == null ? CompletableFuture.completedStage(own) : isAmong(named, client, day, page.next());
        });
    }

    /** Whether KIS gave an entry's order this number of the day, or named it to the client that sent it. */
    static boolean isNumbered(OrderEntry entry, String orderNo) {
        return isNamed(entry, OF_THE_DAY + orderNo);
    }

    private static boolean isNamed(OrderEntry entry, String named) {
        if (entry.placement() != null) {
            return same(OF_THE_DAY + entry.placement().orderNo(), named);
        }
        return entry.history().stream().map(OrderEntry.Step::note).filter(Objects::nonNull).anyMatch(note -> same(note, named));
    }

    private static boolean same(String one, String other) {
        int blank = one.indexOf(' ');
        return blank > 0 && other.startsWith(one.substring(0, blank + 1))
                && bare(one.substring(blank + 1)).equals(bare(other.substring(blank + 1)));
    }

    /** Callers often drop the leading zeros. */
    private static String bare(String number) {
        return number.replaceFirst("^0+(?=.)", "");
    }
}
