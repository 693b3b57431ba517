package io.kisgateway.front;

import io.kisgateway.runtime.KisOperation;
import io.kisgateway.runtime.Resources;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes a native route for an operation of KIS, complete and right by {@code check}: a beginning for an engineer. */
public final class RouteScaffold {

    private static final String USAGE = "usage: route OPERATION [DIR], such as route inquire-asking-price-exp-ccn my-routes";

    /** Orders that KIS lists are sent with the terms that guard, journal and lookup go by: as the shipped routes do it. */
    private static final Map<String, String> LISTED = Map.of("domestic-stock-order-cash", "trading-buy",
            "domestic-stock-order-rvsecncl", "trading-cancel");
    private static final Pattern MAPPING = Pattern.compile("reply:(\\S+)");
    private static final String SHIPPED = "/routes/trading.camel.yaml";
    /** Facts 3.8: its pages go on for ever. */
    private static final String ENDLESS = "chk-holiday";

    private final KisOperation operation;
    private final StringBuilder yaml = new StringBuilder();

    private RouteScaffold(KisOperation operation) {
        this.operation = operation;
    }

    /**
     * The command {@code route OPERATION [DIR]}: to the folder as a route and a mapping of its own, else to {@code out} as one file.
     *
     * @return the exit status
     */
    public static int command(List<String> arguments, PrintStream out, PrintStream err) throws IOException {
        if (arguments.isEmpty() || arguments.size() > 2) {
            err.println(USAGE);
            return 2;
        }
        List<KisOperation> named = KisOperations.load().named(arguments.get(0));
        if (named.size() != 1) {
            err.println(named.isEmpty()
                    ? "KIS has no operation " + arguments.get(0) + "; it is the last part of a path, such as inquire-price"
                    : arguments.get(0) + " is one of several: " + named.stream().map(KisOperation::name).collect(Collectors.joining(", ")));
            return 2;
        }
        RouteScaffold scaffold = new RouteScaffold(named.get(0));
        if (arguments.size() == 1) {
            out.print(scaffold.route(null));
            return 0;
        }
        return scaffold.write(Path.of(arguments.get(1)), out, err);
    }

    private int write(Path folder, PrintStream out, PrintStream err) throws IOException {
        String mapping = "mappings/" + operation.name() + ".jslt";
        try {
            Files.createDirectories(folder.resolve("mappings"));
            for (String[] file : new String[][] {{operation.name() + ".camel.yaml", route(mapping)}, {mapping, mapping()}}) {
                Files.writeString(folder.resolve(file[0]), file[1], StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                out.println(folder.resolve(file[0]));
            }
            return 0;
        } catch (FileAlreadyExistsException e) {
            err.println(e.getFile() + " is there already, and is left as it is");
            return 1;
        }
    }

    /** @param mapping the file of the mapping; null to have it in the route */
    private String route(String mapping) {
        yaml.setLength(0);
        line(0, "# " + operation.method() + " " + operation.path() + ", TR " + String.join(", ", operation.realIds()));
        if (operation.order() && operation.realIds().size() > 1 && !isListed()) {
            line(0, "# It has a TR id for each of several things: choose the one you mean.");
        }
        if (isListed()) {
            line(0, "# This is the shipped route " + LISTED.get(operation.name()) + " under another name.");
            String route = shipped().replaceFirst("id: \\S+", "id: " + operation.name())
                    .replaceFirst("platform-http:\\S+", "platform-http:/api/kis/" + operation.name());
            return yaml + (mapping == null ? route : MAPPING.matcher(route).replaceFirst("reply:" + mapping));
        }
        line(0, "- route:");
        line(2, "id: " + operation.name());
        line(2, "description: " + operation.title().replace(": ", ", "));
        line(2, "from:");
        line(3, "uri: platform-http:/api/kis/" + operation.name());
        line(3, "parameters:");
        line(4, "httpMethodRestrict: POST");
        line(3, "steps:");
        request();
        if (operation.order()) {
            line(4, "- to: order:other");
        }
        line(4, "- process:");
        line(6, "ref: throttle");
        ask();
        line(4, mapping == null ? "- to:" : "- to: reply:" + mapping);
        if (mapping == null) {
            line(6, "uri: reply:inline");
            line(6, "parameters:");
            mapping().lines().filter(text -> text.startsWith("//")).forEach(text -> line(7, text.replaceFirst("^//", "#")));
            line(7, "template: |");
            mapping().lines().filter(text -> !text.startsWith("//")).forEach(text -> line(8, text));
        }
        return yaml.toString();
    }

    private boolean isListed() {
        return LISTED.containsKey(operation.name());
    }

    private String shipped() {
        String id = LISTED.get(operation.name());
        return Stream.of(Resources.text(SHIPPED).split("(?m)^(?=- route:)")).filter(one -> one.contains("id: " + id + '\n')).findFirst()
                .orElseThrow().strip() + '\n';
    }

    private void request() {
        line(4, "- to:");
        line(6, "uri: request:" + (operation.order() ? "order" : "query"));
        List<String> asked = asked();
        if (!asked.isEmpty()) {
            line(6, "parameters:");
            asked.forEach(name -> line(7, member(name) + ": " + (isCode(name) ? "text 1..12, required" : "text 0..40, required")));
        }
    }

    private void ask() {
        line(4, "- to:");
        line(6, "uri: kis:" + (operation.order() ? "order" : "get") + ":" + operation.path());
        line(6, "parameters:");
        String trId = operation.realIds().isEmpty() ? operation.virtualIds().get(0) : operation.realIds().get(0);
        line(7, "trId: " + trId);
        virtualId(trId);
        if (!operation.order() && isOfTheAccount()) {
            line(7, "ledger: true");
        }
        if (isPaged()) {
            line(7, "pages: ctx");
        }
        for (String name : names()) {
            line(7, name + ": " + (name.startsWith("CTX_AREA_") ? "\"\"" : "${variable." + member(name) + "}"));
        }
    }

    private void virtualId(String trId) {
        if (operation.virtualIds().isEmpty()) {
            line(7, "trIdMock: none");
            return;
        }
        int index = Math.max(0, operation.realIds().indexOf(trId));
        String virtual = operation.virtualIds().get(Math.min(index, operation.virtualIds().size() - 1));
        if (!virtual.equals(trId)) {
            line(7, "trIdMock: " + virtual);
        }
    }

    private String mapping() {
        if (isListed()) {
            return MAPPING.matcher(shipped()).results().map(found -> Resources.text('/' + found.group(1))).findFirst().orElseThrow();
        }
        return operation.order() ? """
                // KIS's own reply to the order, every value a text; pick what callers need.
                {
                  "order_no": text(.output.ODNO, null),
                  "data": if (is-object(.output)) .output else {}
                }
                """ : """
                // All of KIS's reply but its envelope, every value a text. Pick what callers need, and make numbers of it:
                // "price": whole(.output.stck_prpr)
                {
                  "data": {for (.) .key : .value if (not(test(.key, "^(rt_cd|msg_cd|msg1|ctx_area_.*)$")))}
                }
                """;
    }

    /** As routes write them: KIS takes the names of both spellings (facts 1.4). */
    private List<String> names() {
        List<String> names = new ArrayList<>();
        operation.parameters().stream().map(name -> name.toUpperCase(Locale.ROOT)).filter(name -> !names.contains(name))
                .forEach(names::add);
        names.removeAll(List.of("CANO", "ACNT_PRDT_CD"));
        return names;
    }

    private List<String> asked() {
        return names().stream().filter(name -> !name.startsWith("CTX_AREA_")).toList();
    }

    private boolean isOfTheAccount() {
        return operation.parameters().contains("CANO");
    }

    private boolean isPaged() {
        return !operation.order() && !operation.operation().equals(ENDLESS)
                && names().stream().anyMatch(name -> name.startsWith("CTX_AREA_NK"))
                && names().stream().anyMatch(name -> name.startsWith("CTX_AREA_FK"));
    }

    private static boolean isCode(String name) {
        return name.equals("PDNO") || name.equals("FID_INPUT_ISCD");
    }

    private static String member(String name) {
        return isCode(name) ? "stock_code" : name.toLowerCase(Locale.ROOT);
    }

    private void line(int indent, String text) {
        yaml.append("  ".repeat(indent)).append(text).append('\n');
    }
}
