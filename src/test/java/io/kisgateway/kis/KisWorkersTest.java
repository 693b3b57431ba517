package io.kisgateway.kis;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.call.Call;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.UnitOfWorkHelper;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Which call waits for KIS, and on which thread. */
class KisWorkersTest {

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final Queue<Runnable> handedOver = new ArrayDeque<>();
    private final List<Runnable> timeOuts = new ArrayList<>();
    private final List<Duration> waits = new ArrayList<>();
    private final AtomicInteger goneOn = new AtomicInteger();
    @AutoClose("shutdownNow")
    private final ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1) {
        @Override
        public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
            timeOuts.add(task);
            waits.add(Duration.ofNanos(unit.toNanos(delay)));
            return super.schedule(task, 1, TimeUnit.DAYS);
        }
    };

    private KisWorkers bulkhead(int places) {
        return new KisWorkers(handedOver::add, places, thread -> false, 0, timers);
    }

    private Exchange process(KisWorkers step, String path, boolean order) {
        Exchange exchange = new DefaultExchange(camel);
        TrCall tr = new TrCall(path, "T1", Map.of(), order, order, order, false);
        new KisAttempt(tr, new Call("r", "e", "/e", order, System::nanoTime), Long.MAX_VALUE,
                (attempt, outcome, cause) -> new KisFailure(outcome, cause)).attachTo(exchange);
        step.process(exchange, sync -> goneOn.incrementAndGet());
        return exchange;
    }

    private Exchange process(KisWorkers step) {
        return process(step, "/quote", false);
    }

    private static void end(Exchange exchange) {
        UnitOfWorkHelper.doneSynchronizations(exchange, exchange.getExchangeExtension().handoverCompletions());
    }

    @Test
    void aThreadThatCanBeSparedStays() {
        KisWorkers step = new KisWorkers(handedOver::add, 64, thread -> thread == Thread.currentThread(), 2, timers);
        Exchange first = process(step);
        process(step);
        process(step);
        assertThat(handedOver).as("the third would leave too few").hasSize(1);
        assertThat(goneOn).hasValue(2);
        end(first);
        process(step);
        assertThat(goneOn).hasValue(3);
    }

    @Test
    void anyOtherThreadHandsOver() {
        process(bulkhead(64));
        assertThat(goneOn).hasValue(0);
        handedOver.remove().run();
        assertThat(goneOn).hasValue(1);
    }

    @Test
    void whatNobodyTakesIsRefused() {
        KisWorkers step = new KisWorkers(task -> {
            throw new RejectedExecutionException();
        }, 64, thread -> false, 0, timers);
        assertThat(process(step).getException(Problem.class).code()).isEqualTo(ProblemCode.OVERLOADED);
    }

    @Test
    void anOperationThatHangsTakesHalfAndASecondOneHalfOfTheRest() {
        KisWorkers step = bulkhead(64);
        for (int i = 0; i < 100; i++) {
            process(step, "/hangs", false);
            process(step, "/hangs-too", false);
        }
        int taken = handedOver.size();
        assertThat(taken).isBetween(42, 48);
        for (int i = 0; i < 4; i++) {
            process(step, "/well", false);
        }
        assertThat(handedOver).as("there is a place for what is well").hasSize(taken + 4);
        for (int i = 0; i < KisWorkers.FOR_ORDERS; i++) {
            process(step, "/order", true);
        }
        assertThat(handedOver).as("and for orders").hasSize(taken + 4 + KisWorkers.FOR_ORDERS);
    }

    @Test
    void whoGetsNoPlaceWaitsASecondAndNoLonger() {
        KisWorkers step = bulkhead(4);
        Exchange first = process(step);
        process(step);
        Exchange third = process(step);
        Exchange fourth = process(step);
        assertThat(handedOver).hasSize(2);
        assertThat(waits).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(1));

        end(first);
        assertThat(handedOver).as("first come, first served").hasSize(3);
        assertThat(timers.getQueue().stream().filter(wait -> !((Future<?>) wait).isCancelled())).as("whose exchanges are kept").hasSize(1);
        timeOuts.get(0).run();
        assertThat(third.getException()).isNull();
        timeOuts.get(1).run();
        Problem told = fourth.getException(Problem.class);
        assertThat(told.code()).isEqualTo(ProblemCode.OVERLOADED);
        assertThat(told.retryAfter()).isEqualTo(Duration.ofSeconds(1));
        assertThat(goneOn).hasValue(1);
        end(third);
        assertThat(handedOver).as("who has given up is not called").hasSize(3);
    }

    @Test
    void ordersWaitForOrdersOnly() {
        KisWorkers step = bulkhead(1);
        process(step);
        List<Exchange> orders = new ArrayList<>();
        for (int i = 0; i < KisWorkers.FOR_ORDERS + 1; i++) {
            orders.add(process(step, "/order", true));
        }
        assertThat(handedOver).hasSize(1 + KisWorkers.FOR_ORDERS);
        end(orders.get(0));
        assertThat(handedOver).hasSize(2 + KisWorkers.FOR_ORDERS);
    }
}
