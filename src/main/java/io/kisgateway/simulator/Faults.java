package io.kisgateway.simulator;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
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
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Active(long id, @JsonUnwrapped Fault fault, Integer left, long hits) {}

    /** What meets one call: of each sort at most one, but edits of the reply as many as match. */
    record Plan(Map<Fault.Sort, Fault> faults, List<Fault> edits) {

        static final Plan NONE = new Plan(Map.of(), List.of());

        /** Null if there is none. */
        Fault of(Fault.Sort sort) {
            return faults.get(sort);
        }
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

    /** Those that were asked for first come first. */
    synchronized Plan next(String path, String trId) {
        if (active.isEmpty()) {
            return Plan.NONE;
        }
        Map<Fault.Sort, Fault> faults = new EnumMap<>(Fault.Sort.class);
        List<Fault> edits = new ArrayList<>();
        List<Active> after = new ArrayList<>();
        for (Active one : active) {
            Fault fault = one.fault();
            Fault.Sort sort = fault.kind().sort();
            if (faults.containsKey(sort) || !fault.matches(path, trId) || !drawn(fault)) {
                after.add(one);
                continue;
            }
            if (sort == Fault.Sort.EDIT) {
                edits.add(fault);
            } else {
                faults.put(sort, fault);
            }
            if (one.left() == null || one.left() > 1) {
                Integer left = one.left() == null ? null : one.left() - 1;
                after.add(new Active(one.id(), fault, left, one.hits() + 1));
            }
        }
        active.clear();
        active.addAll(after);
        return new Plan(faults, edits);
    }

    private boolean drawn(Fault fault) {
        return fault.share() == null || random.nextDouble() < fault.share();
    }
}
