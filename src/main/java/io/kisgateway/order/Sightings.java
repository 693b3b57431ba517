package io.kisgateway.order;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;

/**
 * What replies have taught of KIS: how far its clock is from ours, and how far its order numbers have come today. They
 * ascend (facts 3.9), so that an order sent now gets a higher one than any seen before.
 */
final class Sightings {

    /** How far KIS's clock may be from ours while nothing is known of it. */
    static final Duration UNKNOWN_CLOCK = Duration.ofSeconds(5);
    private static final Duration SLACK = Duration.ofSeconds(2);

    private LocalDate day = LocalDate.MIN;
    private String highest;
    private Duration ahead;
    private Duration uncertainty = UNKNOWN_CLOCK;

    /** The highest order number seen today, or null. */
    synchronized String highest(Instant now) {
        return LocalDate.ofInstant(now, Times.KST).equals(day) ? highest : null;
    }

    synchronized void seen(LocalDate when, String orderNo) {
        if (when.isAfter(day)) {
            day = when;
            highest = null;
        }
        if (when.equals(day) && orderNo.matches("[0-9]{1,18}") && (highest == null || isAbove(orderNo, highest))) {
            highest = orderNo;
        }
    }

    static boolean isAbove(String orderNo, String floor) {
        return Long.parseLong(orderNo) > Long.parseLong(floor);
    }

    /** KIS confirmed an order that was sent and answered between two moments of our clock. KIS tells whole seconds. */
    synchronized void confirmed(Placement placement, Instant sent, Instant answered) {
        seen(LocalDate.ofInstant(sent, Times.KST), placement.orderNo());
        if (placement.orderedAt() == null) {
            return;
        }
        try {
            Instant at = OffsetDateTime.parse(placement.orderedAt()).toInstant();
            Duration least = Duration.between(answered, at);
            Duration most = Duration.between(sent, at.plusSeconds(1));
            ahead = least.plus(most).dividedBy(2);
            uncertainty = most.minus(least).dividedBy(2).plus(SLACK);
        } catch (DateTimeParseException e) {
            ahead = null;
            uncertainty = UNKNOWN_CLOCK;
        }
    }

    /** Whether KIS's clock has been compared with ours. */
    synchronized boolean knowsClock() {
        return ahead != null;
    }

    /** The earliest that KIS's clock may have shown at a moment of ours. */
    synchronized Instant earliest(Instant ours) {
        return ours.plus(ahead == null ? Duration.ZERO : ahead).minus(uncertainty);
    }

    /** The latest. */
    synchronized Instant latest(Instant ours) {
        return ours.plus(ahead == null ? Duration.ZERO : ahead).plus(uncertainty).plusSeconds(1);
    }
}
