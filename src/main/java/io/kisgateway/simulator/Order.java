package io.kisgateway.simulator;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.kisgateway.runtime.KoreanTime;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;

/** An order as the simulator's book holds it now. {@code originalOrderNo} is set for amendments and cancellations. */
public record Order(
        @JsonProperty("odno") String orderNo, @JsonProperty("orgn_odno") String originalOrderNo, Kind kind, Side side, String code,
        @JsonProperty("ord_dvsn") String type, @JsonProperty("qty") long quantity, long price, ZonedDateTime time, State state,
        @JsonProperty("filled_qty") long filledQuantity, long filledAmount, @JsonProperty("cancelled_qty") long cancelledQuantity,
        @JsonProperty("remaining_qty") long remainingQuantity, @JsonProperty("rejected_qty") long rejectedQuantity, String exchange,
        List<Fill> fills) {

    public enum Side { BUY, SELL }

    public enum Kind { NEW, AMEND, CANCEL }

    /**
     * {@code DONE} is a cancellation that did its work, {@code EXPIRED} an order whose day is over, {@code REJECTED}
     * one that the exchange refused after KIS had taken it.
     */
    public enum State { OPEN, FILLED, CANCELLED, AMENDED, EXPIRED, DONE, REJECTED }

    public record Fill(@JsonProperty("qty") long quantity, long price, ZonedDateTime time) {}

    record Ticket(Side side, Issue issue, OrderType type, long quantity, long price, String exchange) {

        Ticket with(OrderType otherType, long otherQuantity, long otherPrice) {
            return new Ticket(side, issue, otherType, otherQuantity, otherPrice, exchange);
        }
    }

    /** The living order; only the book touches it, under its lock. */
    static final class Entry {

        final String orderNo;
        final String originalOrderNo;
        final Kind kind;
        final Ticket ticket;
        final Instant time;
        final Instant listedFrom;
        State state = State.OPEN;
        long filled;
        long amount;
        long cancelled;
        long amended;
        long rejected;
        Instant watchedUntil;
        List<Fill> fills = List.of();

        Entry(String orderNo, String originalOrderNo, Kind kind, Ticket ticket, Instant time, Instant listedFrom) {
            this.orderNo = orderNo;
            this.originalOrderNo = originalOrderNo;
            this.kind = kind;
            this.ticket = ticket;
            this.time = time;
            this.listedFrom = listedFrom;
            this.watchedUntil = time;
        }

        void fill(long quantity, long price, Instant at) {
            filled += quantity;
            amount += quantity * price;
            List<Fill> more = new ArrayList<>(fills);
            more.add(new Fill(quantity, price, Texts.seoul(at)));
            fills = List.copyOf(more);
        }

        boolean buy() {
            return ticket.side() == Side.BUY;
        }

        LocalDate date() {
            return KoreanTime.date(time);
        }

        boolean open() {
            return state == State.OPEN;
        }

        long remaining() {
            return open() ? ticket.quantity() - filled - cancelled - amended : 0;
        }

        Order view() {
            return new Order(orderNo, originalOrderNo, kind, ticket.side(), ticket.issue().code(),
                    ticket.type().code(), ticket.quantity(), ticket.price(), Texts.seoul(time), state, filled, amount,
                    cancelled, remaining(), rejected, ticket.exchange(), fills);
        }
    }
}
