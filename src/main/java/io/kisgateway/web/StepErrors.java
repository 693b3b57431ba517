package io.kisgateway.web;

import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.spi.WrapAwareProcessor;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/**
 * Makes a Java {@code Error} of a step, such as a mapping without end or a class that is missing, the call's fault. Camel does so for
 * exceptions only: an error ends the thread, and whoever waits for the call waits for ever.
 */
final class StepErrors implements InterceptStrategy {

    @Override
    public Processor wrapProcessorInInterceptors(CamelContext context, NamedNode definition, Processor target, Processor nextTarget) {
        return new Guarded(target);
    }

    /** Aware of what it wraps, or Camel would put one more around it. */
    private static final class Guarded extends DelegateAsyncProcessor implements WrapAwareProcessor {

        Guarded(Processor target) {
            super(target);
        }

        @Override
        public Processor getWrapped() {
            return processor;
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            Step step = new Step(callback);
            try {
                boolean sync = processor.process(exchange, step);
                step.goOn();
                return sync;
            } catch (Error e) {
                if (step.left) {
                    throw e;
                }
                exchange.setException(e);
                callback.done(true);
                return true;
            }
        }
    }

    /** Who is done at once is so only when the step has returned: Camel's bridge calls back even as an error passes through it. */
    private static final class Step implements AsyncCallback {

        private final AsyncCallback callback;
        private boolean doneAtOnce;
        private volatile boolean left;

        Step(AsyncCallback callback) {
            this.callback = callback;
        }

        @Override
        public void done(boolean sync) {
            if (sync) {
                doneAtOnce = true;
            } else {
                left = true;
                callback.done(false);
            }
        }

        void goOn() {
            if (doneAtOnce) {
                left = true;
                callback.done(true);
            }
        }
    }
}
