package io.kisgateway.throttle;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * One call to KIS, asked for, queued or under way, and everyone whom it serves: the leader, whose exchange makes the
 * call, and followers who asked for the same. Guarded by its own lock.
 */
final class Flight {

    private static final int MOST_FOLLOWERS = 1000;

    private enum Stage { ASKING, QUEUED, FLYING, OVER }

    private final FlightKey key;
    private final Deque<Passenger> followers = new ArrayDeque<>(0);
    private Stage stage = Stage.ASKING;
    private Passenger leader;
    private Waiter waiter;
    private long dueNanos;

    /** @param key null for a call that is nobody else's */
    Flight(FlightKey key, Passenger leader) {
        this.key = key;
        this.leader = leader;
    }

    FlightKey key() {
        return key;
    }

    enum Boarding { JOINED, TOO_LATE, FULL, OVER }

    /** @return whether the passenger goes along; TOO_LATE if the call is queued for longer than they will wait */
    synchronized Boarding join(Passenger passenger) {
        if (stage == Stage.OVER) {
            return Boarding.OVER;
        }
        if (followers.size() >= MOST_FOLLOWERS) {
            return Boarding.FULL;
        }
        if (stage == Stage.QUEUED && dueNanos > passenger.deadlineNanos) {
            return Boarding.TOO_LATE;
        }
        followers.add(passenger);
        return Boarding.JOINED;
    }

    /** The leader asks for a permit; false if they have hung up meanwhile and nobody is left. */
    synchronized boolean asks(Waiter with) {
        if (stage == Stage.OVER) {
            return false;
        }
        waiter = with;
        stage = Stage.ASKING;
        return true;
    }

    /** The slot is known: the followers who will not wait that long, to be told so. */
    synchronized List<Passenger> queued(long due) {
        if (stage != Stage.ASKING && stage != Stage.QUEUED) {
            return List.of();
        }
        stage = Stage.QUEUED;
        dueNanos = due;
        List<Passenger> impatient = new ArrayList<>(0);
        followers.removeIf(f -> f.deadlineNanos < due && impatient.add(f));
        return impatient;
    }

    synchronized long dueNanos() {
        return dueNanos;
    }

    /** The permit is there; whose exchange makes the call. */
    synchronized Passenger takeOff() {
        stage = Stage.FLYING;
        return leader;
    }

    /** The next to ask, if the leader was refused; null ends the flight. */
    synchronized Passenger next() {
        Passenger next = followers.poll();
        if (next == null) {
            stage = Stage.OVER;
        } else {
            leader = next;
        }
        return next;
    }

    synchronized boolean over() {
        return stage == Stage.OVER;
    }

    synchronized Passenger leader() {
        return leader;
    }

    /** Everyone still aboard besides the leader; the flight is over. */
    synchronized List<Passenger> land() {
        stage = Stage.OVER;
        List<Passenger> aboard = List.copyOf(followers);
        followers.clear();
        return aboard;
    }

    /** What a hang-up leads to. */
    record Departure(boolean left, Waiter abandoned) {
        static final Departure NONE = new Departure(false, null);
    }

    /**
     * The passenger hung up. A follower leaves; a queued leader hands over to a follower, who keeps the place in the
     * queue, or leaves it; one whose call is under way stays, as KIS works on it anyway.
     */
    synchronized Departure leave(Passenger passenger) {
        if (followers.remove(passenger)) {
            return new Departure(true, null);
        }
        if (passenger != leader || stage == Stage.FLYING || stage == Stage.OVER) {
            return Departure.NONE;
        }
        Passenger successor = followers.poll();
        if (successor != null) {
            leader = successor;
            return new Departure(true, null);
        }
        stage = Stage.OVER;
        return new Departure(true, waiter);
    }
}
