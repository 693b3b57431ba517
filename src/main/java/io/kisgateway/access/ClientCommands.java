package io.kisgateway.access;

import io.kisgateway.call.Client;
import io.kisgateway.runtime.KoreanTime;
import io.kisgateway.settings.Setting;
import java.io.PrintStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the command line does for clients. */
public final class ClientCommands {

    private ClientCommands() {}

    /**
     * The command {@code key NAME}: prints a new key, which is kept nowhere, and its line for CLIENTS_FILE.
     *
     * @return the process's exit value
     */
    public static int key(List<String> arguments, PrintStream out, PrintStream err) {
        if (arguments.size() != 1 || !Client.NAME.matcher(arguments.get(0)).matches()) {
            err.println("usage: key NAME, the client's name in CLIENTS_FILE: 1 to 40 lower case letters, digits and hyphens");
            return 2;
        }
        String key = ApiKey.generate(arguments.get(0), new SecureRandom());
        out.println("The key of " + arguments.get(0) + ", shown once; it is sent as Authorization: Bearer or X-API-Key:");
        out.println(key);
        out.println("Its line for CLIENTS_FILE, below keys: of that client:");
        out.println("      - \"sha256:" + ApiKey.hash(key) + " " + KoreanTime.today(Clock.systemUTC()) + "\"");
        return 0;
    }

    /**
     * A line for each problem of a clients file.
     *
     * @return whether it can be used
     */
    public static boolean check(Path file, Map<String, String> environment, PrintStream out) {
        String issuers = environment.getOrDefault(Setting.AUTH_ISSUERS.name(), "");
        try {
            Clients clients = ClientsFile.read(file, issuers.isBlank() ? Set.of() : Set.of(issuers.split(",\\s*")));
            out.println("All " + clients.byName().size() + " clients in " + file + " are right.");
            return true;
        } catch (InvalidClients e) {
            out.println(e.getMessage());
            return false;
        }
    }
}
