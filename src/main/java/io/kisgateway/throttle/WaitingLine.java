package io.kisgateway.throttle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Who waits, in the order in which they will go, and the slots that are theirs together, in order of time: the first goes
 * with the first slot. First those who are the first of their client, then the second, and so on, of each in the order of
 * arrival; a place is lost only to one whose client waits for fewer. Not safe for several threads.
 */
final class WaitingLine {

    private static final int FEW = 3;
    private static final int ROUNDS_OF_MANY = 3;
    private static final int MOST_NAMES = 3;
    /** When to come back, while it is not known yet which of those who have just come will wait. */
    private static final long AGAIN_MILLIS = 1000;

    private final List<Waiter> waiting = new ArrayList<>();
    private final List<Slot> slots = new ArrayList<>();
    /** For how many each client asks and waits. */
    private final Map<String, Integer> inside = new HashMap<>();
    /** How many of those clients an address has given a name. */
    private final Map<String, Integer> names = new HashMap<>();
    private long sequence;

    int size() {
        return waiting.size();
    }

    /** Nanoseconds. */
    long longestWait(long now) {
        return waiting.stream().mapToLong(waiter -> now - waiter.askedNanos).max().orElse(0);
    }

    Slot firstSlot() {
        return slots.get(0);
    }

    /** What one is told who finds the queue full: by the time it may come, all who wait now have gone. */
    Outcome.Refused isFull(long now) {
        return new Outcome.Refused(Limited.QUEUE, null, untilGone(waiter -> true, now));
    }

    /** The same of one whose client has its part of the queue. */
    Outcome.Refused isFullOf(Waiter one, long now) {
        return new Outcome.Refused(Limited.CLIENT, null, untilGone(waiter -> !isOther(waiter, one), now));
    }

    /** The same of one that had a place: another client's first has it now, or its own had to move on as the account is short. */
    Outcome.Refused isLost(Waiter one, Waiter to, long now) {
        return isOther(one, to) ? isFullOf(one, now) : new Outcome.Refused(Limited.ACCOUNT, null, untilGone(waiter -> true, now));
    }

    private long untilGone(Predicate<Waiter> whose, long now) {
        for (int i = waiting.size() - 1; i >= 0; i--) {
            if (whose.test(waiting.get(i))) {
                return Math.max(1, (slots.get(i).goNanos() - now) / 1_000_000);
            }
        }
        return AGAIN_MILLIS;
    }

    /** As whom a client waits: nobody becomes many by giving itself many names. */
    PermitClient known(PermitClient client) {
        return client.address() == null || inside.containsKey(client.name())
                || names.getOrDefault(client.address(), 0) < MOST_NAMES ? client : client.unnamed();
    }

    /** How many of this client ask or wait. */
    int inside(String client) {
        return inside.getOrDefault(client, 0);
    }

    /** @return until when the last who waits would wait, if that is somebody else; else the waiter's own deadline */
    long arrives(Waiter waiter) {
        waiter.sequence = ++sequence;
        if (inside.merge(waiter.client.name(), 1, Integer::sum) == 1 && waiter.client.address() != null) {
            names.merge(waiter.client.address(), 1, Integer::sum);
        }
        Waiter last = waiting.isEmpty() ? waiter : waiting.get(waiting.size() - 1);
        return isOther(last, waiter) ? Math.max(waiter.deadlineNanos, last.deadlineNanos) : waiter.deadlineNanos;
    }

    /** It asks and waits no more. */
    void left(Waiter waiter) {
        if (inside.computeIfPresent(waiter.client.name(), (client, n) -> n == 1 ? null : n - 1) == null
                && waiter.client.address() != null) {
            names.computeIfPresent(waiter.client.address(), (address, n) -> n == 1 ? null : n - 1);
        }
    }

    /** After the last of its client, or with the first of all. Who waits for many has fewer turns than who waits for few. */
    private long roundOf(Waiter waiter) {
        for (int i = waiting.size() - 1; i >= 0; i--) {
            if (!isOther(waiting.get(i), waiter)) {
                return waiting.get(i).round + (inside(waiter.client.name()) > FEW ? ROUNDS_OF_MANY : 1);
            }
        }
        return waiting.isEmpty() ? 0 : waiting.get(0).round;
    }

    /** Where a waiter went, and what nobody needs any more. */
    record Placed(boolean placed, Waiter displaced, Slot left) {}

    /**
     * Gives the waiter its place. Those behind move to later slots; who will not wait so long loses its place if it is a
     * later one of its client than the newcomer of its own, else the newcomer goes behind it.
     *
     * @param slot one more for all who wait, or null if there is none
     */
    Placed place(Waiter waiter, Slot slot) {
        if (!waiter.placed) {
            waiter.before(roundOf(waiter));
        }
        int turn = waiting.size();
        while (turn > 0 && waiter.goesBefore(waiting.get(turn - 1))) {
            turn--;
        }
        int added = slots.size();
        if (slot != null) {
            while (added > 0 && isBefore(slot, slots.get(added - 1))) {
                added--;
            }
            slots.add(added, slot);
        }
        // Whoever stands before the new slot moves on to the next; without one, the last has none to move to.
        int loser = turn;
        while (loser < Math.min(added, waiting.size()) && loser + 1 < slots.size()
                && waiting.get(loser).deadlineNanos >= slots.get(loser + 1).goNanos()) {
            loser++;
        }
        boolean fits = slot != null && loser >= Math.min(added, waiting.size());
        boolean displaces = !fits && loser < waiting.size() && waiting.get(loser).round > waiter.round;
        if (!fits && !displaces && slot != null) {
            // Behind all who would not wait longer.
            turn = Math.max(turn, added);
            while (turn > loser + 1 && waiting.get(turn - 1).deadlineNanos >= slots.get(turn).goNanos()) {
                turn--;
            }
            fits = true;
        }
        if (!fits && !displaces || slots.get(turn).goNanos() > waiter.deadlineNanos) {
            if (slot != null) {
                slots.remove(added);
            }
            return new Placed(false, null, slot);
        }
        Waiter displaced = null;
        if (displaces) {
            displaced = waiting.remove(loser);
            if (slot != null) {
                slots.remove(added);
            }
        }
        waiting.add(turn, waiter);
        return new Placed(true, displaced, displaces ? slot : null);
    }

    /** Whether there is anyone whom this one might go in place of. */
    boolean mayDisplace(Waiter waiter) {
        if (waiting.isEmpty()) {
            return false;
        }
        Waiter last = waiting.get(waiting.size() - 1);
        return isOther(last, waiter) && last.round > roundOf(waiter);
    }

    /** Of the same moment the surer one comes first. */
    private static boolean isBefore(Slot one, Slot other) {
        return one.at() < other.at() || one.at() == other.at() && one.column() < other.column();
    }

    private static boolean isOther(Waiter a, Waiter b) {
        return !Objects.equals(a.client.name(), b.client.name());
    }

    record Due(Waiter waiter, Slot slot) {}

    Due takeFirst() {
        return new Due(waiting.remove(0), slots.remove(0));
    }

    /** The waiter goes, and those behind move up: the last slot is nobody's then. Null if it does not wait. */
    Slot remove(Waiter waiter) {
        if (!waiting.remove(waiter)) {
            return null;
        }
        return slots.remove(slots.size() - 1);
    }

    /** Takes out all whose slots do not hold. */
    List<Due> takeAll(Predicate<Slot> which) {
        List<Due> taken = new ArrayList<>();
        for (int i = waiting.size() - 1; i >= 0; i--) {
            if (which.test(slots.get(i))) {
                taken.add(0, new Due(waiting.remove(i), slots.remove(i)));
            }
        }
        return taken;
    }
}
