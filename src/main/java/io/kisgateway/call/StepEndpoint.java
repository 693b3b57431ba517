package io.kisgateway.call;

import org.apache.camel.Component;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultEndpoint;

/** An endpoint that is a step of a route alone: it is nowhere else, and no route begins with it. */
public abstract class StepEndpoint extends DefaultEndpoint {

    protected StepEndpoint(String uri, Component component) {
        super(uri, component);
    }

    @Override
    public final boolean isRemote() {
        return false;
    }

    @Override
    public final Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException(getEndpointBaseUri() + " is a step, not a source");
    }
}
