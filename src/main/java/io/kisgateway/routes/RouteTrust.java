package io.kisgateway.routes;

import io.kisgateway.runtime.YamlNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A route runs with the account's credentials. What no shipped route needs, and could carry them away or run other code, is
 * refused in a folder's routes unless an operator trusts them: other hosts, files, programs, the environment, Java by name.
 */
final class RouteTrust {

    private static final String PARAMETERS = "parameters";
    private static final String KIS_FILE = "kis" + RouteFile.SUFFIX;
    private static final Set<String> SCHEMES = Set.of("direct", "kis", "request", "order", "reply", "kept", "log", "platform-http");
    /**
     * The steps of shipped routes and a few plain ones, and what is told of them. Any other step or member can lead out, though most do
     * not: an error handler sends what it likes where it likes, a data format or a type names a Java class that reads files.
     */
    private static final Set<String> TRUSTED = Set.of("id", "description", "note", "from", "uri", "steps", "to", "process", "ref",
            "choice", "when", "otherwise", "filter", "pipeline", "multicast", "loop", "doTry", "doCatch", "doFinally", "exception",
            "setBody", "setHeader", "setHeaders", "headers", "setVariable", "setVariables", "variables", "removeHeader", "removeHeaders",
            "removeVariable", "name", "pattern", "expression", "simple", "constant", "trim", "log", "message", "loggingLevel");
    private static final Pattern FUNCTION = Pattern.compile("\\$(?:simple)?\\{\\s*([^}]*)");
    /** Variables and headers by their plain names, the body as it is, and functions of text: nothing that leads on into Java. */
    private static final Pattern TRUSTED_FUNCTION = Pattern.compile(
            "(?:variable[.:][A-Za-z0-9_-]+|header[.:][A-Za-z0-9_-]+|exception\\.(?:code|message|field)"
                    + "|body|null|empty|date:[a-z]+[^.]*|random\\([0-9, ]*\\))\\s*(?:\\[[0-9]+])?|(?:iif|trim|uppercase|lowercase|length|substring\\w*|replace|not|val|isEmpty)\\(.*",
            Pattern.DOTALL);
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\s*([^}]*?)\\s*}}");
    private static final Set<String> TRUSTED_PLACEHOLDERS = Set.of("trading.mode");
    private static final Pattern RESOURCE = Pattern.compile("(?i)(?:^|[\\s\"'=(])resource:");

    private RouteTrust() {}

    /** @param file of a folder, not of the jar */
    static List<RouteProblem> check(RouteFile file, List<RouteText> routes, boolean trusted) {
        List<RouteProblem> problems = new ArrayList<>();
        if (file.name().equals(KIS_FILE)) {
            problems.add(new RouteProblem(file.location(), 1,
                    KIS_FILE + " is how the gateway asks KIS, with its credentials; it cannot be replaced"));
        } else if (!trusted) {
            routes.forEach(route -> {
                for (RouteText.Step step : route.steps()) {
                    if (step.ref() == null && !SCHEMES.contains(step.scheme())) {
                        problems.add(untrusted(route, step.line(), step.scheme() + ":"));
                    }
                }
                look(route, route.node(), problems);
            });
        }
        return problems;
    }

    private static RouteProblem untrusted(RouteText route, int line, String what) {
        return route.problem(line, what + " is more than a route of a folder may use, as it could carry the account's credentials away;"
                + " ROUTES_TRUST=all allows it");
    }

    private static void look(RouteText route, YamlNode node, List<RouteProblem> problems) {
        node.members().forEach((name, member) -> {
            if (name.equals(PARAMETERS)) {
                texts(route, member, problems);
            } else if (TRUSTED.contains(name)) {
                look(route, member, problems);
            } else {
                problems.add(untrusted(route, member.line(), name));
            }
        });
        node.items().forEach(item -> look(route, item, problems));
        text(route, node, problems);
    }

    /** An endpoint's parameters have any name: they are for those that the scheme leads to, and each scheme is known. */
    private static void texts(RouteText route, YamlNode node, List<RouteProblem> problems) {
        node.members().values().forEach(member -> texts(route, member, problems));
        node.items().forEach(item -> texts(route, item, problems));
        text(route, node, problems);
    }

    private static void text(RouteText route, YamlNode node, List<RouteProblem> problems) {
        if (node.text() != null) {
            text(node.text()).forEach(what -> problems.add(untrusted(route, node.line(), what)));
        }
    }

    /** What a text does that it may not. */
    private static List<String> text(String text) {
        List<String> found = new ArrayList<>();
        Matcher placeholder = PLACEHOLDER.matcher(text);
        while (placeholder.find()) {
            if (!TRUSTED_PLACEHOLDERS.contains(placeholder.group(1))) {
                found.add("{{" + placeholder.group(1) + "}}");
            }
        }
        Matcher function = FUNCTION.matcher(text);
        for (int from = 0; function.find(from); from = function.start(1)) {
            if (!TRUSTED_FUNCTION.matcher(function.group(1)).matches()) {
                found.add("${" + function.group(1) + "}");
            }
        }
        if (RESOURCE.matcher(text).find()) {
            found.add("resource:");
        }
        if (text.startsWith("#class:") || text.startsWith("#type:")) {
            found.add(text);
        }
        return found;
    }
}
