package io.kisgateway.realtime;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one listener is still to be told, in order and bounded. */
final class ListenerQueue implements Subscription {

    /** At most so many records wait for one listener; the records themselves are shared by all. */
    static final int MOST = 8192;
    /** Nobody trades on older ones. */
    static final Duration OLDEST = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(ListenerQueue.class);
    private static final int AT_ONCE = 256;

    private final String client;
    private final RecordListener listener;
    private final Executor executor;
    private final RecordHub hub;
    private final Set<Registration> registrations = ConcurrentHashMap.newKeySet();
    /** Records, and between them what is to be done once those before have been given. */
    private final Deque<Object> waiting = new ArrayDeque<>();
    private boolean running;
    private boolean paused;
    private boolean closed;

    ListenerQueue(String client, RecordListener listener, Executor executor, RecordHub hub) {
        this.client = client;
        this.listener = listener;
        this.executor = executor;
        this.hub = hub;
    }

    /** An answer, to be given in its place. */
    private record Told(CompletableFuture<RegistrationAnswer> to, RegistrationAnswer answer) implements Runnable {

        @Override
        public void run() {
            to.complete(answer);
        }
    }

    String client() {
        return client;
    }

    @Override
    public CompletionStage<RegistrationAnswer> add(Registration registration) {
        return hub.add(this, registration);
    }

    @Override
    public CompletionStage<RegistrationAnswer> remove(Registration registration) {
        return hub.remove(this, registration);
    }

    @Override
    public Set<Registration> registrations() {
        return Set.copyOf(registrations);
    }

    void has(Registration registration) {
        registrations.add(registration);
    }

    void hasNot(Registration registration) {
        registrations.remove(registration);
    }

    /** @param then what follows once the answer has its place, so that no record comes before it */
    CompletionStage<RegistrationAnswer> tell(RegistrationAnswer answer, Runnable then) {
        CompletableFuture<RegistrationAnswer> told = new CompletableFuture<>();
        if (!put(new Told(told, answer))) {
            told.complete(RegistrationAnswer.UNREACHABLE);
        }
        then.run();
        return told;
    }

    void offer(MarketRecord record) {
        String behind;
        synchronized (this) {
            if (closed) {
                return;
            }
            behind = behind(record);
            if (behind == null) {
                waiting.add(record);
            }
        }
        if (behind == null) {
            run();
        } else {
            tooSlow(behind);
        }
    }

    private String behind(MarketRecord newest) {
        if (waiting.size() >= MOST) {
            return MOST + " records waited for it";
        }
        return waiting.peekFirst() instanceof MarketRecord first
                && Duration.between(first.receivedAt(), newest.receivedAt()).compareTo(OLDEST) > 0
                        ? "a record waited for it for " + OLDEST.toSeconds() + " s" : null;
    }

    void offer(Gap gap) {
        put(() -> listener.onGap(gap));
    }

    void lose(Registration registration, String reason) {
        put(() -> listener.onLost(registration, reason));
    }

    /** What waits is thrown away, and the listener told. @return whether it was open */
    boolean drop(String reason) {
        synchronized (this) {
            if (closed) {
                return false;
            }
            closed = true;
            paused = false;
            forsake();
            waiting.add((Runnable) () -> listener.onDropped(reason));
        }
        hub.left(this);
        run();
        return true;
    }

    private void forsake() {
        waiting.forEach(one -> {
            if (one instanceof Told told) {
                told.to.completeAsync(() -> RegistrationAnswer.UNREACHABLE, executor);
            }
        });
        waiting.clear();
    }

    private boolean put(Runnable one) {
        boolean full;
        synchronized (this) {
            if (closed) {
                return false;
            }
            full = waiting.size() >= MOST;
            if (!full) {
                waiting.add(one);
            }
        }
        if (full) {
            tooSlow(MOST + " answers or records waited for it");
        } else {
            run();
        }
        return !full;
    }

    private void tooSlow(String behind) {
        if (drop("It was too slow: " + behind)) {
            hub.dropped(this, behind);
        }
    }

    /** Where it does not run already. */
    private void run() {
        synchronized (this) {
            if (running || paused || waiting.isEmpty()) {
                return;
            }
            running = true;
        }
        try {
            executor.execute(this::turn);
        } catch (RejectedExecutionException e) {
            LOG.debug("No thread for a listener of {}: the gateway goes down", client, e);
        }
    }

    private void turn() {
        try {
            hand(next());
        } catch (RuntimeException e) {
            LOG.error("A listener of {} failed", client, e);
            close();
        }
        synchronized (this) {
            running = false;
        }
        run();
    }

    /** The records that come next, if there are any, else what comes next; null if nothing is to be told now. */
    private synchronized Object next() {
        List<MarketRecord> records = new ArrayList<>();
        while (!paused && records.size() < AT_ONCE && waiting.peek() instanceof MarketRecord record) {
            records.add(record);
            waiting.remove();
        }
        return paused ? null : records.isEmpty() ? waiting.poll() : records;
    }

    @SuppressWarnings("unchecked")
    private void hand(Object next) {
        if (next instanceof List<?> records) {
            listener.onRecords((List<MarketRecord>) records);
        } else if (next instanceof Runnable one) {
            one.run();
        }
    }

    @Override
    public void pause() {
        synchronized (this) {
            paused = !closed;
        }
    }

    @Override
    public void resume() {
        synchronized (this) {
            paused = false;
        }
        run();
    }

    boolean isClosed() {
        synchronized (this) {
            return closed;
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            forsake();
        }
        hub.left(this);
    }
}
