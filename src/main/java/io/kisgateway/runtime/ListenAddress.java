package io.kisgateway.runtime;

import io.kisgateway.settings.InvalidSetting;
import io.kisgateway.settings.Setting;
import io.kisgateway.settings.Settings;
import java.net.BindException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * Where a server listens, and by which settings.
 *
 * @param port 0 for a free one
 */
public record ListenAddress(String host, int port, Setting hostSetting, Setting portSetting) {

    public static ListenAddress from(Settings settings, Setting host, Setting port) {
        return new ListenAddress(settings.text(host), settings.integer(port), host, port);
    }

    /** What begins to listen. */
    @FunctionalInterface
    public interface Listening {
        void start() throws Exception;
    }

    /** @throws InvalidSetting if the port is taken, or the address is not this machine's */
    public void listen(Listening server) throws Exception {
        try {
            server.start();
        } catch (Exception e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof BindException || cause instanceof UnknownHostException) {
                    throw InvalidSetting.because(portSetting + " " + port + " cannot be listened on at " + hostSetting + " " + host + ": "
                            + cause.getMessage());
                }
            }
            throw e;
        }
    }

    /** Whether what listens there, or is asked there, cannot be reached from elsewhere. */
    public static boolean isThisMachine(String host) {
        try {
            InetAddress[] addresses = InetAddress.getAllByName(host.replaceAll("[\\[\\]]", ""));
            return addresses.length > 0 && Arrays.stream(addresses).allMatch(InetAddress::isLoopbackAddress);
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
