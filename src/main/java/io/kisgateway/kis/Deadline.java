package io.kisgateway.kis;

import java.net.SocketTimeoutException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hc.core5.concurrent.Cancellable;

/**
 * Closes a request's connection when its time is over, whatever it waits for then: a connection, the TLS handshake, a byte of the
 * header, an interim reply or the body.
 */
final class Deadline {

    private final Future<?> timer;
    private volatile boolean passed;

    private Deadline(ScheduledExecutorService timers, Cancellable request, long nanos) {
        this.timer = timers.schedule(() -> {
            passed = true;
            request.cancel();
        }, nanos, TimeUnit.NANOSECONDS);
    }

    /** @throws SocketTimeoutException if there is no time at all */
    static Deadline of(ScheduledExecutorService timers, Cancellable request, long nanos) throws SocketTimeoutException {
        try {
            if (nanos > 0) {
                return new Deadline(timers, request, nanos);
            }
        } catch (RejectedExecutionException e) {
            // The gateway goes down.
        }
        throw new SocketTimeoutException("no time for a request");
    }

    /** The fault as it is to be told: what breaks since the time is over is a time-out. */
    Exception cause(Exception fault) {
        return passed ? (Exception) new SocketTimeoutException("no reply within the call's time").initCause(fault) : fault;
    }

    boolean isPassed() {
        return passed;
    }

    void end() {
        timer.cancel(false);
    }
}
