package io.kisgateway;

import io.kisgateway.settings.InvalidSetting;
import io.kisgateway.settings.Setting;
import io.kisgateway.settings.Settings;
import java.net.BindException;
import java.net.UnknownHostException;

/** Says which setting is meant when a port cannot be listened on. */
final class Ports {

    private Ports() { }

    /** What begins to listen. */
    interface Listening {
        void start() throws Exception;
    }

    /** @throws InvalidSetting if the port is taken, or the address is not this machine's */
    static void listening(Setting port, Settings settings, Listening server) throws Exception {
        try {
            server.start();
        } catch (Exception e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof BindException || cause instanceof UnknownHostException) {
                    Setting host = port == Setting.PORT ? Setting.HOST : Setting.MANAGEMENT_HOST;
                    throw InvalidSetting.because(port.name() + " " + settings.integer(port) + " cannot be listened on at " + host.name() + " "
                            + settings.text(host) + ": " + cause.getMessage());
                }
            }
            throw e;
        }
    }
}
