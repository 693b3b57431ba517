package io.kisgateway.throttle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Who waits, in the order in which they will go, and the slots that are theirs together, in order of time: the first goes
 * with the first slot. The order goes round the clients, and is that of arrival for each; a place is lost only to one
 * whose client waits for fewer. Not safe for several threads.
 */
final class WaitingLine {

    private final List<Waiter> waiting = new ArrayList<>();
    private final List<Slot> slots = new ArrayList<>();
    private final Map<String, Turns> clients = new HashMap<>();
    /** That of the last who went. */
    private long round;
    private long sequence;

    /** How often a client has been given a place in the present round and after, and for how many it asks and waits. */
    private static final class Turns {
        long last = Long.MIN_VALUE;
        int inside;
    }

    int size() {
        return waiting.size();
    }

    Iterable<Waiter> waiting() {
        return waiting;
    }

    Slot firstSlot() {
        return slots.get(0);
    }

    /** How many of this client ask or wait. */
    int inside(String client) {
        Turns turns = clients.get(client);
        return turns == null ? 0 : turns.inside;
    }

    /** @return until when the last who waits would wait, if that is somebody else; else the waiter's own deadline */
    long arrives(Waiter waiter) {
        waiter.sequence = ++sequence;
        clients.computeIfAbsent(waiter.client.name(), c -> new Turns()).inside++;
        Waiter last = waiting.isEmpty() ? waiter : waiting.get(waiting.size() - 1);
        return isOther(last, waiter) ? Math.max(waiter.deadlineNanos, last.deadlineNanos) : waiter.deadlineNanos;
    }

    /** It asks and waits no more. */
    void left(Waiter waiter) {
        Turns turns = clients.get(waiter.client.name());
        turns.inside--;
        clients.values().removeIf(t -> t.inside == 0 && (t.last < round || waiting.isEmpty()));
    }

    /** Where a waiter went, and what nobody needs any more. */
    record Placed(boolean placed, Waiter displaced, Slot left) { }

    /**
     * Gives the waiter its place. Those behind move to later slots, as far as their patience allows; where it does not,
     * the newcomer goes behind them, or in place of the first whose client has had more turns.
     *
     * @param slot one more for all who wait, or null if there is none
     */
    Placed place(Waiter waiter, Slot slot) {
        if (!waiter.placed) {
            Turns turns = clients.get(waiter.client.name());
            waiter.before(Math.max(round, turns.last + 1));
            turns.last = waiter.round;
        }
        int turn = waiting.size();
        while (turn > 0 && waiter.goesBefore(waiting.get(turn - 1))) {
            turn--;
        }
        if (slot != null) {
            int added = slots.size();
            while (added > 0 && isBefore(slot, slots.get(added - 1))) {
                added--;
            }
            slots.add(added, slot);
            int place = Math.max(turn, added);
            while (place > turn && waiting.get(place - 1).deadlineNanos >= slots.get(place).goNanos()) {
                place--;
            }
            if (slots.get(place).goNanos() <= waiter.deadlineNanos) {
                waiting.add(place, waiter);
                return new Placed(true, null, null);
            }
            slots.remove(added);
        }
        if (turn < waiting.size() && slots.get(turn).goNanos() <= waiter.deadlineNanos) {
            int loser = turn;
            while (loser < waiting.size() - 1 && waiting.get(loser).deadlineNanos >= slots.get(loser + 1).goNanos()) {
                loser++;
            }
            if (waiting.get(loser).round > waiter.round) {
                Waiter displaced = waiting.remove(loser);
                waiting.add(turn, waiter);
                forgetTurns(displaced);
                return new Placed(true, displaced, slot);
            }
        }
        forgetTurns(waiter);
        return new Placed(false, null, slot);
    }

    /** Whether there is anyone whom this one might go in place of. */
    boolean mayDisplace(Waiter waiter) {
        if (waiting.isEmpty()) {
            return false;
        }
        Waiter last = waiting.get(waiting.size() - 1);
        Turns turns = clients.get(waiter.client.name());
        return isOther(last, waiter) && last.round > Math.max(round, turns == null ? round : turns.last + 1);
    }

    /** Of the same moment the surer one comes first. */
    private static boolean isBefore(Slot one, Slot other) {
        return one.at() < other.at() || one.at() == other.at() && one.column() < other.column();
    }

    private static boolean isOther(Waiter one, Waiter waiter) {
        return !Objects.equals(one.client.name(), waiter.client.name());
    }

    /** A place that was not used is no turn. */
    private void forgetTurns(Waiter gone) {
        Turns turns = clients.get(gone.client.name());
        if (turns != null && turns.last == gone.round) {
            turns.last = waiting.stream().filter(w -> !isOther(w, gone)).mapToLong(w -> w.round)
                    .max().orElse(round - 1);
        }
    }

    record Due(Waiter waiter, Slot slot) { }

    Due takeFirst() {
        Waiter first = waiting.remove(0);
        round = Math.max(round, first.round);
        return new Due(first, slots.remove(0));
    }

    /** The waiter goes, and those behind move up: the last slot is nobody's then. Null if it does not wait. */
    Slot remove(Waiter waiter) {
        if (!waiting.remove(waiter)) {
            return null;
        }
        forgetTurns(waiter);
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
