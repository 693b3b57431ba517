package io.kisgateway.order;

import io.kisgateway.order.OrdersAtKis.Listed;
import io.kisgateway.order.journal.Journal.Confirmed;
import io.kisgateway.order.journal.OrderEntry;
import io.kisgateway.order.journal.Terms;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Everything that must be so before an order may be called not placed: its caller will order again. Each check is a box to
 * tick; one that stays open makes the order unresolved, which costs a look at a screen.
 */
final class NotPlaced {

    /** What is confirmed may need so long to be listed, at most, before its absence means that the list is not whole. */
    private static final Duration LISTING = Duration.ofSeconds(5);

    private final Duration grace;

    /** @param grace how long after an order can have reached KIS it may still be taken and listed */
    NotPlaced(Duration grace) {
        this.grace = grace;
    }

    /**
     * What is known of an order that is not among those that KIS lists.
     *
     * @param listed    what KIS listed
     * @param asked     when it was asked for that
     * @param judged    what time it is now
     * @param confirmed the numbers that KIS confirmed for that stock and day, to any instance
     * @param doubt     of {@link Matching#doubt}
     */
    record Evidence(OrderEntry entry, Listed listed, Instant asked, Instant judged, Collection<Confirmed> confirmed,
            Optional<String> doubt) {

        /** Whether KIS's server, if it says what time it is, says the same as the clock by which orders have their day. */
        boolean clocksAgree() {
            return listed.moments().stream()
                    .noneMatch(at -> at.isBefore(asked.minus(KisClock.FURTHEST)) || at.isAfter(judged.plus(KisClock.FURTHEST)));
        }
    }

    /** The first box that is open, as a clause for people; empty if all are ticked but for the time that must pass. */
    Optional<String> openBox(Evidence evidence) {
        return listedOperation(evidence.entry())
                .or(() -> askedForTheRightDay(evidence))
                .or(() -> readToItsEnd(evidence.listed()))
                .or(() -> everyRowReadable(evidence.listed()))
                .or(() -> everyConfirmedNumberListed(evidence))
                .or(() -> changedOrderAsItWas(evidence))
                .or(evidence::doubt);
    }

    private static Optional<String> listedOperation(OrderEntry entry) {
        return entry.terms().listed() ? Optional.empty() : Optional.of("KIS lists no orders of this kind to this gateway");
    }

    /** An empty list of tomorrow is no proof of anything. */
    private static Optional<String> askedForTheRightDay(Evidence evidence) {
        return evidence.clocksAgree() ? Optional.empty()
                : Optional
                        .of("KIS's clock and the gateway's are more than a minute apart, so that it is not known on which day KIS has it");
    }

    /** That KIS's two signals of a further page agree, and that there is a list at all, is seen to where it is read. */
    private static Optional<String> readToItsEnd(Listed listed) {
        return listed.whole() ? Optional.empty()
                : Optional.of("KIS's list is not whole: it has not been read to its end, or contradicts itself");
    }

    private static Optional<String> everyRowReadable(Listed listed) {
        return listed.unreadable() == 0 ? Optional.empty()
                : Optional.of(listed.unreadable() + " of the orders that KIS lists cannot be read,"
                        + " and may be this one");
    }

    /** KIS may have carried out a change without listing it by itself: then it shows at the order that was to be changed. */
    private static Optional<String> changedOrderAsItWas(Evidence evidence) {
        Terms terms = evidence.entry().terms();
        if (!terms.changes()) {
            return Optional.empty();
        }
        String number = terms.originalOrderNo();
        Optional<KisOrder> found = evidence.listed().rows().stream().filter(row -> row.orderNo().equals(number)).findFirst();
        if (found.isEmpty()) {
            return Optional.of("KIS's list is not whole: it lacks order " + number + ", which was to be changed");
        }
        KisOrder order = found.get();
        long changed = evidence.listed().rows().stream().filter(row -> row.original().equals(number))
                .mapToLong(row -> row.quantity() == 0 ? order.quantity() : row.quantity()).sum();
        boolean explained = order.isAccountedFor() && order.cancelled() <= changed
                && order.filled() + order.rejected() + order.remaining() + changed >= order.quantity();
        return explained ? Optional.empty() : Optional.of("KIS lists order " + number + " as changed, and not by which change");
    }

    /** What the journal holds as confirmed by KIS must be there, whoever sent it; else the list is not the whole. */
    private Optional<String> everyConfirmedNumberListed(Evidence evidence) {
        Set<String> there = evidence.listed().rows().stream().map(KisOrder::orderNo).collect(Collectors.toSet());
        Instant by = evidence.asked().minus(grace.compareTo(LISTING) < 0 ? grace : LISTING);
        return evidence.confirmed().stream()
                .filter(one -> evidence.listed().side().has(one.action()) && !one.answeredAt().isAfter(by)
                        && !there.contains(one.orderNo()))
                .findFirst().map(one -> "KIS's list is not whole: it lacks order " + one.orderNo() + ", which KIS has confirmed");
    }
}
