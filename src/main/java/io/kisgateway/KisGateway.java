package io.kisgateway;

import io.kisgateway.settings.InvalidSetting;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the gateway with the environment's settings and runs until the process is told to end. */
public final class KisGateway {

    private static final Logger LOG = LoggerFactory.getLogger(KisGateway.class);

    private KisGateway() { }

    public static void main(String[] args) throws Exception {
        try {
            Gateway.start(System.getenv()).closeOnExit();
        } catch (InvalidSetting e) {
            LOG.error("The gateway does not start: {}", e.getMessage());
            System.exit(2);
        }
    }
}
