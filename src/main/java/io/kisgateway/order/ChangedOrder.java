package io.kisgateway.order;

import io.kisgateway.call.Call;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.order.OrdersAtKis.Listed;
import io.kisgateway.order.journal.Journal;
import io.kisgateway.order.journal.OrderEntry;
import io.kisgateway.order.journal.OrderType;
import io.kisgateway.runtime.KoreanTime;
import io.kisgateway.runtime.Stages;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The order that a cancellation or a change is for: where it stands at KIS, and what has become of it. */
final class ChangedOrder {

    private static final Logger LOG = LoggerFactory.getLogger(ChangedOrder.class);
    /** KIS's list may lag behind its refusal. */
    private static final List<Duration> LOOKS = List.of(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(2));

    /**
     * Where it stands.
     *
     * @param quantity the most that can be left of it
     * @param type     null if it is of a kind that this gateway does not know
     */
    record Target(String orderNo, String organizationNo, String exchange, String code, long quantity, OrderType type) {

        static Target of(KisOrder row) {
            return new Target(row.orderNo(), row.organizationNo(), row.exchange(), row.code(), row.quantity(),
                    OrderType.ofCode(row.type()).orElse(null));
        }
    }

    /**
     * What KIS lists of an order and of what it was changed into.
     *
     * @param open where something is left, or may be
     */
    record Left(long filled, long cancelled, long rejected, List<KisOrder> open) {}

    private final OrderLifecycle orders;
    private final Journal journal;
    private final OrdersAtKis atKis;

    ChangedOrder(OrderLifecycle orders, OrdersAtKis atKis) {
        this.orders = orders;
        this.journal = orders.journal();
        this.atKis = atKis;
    }

    private LocalDate today() {
        return KoreanTime.date(orders.clock().instant());
    }

    /** KIS wants the branch that took the order: the journal knows it, or else KIS; and it alone how much a change of all made of it. */
    CompletionStage<Target> find(String orderNo, boolean cancels, Call call) {
        return journal.findByNumber(orderNo).exceptionally(failure -> {
            throw OrderLifecycle.journalAway(failure);
        }).thenCompose(found -> {
            ClientBounds.requireOwn(orderNo, found.filter(entry -> entry.day().equals(today())), cancels, call);
            Optional<Target> known = found.flatMap(this::known).filter(target -> cancels || target.quantity() > 0);
            return known.isPresent() ? CompletableFuture.completedStage(known.get()) : atKis(orderNo, call);
        });
    }

    private Optional<Target> known(OrderEntry entry) {
        boolean enough = entry.day().equals(today()) && entry.terms().stockCode() != null && entry.placement() != null
                && entry.placement().organizationNo() != null && !entry.terms().cancels();
        return enough ? Optional.of(new Target(entry.placement().orderNo(), entry.placement().organizationNo(), entry.terms().exchange(),
                entry.terms().stockCode(), entry.terms().quantity(), entry.terms().type())) : Optional.empty();
    }

    private CompletionStage<Target> atKis(String orderNo, Call call) {
        return atKis.since(today(), null, orderNo, atKis.ownCall(call.requestId())).thenApply(list -> list.rows().stream()
                .filter(row -> row.orderNo().equals(orderNo) && !row.cancellation()).findFirst().map(Target::of)
                .orElseThrow(() -> list.unreadable() > 0 || !list.whole()
                        ? Problem.of(ProblemCode.KIS_UNREADABLE,
                                "KIS listed "
                                        + (list.unreadable() > 0 ? list.unreadable() + " of today's orders in a form that cannot be read"
                                                : "today's orders in a way that contradicts itself")
                                        + ", and order " + orderNo + " is not among the others")
                        : Problem.of(ProblemCode.UNKNOWN_ORDER, "Neither the journal nor KIS knows an order " + orderNo + " of today")));
    }

    /**
     * What became of an order that KIS would not cancel or change: asked for some seconds, until its list says that nothing
     * is left where KIS was asked to.
     *
     * @return empty if it does not say so
     */
    CompletionStage<Optional<Left>> left(Target target, Call call) {
        return look(target, call, 0);
    }

    private CompletionStage<Optional<Left>> look(Target target, Call call, int looks) {
        if (looks == LOOKS.size()) {
            return CompletableFuture.completedStage(Optional.empty());
        }
        CompletableFuture<Void> wait = new CompletableFuture<>();
        orders.later(LOOKS.get(looks), () -> wait.complete(null));
        return wait.thenCompose(waited -> atKis.since(today(), target.code(), target.orderNo(), atKis.ownCall(call.requestId())))
                .handle((list, failure) -> {
                    if (failure != null) {
                        LOG.warn("Whether anything was left of an order could not be asked: {}", Stages.brief(failure));
                    }
                    return failure != null ? Optional.<Left>empty() : left(list, target.orderNo());
                }).thenCompose(left -> left.isPresent() ? CompletableFuture.completedStage(left) : look(target, call, looks + 1));
    }

    /** Empty while the order itself is not listed, or something is left of it, or may be: what is listed does not make up its quantity. */
    private static Optional<Left> left(Listed list, String orderNo) {
        List<KisOrder> rows = list.rows();
        Optional<KisOrder> first = rows.stream().filter(row -> row.orderNo().equals(orderNo) && !row.cancellation()).findFirst();
        if (first.isEmpty() || first.get().remaining() != 0) {
            return Optional.empty();
        }
        List<KisOrder> all = new ArrayList<>(List.of(first.get()));
        Set<String> numbers = new HashSet<>(Set.of(orderNo));
        for (int i = 0; i < all.size(); i++) {
            String original = all.get(i).orderNo();
            rows.stream().filter(row -> row.original().equals(original) && !row.cancellation() && numbers.add(row.orderNo()))
                    .forEach(all::add);
        }
        Left left = new Left(all.stream().mapToLong(KisOrder::filled).sum(), all.stream().mapToLong(KisOrder::cancelled).sum(),
                all.stream().mapToLong(KisOrder::rejected).sum(), all.stream().filter(row -> row.remaining() != 0).toList());
        // What has been changed is accounted for by what it was changed into; and that may be what could not be read.
        boolean accountedFor = all.stream().allMatch(KisOrder::isAccountedFor)
                && left.filled() + left.cancelled() + left.rejected() >= first.get().quantity()
                && all.stream()
                        .filter(row -> rows.stream().noneMatch(other -> !other.cancellation() && other.original().equals(row.orderNo())))
                        .allMatch(row -> row.filled() + row.cancelled() + row.rejected() >= row.quantity())
                && (list.unreadable() == 0 || first.get().filled() + first.get().rejected() >= first.get().quantity());
        return left.open().isEmpty() && !accountedFor ? Optional.empty() : Optional.of(left);
    }
}
