package io.kisgateway.web;

import org.apache.camel.Consumer;
import org.apache.camel.component.platform.http.DefaultPlatformHttpConsumer;

/** The public entrance of one route. */
public interface DrainableConsumer {

    /** What stands in a route's id between the endpoint's id and the number of its version, if it has been changed. */
    char VERSION = '@';

    /** What drains behind a route's consumer, or null if the route has none. */
    static DrainableConsumer of(Consumer consumer) {
        return consumer instanceof DefaultPlatformHttpConsumer wrapper
                && wrapper.getPlatformHttpConsumer() instanceof DrainableConsumer drainable ? drainable : null;
    }

    /** An endpoint's id, which stays the same over all versions of its route. */
    static String endpoint(String routeId) {
        int version = routeId.indexOf(VERSION);
        return version < 0 ? routeId : routeId.substring(0, version);
    }

    /** Lets nobody in any more; requests inside go on. */
    void shut();

    /** Whether no request is inside. */
    boolean isEmpty();
}
