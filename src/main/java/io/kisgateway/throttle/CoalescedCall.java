package io.kisgateway.throttle;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/**
 * One call to KIS, asked for, queued or under way, and everyone whom it serves: the leader, whose exchange makes the
 * call, and followers who asked for the same. Guarded by its own lock.
 */
final class CoalescedCall {

    private static final int MOST_FOLLOWERS = 1000;

    /** What makes two queries the same: their route, which is another one after it has been changed, and their validated parameters. */
    record Key(String route, Map<String, Object> parameters) {}

    private enum Stage { ASKING, QUEUED, UNDER_WAY, OVER }

    private final Key key;
    private final Deque<WaitingCaller> followers = new ArrayDeque<>(0);
    private Stage stage = Stage.ASKING;
    private WaitingCaller leader;
    private Waiter waiter;
    private long dueNanos;

    /** @param key null for a call that is nobody else's */
    CoalescedCall(Key key, WaitingCaller leader) {
        this.key = key;
        this.leader = leader;
    }

    Key key() {
        return key;
    }

    enum JoinResult { JOINED, TOO_LATE, FULL, OVER }

    /** @return whether the caller shares the call; TOO_LATE if the call is queued for longer than they will wait */
    synchronized JoinResult join(WaitingCaller caller) {
        if (stage == Stage.OVER) {
            return JoinResult.OVER;
        }
        if (followers.size() >= MOST_FOLLOWERS) {
            return JoinResult.FULL;
        }
        if (stage == Stage.QUEUED && dueNanos > caller.deadlineNanos) {
            return JoinResult.TOO_LATE;
        }
        followers.add(caller);
        return JoinResult.JOINED;
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
    synchronized List<WaitingCaller> queued(long due) {
        if (stage != Stage.ASKING && stage != Stage.QUEUED) {
            return List.of();
        }
        stage = Stage.QUEUED;
        dueNanos = due;
        List<WaitingCaller> impatient = new ArrayList<>(0);
        followers.removeIf(f -> f.deadlineNanos < due && impatient.add(f));
        return impatient;
    }

    synchronized long dueNanos() {
        return dueNanos;
    }

    /** The permit is there; whose exchange makes the call. */
    synchronized WaitingCaller release() {
        stage = Stage.UNDER_WAY;
        return leader;
    }

    /** The next to ask, if the leader was refused; null ends the call. */
    synchronized WaitingCaller next() {
        WaitingCaller next = followers.poll();
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

    synchronized WaitingCaller leader() {
        return leader;
    }

    /** Everyone still there besides the leader; the call is over. */
    synchronized List<WaitingCaller> shareOutcome() {
        stage = Stage.OVER;
        List<WaitingCaller> others = List.copyOf(followers);
        followers.clear();
        return others;
    }

    /** What a hang-up leads to. */
    record Release(boolean left, Waiter abandoned) {
        static final Release NONE = new Release(false, null);
    }

    /**
     * The caller hung up. A follower leaves; a queued leader hands over to a follower, who keeps the place in the
     * queue, or leaves it; one whose call is under way stays, as KIS works on it anyway.
     */
    synchronized Release leave(WaitingCaller caller) {
        if (followers.remove(caller)) {
            return new Release(true, null);
        }
        if (caller != leader || stage == Stage.UNDER_WAY || stage == Stage.OVER) {
            return Release.NONE;
        }
        WaitingCaller successor = followers.poll();
        if (successor != null) {
            leader = successor;
            return new Release(true, null);
        }
        stage = Stage.OVER;
        return new Release(true, waiter);
    }
}
