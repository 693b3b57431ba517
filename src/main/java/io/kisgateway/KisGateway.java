package io.kisgateway;

import io.kisgateway.access.ClientCommands;
import io.kisgateway.front.KisPair;
import io.kisgateway.front.RouteScaffold;
import io.kisgateway.ops.Logs;
import io.kisgateway.order.JournalCommand;
import io.kisgateway.routes.InvalidRoutes;
import io.kisgateway.settings.InvalidSetting;
import io.kisgateway.simulator.SimulatorModule;
import java.time.Clock;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the gateway with the environment's settings and runs until the process is told to end. */
public final class KisGateway {

    private static final Logger LOG = LoggerFactory.getLogger(KisGateway.class);

    private KisGateway() {}

    public static void main(String[] args) throws Exception {
        if (Runtime.version().feature() >= 24) {
            // Newer JDKs print warnings where Netty goes round them, before the first line of the log, which is to be JSON.
            System.setProperty("io.netty.noUnsafe", "true");
        }
        // Names are looked up by Java, as for KIS and Redis, and not by a resolver of Vert.x's own.
        System.setProperty("vertx.disableDnsResolver", "true");
        if (args.length > 0 && args[0].equals("check")) {
            System.exit(RouteChecks.command(List.of(args).subList(1, args.length), System.getenv(), System.out));
        }
        if (args.length > 0 && args[0].equals("key")) {
            List<String> arguments = List.of(args).subList(1, args.length);
            if (KisPair.isMeant(arguments)) {
                System.exit(KisPair.command(arguments, System.getenv(), System.out, System.err));
            }
            System.exit(ClientCommands.key(List.of(args).subList(1, args.length), System.out, System.err));
        }
        if (args.length > 0 && args[0].equals("routes")) {
            System.out.print(RouteDocuments.routes());
            return;
        }
        if (args.length > 0 && args[0].equals("route")) {
            System.exit(RouteScaffold.command(List.of(args).subList(1, args.length), System.out, System.err));
        }
        if (args.length > 0 && args[0].equals("journal") && args.length <= 2) {
            System.exit(JournalCommand.run(List.of(args).subList(1, args.length), System.getenv(), System.out, Clock.systemUTC(),
                    SimulatorModule::withAccount));
        }
        if (args.length > 0) {
            System.err.println("usage: java -jar kis-gateway.jar            starts the gateway, with the environment's settings\n"
                    + "       java -jar kis-gateway.jar check DIR  says what is wrong with the routes in a folder, and with CLIENTS_FILE\n"
                    + "       java -jar kis-gateway.jar key NAME   makes a key of a client, and its line for CLIENTS_FILE\n"
                    + "       java -jar kis-gateway.jar routes     prints the shipped routes as a document\n"
                    + "       java -jar kis-gateway.jar route OPERATION [DIR]  writes a route for an operation of KIS\n"
                    + "       java -jar kis-gateway.jar journal [DATE]  prints the orders of a day and says what of the journal cannot be read");
            System.exit(2);
        }
        try {
            Gateway.start(System.getenv()).closeOnExit();
        } catch (InvalidSetting | InvalidRoutes e) {
            // A line of the log holds one line: see LogEncoder.
            e.getMessage().lines().forEach(line -> LOG.error("The gateway does not start: {}", line));
            Logs.flush();
            System.exit(2);
        } catch (Exception | Error e) {
            LOG.error("The gateway does not start", e);
            Logs.flush();
            System.exit(1);
        }
    }
}
