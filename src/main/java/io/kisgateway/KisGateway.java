package io.kisgateway;

import io.kisgateway.ops.Logs;
import io.kisgateway.settings.InvalidSetting;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the gateway with the environment's settings and runs until the process is told to end. */
public final class KisGateway {

    private static final Logger LOG = LoggerFactory.getLogger(KisGateway.class);

    private KisGateway() { }

    public static void main(String[] args) {
        try {
            Gateway.start(System.getenv()).closeOnExit();
        } catch (InvalidSetting e) {
            LOG.error("The gateway does not start: {}", e.getMessage());
            Logs.flush();
            System.exit(2);
        } catch (Exception | Error e) {
            LOG.error("The gateway does not start", e);
            Logs.flush();
            System.exit(1);
        }
    }
}
