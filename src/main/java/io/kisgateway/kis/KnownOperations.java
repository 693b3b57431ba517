package io.kisgateway.kis;

import io.kisgateway.kis.KisOutcome.Failure;
import io.kisgateway.kis.KisOutcome.UnknownOperation;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which operations KIS has answered with success since the start. A refusal that says "no such operation" is a fault of KIS where the
 * operation has worked before, and of the route where it never has.
 */
final class KnownOperations {

    /** As routes are code, there are few; this only bounds what a fault of the code could do. */
    private static final int MOST = 2000;

    private final Set<String> proven = ConcurrentHashMap.newKeySet();
    private final Map<String, String> faults = new ConcurrentHashMap<>();

    void succeeded(TrCall tr) {
        if (!proven.contains(name(tr)) && proven.size() < MOST) {
            proven.add(name(tr));
            faults.remove(name(tr));
        }
    }

    /** The failure as it is told: the route's, if nothing speaks for KIS knowing the operation. */
    Failure judge(TrCall tr, Failure outcome) {
        if (!outcome.rule().routeFault() || proven.contains(name(tr))) {
            return outcome;
        }
        // What callers make up is no route's.
        if (faults.size() < MOST && (tr.passed() == null || tr.passed().known())) {
            faults.put(name(tr), outcome.detail());
        }
        return new UnknownOperation(outcome.rule(), outcome.kis(),
                tr.path() + " with TR id " + tr.trId() + ", which has not worked since the start: " + outcome.detail());
    }

    /** What KIS has said of operations that have not worked since the start, by path and TR id. */
    Map<String, String> faults() {
        return new TreeMap<>(faults);
    }

    private static String name(TrCall tr) {
        return tr.path() + " " + tr.trId();
    }
}
