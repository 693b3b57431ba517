package io.kisgateway.simulator;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;

/** The faults in force. Draws of shares come from the seed, so the same calls meet the same faults. */
public final class Faults {

    private static final int MOST = 100;

    private final Random random;
    private final List<Active> active = new ArrayList<>();
    private long lastId;

    Faults(long seed) {
        this.random = new Random(seed);
    }

    /** A fault in force: {@code left} calls are still to be hit (null: without end), {@code hits} have been. */
    public record Active(long id, Fault fault, Integer left, long hits) {
    }

    /** What meets one call; any part may be null. */
    record Plan(Fault latency, Fault listing, Fault deadToken, Fault reply) {

        static final Plan NONE = new Plan(null, null, null, null);
    }

    public synchronized long add(Fault fault) {
        if (active.size() >= MOST) {
            throw new IllegalArgumentException("faults: at most " + MOST + " at a time");
        }
        active.add(new Active(++lastId, fault, fault.times(), 0));
        return lastId;
    }

    public synchronized List<Active> list() {
        return List.copyOf(active);
    }

    public synchronized void clear() {
        active.clear();
    }

    public synchronized boolean remove(long id) {
        return active.removeIf(one -> one.id() == id);
    }

    /** Of each sort at most one fault meets a call: the one that was asked for first. */
    synchronized Plan next(String path, String trId) {
        if (active.isEmpty()) {
            return Plan.NONE;
        }
        Fault latency = null;
        Fault listing = null;
        Fault deadToken = null;
        Fault reply = null;
        List<Active> after = new ArrayList<>();
        for (Iterator<Active> all = active.iterator(); all.hasNext(); ) {
            Active one = all.next();
            Fault fault = one.fault();
            boolean free = switch (fault.kind()) {
                case LATENCY -> latency == null;
                case LATE_LISTING -> listing == null;
                case DEAD_TOKEN -> deadToken == null;
                default -> reply == null;
            };
            if (!free || !fault.matches(path, trId) || !drawn(fault)) {
                after.add(one);
                continue;
            }
            switch (fault.kind()) {
                case LATENCY -> latency = fault;
                case LATE_LISTING -> listing = fault;
                case DEAD_TOKEN -> deadToken = fault;
                default -> reply = fault;
            }
            if (one.left() == null || one.left() > 1) {
                Integer left = one.left() == null ? null : one.left() - 1;
                after.add(new Active(one.id(), fault, left, one.hits() + 1));
            }
        }
        active.clear();
        active.addAll(after);
        return new Plan(latency, listing, deadToken, reply);
    }

    private boolean drawn(Fault fault) {
        return fault.share() == null || random.nextDouble() < fault.share();
    }
}
