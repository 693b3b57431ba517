package io.kisgateway.throttle;

/** One request for a permit, from the question to its outcome. Guarded by its queue's lock where not said otherwise. */
abstract class Waiter {

    final Ask ask;
    /** As its line knows it. */
    PermitClient client;
    final long askedNanos;
    /** The latest moment at which its slot may be due. */
    final long deadlineNanos;
    /** When the limiter was last asked for it. */
    volatile long questionNanos;
    Decision decision;
    /** Where it stands among those that wait, the lowest first; see {@link WaitingLine}. */
    long round;
    long sequence;
    boolean placed;
    private boolean ended;

    Waiter(Ask ask, PermitClient client, long nowNanos) {
        this.ask = ask;
        this.client = client;
        this.askedNanos = nowNanos;
        this.questionNanos = nowNanos;
        this.deadlineNanos = nowNanos + ask.patienceMillis() * 1_000_000;
    }

    /** Before all that came later than this, whoever they are. */
    void before(long earlier) {
        round = earlier;
        placed = true;
    }

    boolean goesBefore(Waiter other) {
        return round < other.round || round == other.round && sequence < other.sequence;
    }

    /** Whether it goes on though the circuit breaker is open: the gateway's own lookups of orders, and what can do without KIS. */
    boolean passesBreaker() {
        return false;
    }

    /** Called at most once, with the outcome, on any thread but outside locks; never after {@link PermitQueue#leave}. */
    abstract void done(Outcome outcome);

    /** The slot is known and lies ahead; called outside locks, perhaps more than once. */
    void queued(long dueNanos) {}

    /** Whether the outcome is still to come; from now on it is not. */
    synchronized boolean end() {
        boolean first = !ended;
        ended = true;
        return first;
    }

    synchronized boolean ended() {
        return ended;
    }
}
