package io.kisgateway.front;

import io.kisgateway.call.Client;
import io.kisgateway.runtime.Sha256;
import java.io.PrintStream;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * A pair of app key and secret as long as KIS's (facts 1.2), for clients that look at that; worth nothing at KIS. The secret is a
 * key like any other of a client, and its hash stands in CLIENTS_FILE; the app key follows from it.
 */
public final class KisPair {

    private static final String REAL = "PSGW";
    private static final String VIRTUAL = "VTGW";
    private static final int KEY_LENGTH = 36;
    private static final int SECRET_BYTES = 135;
    private static final String OPTION = "--kis";

    private KisPair() {}

    /** Whether somebody asks for the command {@link #command}. */
    public static boolean isMeant(List<String> arguments) {
        return arguments.size() == 2 && arguments.contains(OPTION);
    }

    /**
     * The command {@code key NAME --kis}: prints a new pair, which is kept nowhere, and its line for CLIENTS_FILE.
     *
     * @return the process's exit value
     */
    public static int command(List<String> arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
        String name = arguments.get(0).equals(OPTION) ? arguments.get(1) : arguments.get(0);
        if (!Client.NAME.matcher(name).matches()) {
            err.println("usage: key NAME --kis, the client's name in CLIENTS_FILE: 1 to 40 lower case letters, digits and hyphens");
            return 2;
        }
        boolean virtual = environment.getOrDefault("TRADING_MODE", "").strip().equalsIgnoreCase("MOCK");
        String secret = secret(new SecureRandom());
        out.println("The pair of " + name + " for " + (virtual ? "virtual trading (TRADING_MODE=MOCK)" : "real trading") + ", shown once:");
        out.println("appkey    " + appKey(secret, virtual));
        out.println("appsecret " + secret);
        out.println("Its line for CLIENTS_FILE, below keys: of that client:");
        out.println("      - \"sha256:" + Sha256.hex(secret, 32) + "\"");
        return 0;
    }

    static String secret(SecureRandom random) {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    static String appKey(String secret, boolean virtual) {
        String prefix = virtual ? VIRTUAL : REAL;
        return prefix + Sha256.hex("app key of " + secret, (KEY_LENGTH - prefix.length()) / 2);
    }

    /** Whether an app key is of a pair of this gateway's. */
    static boolean isOne(String appKey, boolean virtual) {
        return appKey.length() == KEY_LENGTH && appKey.startsWith(virtual ? VIRTUAL : REAL);
    }
}
