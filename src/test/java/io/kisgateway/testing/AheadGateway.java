package io.kisgateway.testing;

import io.kisgateway.Gateway;
import java.time.Clock;
import java.time.Duration;

/** A gateway whose machine's clock is so many seconds ahead of everybody's; it ends only when it is killed. */
public final class AheadGateway {

    private AheadGateway() {}

    public static void main(String[] args) throws Exception {
        Gateway gateway = Gateway.start(System.getenv(), Clock.offset(Clock.systemUTC(), Duration.ofSeconds(Long.parseLong(args[0]))));
        Runtime.getRuntime().addShutdownHook(new Thread(gateway::close));
        Thread.currentThread().join();
    }
}
