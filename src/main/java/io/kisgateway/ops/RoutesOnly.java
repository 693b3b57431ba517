package io.kisgateway.ops;

import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.Route;
import org.apache.camel.Service;
import org.apache.camel.management.DefaultManagementObjectStrategy;

/** Shows JMX the context, its routes and its health, and none of the many parts of routes: they took a quarter of the start. */
final class RoutesOnly extends DefaultManagementObjectStrategy {

    @Override
    public Object getManagedObjectForProcessor(CamelContext context, Processor processor, NamedNode node, Route route) {
        return null;
    }

    @Override
    public Object getManagedObjectForEndpoint(CamelContext context, Endpoint endpoint) {
        return null;
    }

    @Override
    public Object getManagedObjectForComponent(CamelContext context, Component component, String name) {
        return null;
    }

    @Override
    public Object getManagedObjectForConsumer(CamelContext context, Consumer consumer) {
        return null;
    }

    @Override
    public Object getManagedObjectForProducer(CamelContext context, Producer producer) {
        return null;
    }

    @Override
    public Object getManagedObjectForService(CamelContext context, Service service) {
        return null;
    }
}
