package io.kisgateway.call;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.camel.Exchange;

/**
 * One request on its way through the gateway: who asks, since when, how long they will wait, and what became of it.
 * Made at the edge, carried by the exchange, read by every step. Safe for use by one thread after another.
 */
public final class Call {

    private static final String PROPERTY = "kisGatewayCall";

    private final String requestId;
    private final String endpoint;
    private final String path;
    private final LongSupplier nanoTime;
    private final long startedAt;
    private final AtomicLong queueNanos = new AtomicLong();
    private final AtomicLong kisNanos = new AtomicLong();
    private final Map<String, String> replyHeaders = new LinkedHashMap<>();
    private final Map<Class<?>, Object> attributes = new ConcurrentHashMap<>();
    private Runnable onHangUp;
    private boolean hungUp;
    private volatile Long preferredWaitMillis;
    private volatile OrderFate orderFate;
    private volatile String idempotencyKey;
    private volatile String caller;
    private volatile Client client;
    private BeforeReply beforeReply;
    private Runnable onRouteEnd;
    private volatile String limit;
    private volatile boolean ended;
    private Consumer<Boolean> onTold;

    /** What must have happened before the caller is told. */
    @FunctionalInterface
    public interface BeforeReply {

        /** @return done, whether it went well or not; the reply waits for it, but not for ever */
        CompletionStage<?> settle(Answer answer);
    }

    /**
     * @param requestId the caller's or a new one
     * @param endpoint  the route's id
     * @param path      the request's path, as it is shown to operators
     * @param mutating  whether the call can place or change an order
     * @param nanoTime  a monotonic clock
     */
    public Call(String requestId, String endpoint, String path, boolean mutating, LongSupplier nanoTime) {
        this.requestId = Objects.requireNonNull(requestId);
        this.endpoint = Objects.requireNonNull(endpoint);
        this.path = Objects.requireNonNull(path);
        this.nanoTime = nanoTime;
        this.startedAt = nanoTime.getAsLong();
        this.orderFate = mutating ? OrderFate.NOT_PLACED : OrderFate.NO_ORDER;
    }

    /** The call that this exchange carries. */
    public static Call of(Exchange exchange) {
        return Objects.requireNonNull(exchange.getProperty(PROPERTY, Call.class), "exchange without a call");
    }

    public void attachTo(Exchange exchange) {
        exchange.setProperty(PROPERTY, this);
    }

    public String requestId() {
        return requestId;
    }

    public String endpoint() {
        return endpoint;
    }

    public String path() {
        return path;
    }

    /** Nanoseconds since the request arrived. */
    public long elapsedNanos() {
        return nanoTime.getAsLong() - startedAt;
    }

    /** What the caller says it will wait for a permit, in milliseconds, or null if it says nothing. */
    public Long preferredWaitMillis() {
        return preferredWaitMillis;
    }

    public void preferredWaitMillis(Long millis) {
        this.preferredWaitMillis = millis;
    }

    /** Time spent waiting for permits, nanoseconds. */
    public long queueNanos() {
        return queueNanos.get();
    }

    public void addQueueNanos(long nanos) {
        queueNanos.addAndGet(nanos);
    }

    /** Time spent waiting for KIS, nanoseconds. */
    public long kisNanos() {
        return kisNanos.get();
    }

    public void addKisNanos(long nanos) {
        kisNanos.addAndGet(nanos);
    }

    /** The {@code Idempotency-Key} as it came, unchecked, or null. */
    public String idempotencyKey() {
        return idempotencyKey;
    }

    public void idempotencyKey(String header) {
        this.idempotencyKey = header;
    }

    /** Who asks, as far as the edge knows, or null. */
    public String caller() {
        return caller;
    }

    public void caller(String name) {
        this.caller = name;
    }

    /** The client that has shown its key or token; null where anybody may call. */
    public Client client() {
        return client;
    }

    public void client(Client known) {
        this.client = known;
    }

    public OrderFate orderFate() {
        return orderFate;
    }

    public void orderFate(OrderFate fate) {
        this.orderFate = fate;
    }

    /** Whose permits it takes: the endpoint's, unless a step says otherwise. */
    public String limit() {
        return limit == null ? endpoint : limit;
    }

    /** @param name one of a known number */
    public void limit(String name) {
        this.limit = name;
    }

    /**
     * Who is told, once, whether the answer has gone out to a caller who was still there: at once, and that it has not, if the caller
     * has hung up, or has been told something else. Replaces what was set.
     */
    public void onTold(Consumer<Boolean> action) {
        synchronized (this) {
            if (!hungUp && !ended) {
                this.onTold = action;
                return;
            }
        }
        action.accept(false);
    }

    /** Whether somebody has to know that its caller was still there. */
    public synchronized boolean asksWhetherTold() {
        return onTold != null;
    }

    /** Whether its answer has gone out, or will go to nobody. */
    public boolean isEnded() {
        return ended;
    }

    /** For the edge: the answer has gone out, or nobody was there to take it. */
    public void told(boolean taken) {
        ended = true;
        tell(taken);
    }

    private void tell(boolean taken) {
        Consumer<Boolean> action;
        synchronized (this) {
            action = onTold;
            onTold = null;
        }
        if (action != null) {
            action.accept(taken);
        }
    }

    /** Sets an attribute of a step's own, for later exchanges of the same call too; one of each type. */
    public <T> void attribute(Class<T> type, T thing) {
        attributes.put(type, thing);
    }

    /** The attribute that an earlier step set, or null. */
    public <T> T attribute(Class<T> type) {
        return type.cast(attributes.get(type));
    }

    /** A header that the reply must carry whatever becomes of the call. */
    public synchronized void replyHeader(String name, String value) {
        replyHeaders.put(name, value);
    }

    public synchronized Map<String, String> replyHeaders() {
        return Map.copyOf(replyHeaders);
    }

    /** What to do when the call's route has ended, before anybody is told. Replaces what was set. */
    public synchronized void onRouteEnd(Runnable action) {
        this.onRouteEnd = action;
    }

    /** For the edge: the route has ended. */
    public void routeEnded() {
        Runnable action;
        synchronized (this) {
            action = onRouteEnd;
            onRouteEnd = null;
        }
        if (action != null) {
            action.run();
        }
    }

    /** What to do once the answer is certain and before it leaves; whatever becomes of the call. Replaces what was set. */
    public synchronized void beforeReply(BeforeReply action) {
        this.beforeReply = action;
    }

    /** For the edge: does what must be done before this answer leaves. */
    public CompletionStage<?> settle(Answer answer) {
        BeforeReply action;
        synchronized (this) {
            action = beforeReply;
            beforeReply = null;
        }
        try {
            return action == null ? CompletableFuture.completedStage(null) : action.settle(answer);
        } catch (RuntimeException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    /** What to do when the caller hangs up; runs at once if they already have. Replaces what was set; null for nothing. */
    public void onHangUp(Runnable action) {
        synchronized (this) {
            onHangUp = action;
            if (!hungUp || action == null) {
                return;
            }
        }
        action.run();
    }

    /** The caller is gone: nobody waits for the reply any more. */
    public void hangUp() {
        Runnable action;
        synchronized (this) {
            if (hungUp) {
                return;
            }
            hungUp = true;
            action = onHangUp;
        }
        if (action != null) {
            action.run();
        }
        tell(false);
    }
}
