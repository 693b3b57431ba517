package io.kisgateway.kis;

import io.kisgateway.call.Call;
import io.kisgateway.call.ClaimedOrder;
import io.kisgateway.call.OrderFate;
import io.kisgateway.call.PreSendCheck;
import io.kisgateway.call.Problem;
import io.kisgateway.call.SendSlot;
import io.kisgateway.kis.KisOutcome.Failure;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.apache.camel.Exchange;

/**
 * One try to send one request: carried by its own exchange through the route that all requests to KIS take. Used by
 * one thread after another.
 */
final class KisAttempt implements OutboundRequest {

    private static final String PROPERTY = "kisGatewayAttempt";

    private final TrCall tr;
    private final Call call;
    private final long deadline;
    private final Judge judge;
    private volatile Token token;
    private volatile RuntimeException noToken;
    private volatile long startedAt;
    private volatile SendSlot slot;
    private volatile boolean sent;
    private volatile Deadline deadlineTimer;
    private volatile boolean onTrial;
    private volatile long passedAfter;

    /** Says of a failed attempt what it is and whether it goes again. */
    @FunctionalInterface
    interface Judge {
        KisFailure judge(KisAttempt attempt, Failure outcome, Throwable cause);
    }

    /** @param deadline in nanoseconds of the caller's monotonic clock */
    KisAttempt(TrCall tr, Call call, long deadline, Judge judge) {
        this.tr = tr;
        this.call = call;
        this.deadline = deadline;
        this.judge = judge;
    }

    static KisAttempt of(Exchange exchange) {
        return Objects.requireNonNull(exchange.getProperty(PROPERTY, KisAttempt.class), "exchange without an attempt");
    }

    static boolean isIn(Exchange exchange) {
        return exchange.getProperty(PROPERTY) != null;
    }

    void attachTo(Exchange exchange) {
        exchange.setProperty(PROPERTY, this);
    }

    TrCall tr() {
        return tr;
    }

    /** What is left of the caller's time; negative when over. */
    Duration remaining(long nanoTime) {
        return Duration.ofNanos(deadline - nanoTime);
    }

    @Override
    public long deadline() {
        return deadline;
    }

    void started(long nanoTime) {
        startedAt = nanoTime;
    }

    /** How many calls had succeeded when this one passed the breaker. */
    void passedAfter(long successes) {
        passedAfter = successes;
    }

    long passedAfter() {
        return passedAfter;
    }

    /** Nanoseconds from its slot until now; 0 if it never had one. */
    long spent(long nanoTime) {
        return startedAt == 0 ? 0 : nanoTime - startedAt;
    }

    /** Why there is no token, found before the call took its slot; thrown where the breaker sees it. */
    void noToken(RuntimeException failure) {
        noToken = failure;
    }

    /** This attempt is the one that an open breaker has let through. */
    void onTrial() {
        onTrial = true;
    }

    boolean isOnTrial() {
        return onTrial;
    }

    @Override
    public void watch(Deadline timer) {
        deadlineTimer = timer;
    }

    @Override
    public Deadline watched() {
        return deadlineTimer;
    }

    @Override
    public KisFailure failure(Failure outcome, Throwable cause) {
        return judge.judge(this, outcome, cause);
    }

    void requireToken() {
        if (noToken != null) {
            throw noToken;
        }
    }

    Token token() {
        return token;
    }

    void token(Token used) {
        token = used;
    }

    /** @param given when it must leave; null for at any time */
    void slot(SendSlot given) {
        slot = given;
    }

    @Override
    public SendSlot slot() {
        return slot;
    }

    @Override
    public void requireClearance() {
        PreSendCheck check = tr.order() ? call.attribute(PreSendCheck.class) : null;
        if (check == null) {
            return;
        }
        try {
            check.renew().toCompletableFuture().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof Problem refusal ? refusal : e;
        }
    }

    @Override
    public boolean mayLeave() {
        if (!tr.order()) {
            return true;
        }
        ClaimedOrder order = call.attribute(ClaimedOrder.class);
        return order != null && order.mayLeave();
    }

    @Override
    public void sending() {
        sent = true;
        if (tr.order()) {
            call.orderFate(OrderFate.UNKNOWN);
        }
    }

    @Override
    public boolean sent() {
        return sent;
    }
}
