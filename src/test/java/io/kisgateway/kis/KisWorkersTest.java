package io.kisgateway.kis;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.UnitOfWorkHelper;
import org.junit.jupiter.api.Test;

/** Which thread waits for KIS. */
class KisWorkersTest {

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final Queue<Runnable> handedOver = new ArrayDeque<>();
    private final AtomicInteger goneOn = new AtomicInteger();

    private Exchange process(KisWorkers step, boolean here) {
        Exchange exchange = new DefaultExchange(camel);
        assertThat(step.process(exchange, sync -> {
            assertThat(sync).isEqualTo(here);
            goneOn.incrementAndGet();
        })).isEqualTo(here);
        return exchange;
    }

    private static void end(Exchange exchange) {
        UnitOfWorkHelper.doneSynchronizations(exchange, exchange.getExchangeExtension().handoverCompletions());
    }

    @Test
    void aThreadThatCanBeSparedStays() {
        KisWorkers step = new KisWorkers(handedOver::add, thread -> thread == Thread.currentThread(), 2);
        Exchange first = process(step, true);
        process(step, true);
        process(step, false);
        assertThat(handedOver).as("the third would leave too few").hasSize(1);
        assertThat(goneOn).hasValue(2);
        end(first);
        process(step, true);
        assertThat(goneOn).hasValue(3);
    }

    @Test
    void anyOtherThreadHandsOver() {
        KisWorkers step = new KisWorkers(handedOver::add, thread -> false, 2);
        process(step, false);
        assertThat(goneOn).hasValue(0);
        handedOver.remove().run();
        assertThat(goneOn).hasValue(1);
    }

    @Test
    void whatNobodyTakesIsRefused() {
        KisWorkers step = new KisWorkers(task -> {
            throw new RejectedExecutionException();
        }, thread -> false, 0);
        Exchange exchange = process(step, true);
        assertThat(exchange.getException(Problem.class).code()).isEqualTo(ProblemCode.OVERLOADED);
    }
}
