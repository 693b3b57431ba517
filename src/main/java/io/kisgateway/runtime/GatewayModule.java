package io.kisgateway.runtime;

import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;

/**
 * One package of the gateway, put together: what routes may name it binds when it is configured; the names of
 * its steps are its {@code STEPS}. Modules are opened in order and closed backwards.
 */
public interface GatewayModule extends CamelConfiguration, AutoCloseable {

    /** Before the routes are made. */
    @Override
    default void configure(CamelContext camelContext) throws Exception {}

    /** The routes run. */
    default void started(CamelContext camelContext) throws Exception {}

    @Override
    default void close() {}
}
