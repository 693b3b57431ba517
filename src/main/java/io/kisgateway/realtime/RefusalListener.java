package io.kisgateway.realtime;

import io.kisgateway.call.Client;
import io.kisgateway.call.Problem;
import io.vertx.core.http.ServerWebSocket;

/** Is told of every registration that somebody may not have. */
@FunctionalInterface
public interface RefusalListener {

    /**
     * @param client who, or null if that is not known
     * @param what   it asked for
     */
    void refused(ServerWebSocket socket, Client client, String what, Problem problem);
}
