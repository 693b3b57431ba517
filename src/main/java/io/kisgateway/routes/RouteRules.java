package io.kisgateway.routes;

import io.kisgateway.runtime.YamlNode;
import io.kisgateway.settings.Spelling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** What this gateway asks of routes beyond Camel's schema. */
final class RouteRules {

    private static final Pattern KEBAB = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");
    private static final Set<String> SOURCES = Set.of("platform-http", "direct", "realtime");
    /** The bean that a route takes its permits from. */
    static final String THROTTLE = "throttle";

    /** The bean that a realtime: route hands its records to. */
    private static final String PUBLISH = "realtime-publish";

    /** Steps of orders that there were once. */
    private static final Set<String> FORMER = Set.of("order-key", "order-guard", "order-journal", "order-origin", "order-left");
    /** What may run steps again, hide how they ended, or take the call out of the exchange that carries it. */
    private static final List<String> UNSAFE = List.of("errorHandler", "errorHandlerRef", "routeConfigurationId", "setProperty",
            "removeProperty", "removeProperties");
    private static final String KIS_HOSTS = "koreainvestment.com";

    private final Set<String> beans;
    private final RouteDryRun bench;
    private final ReplyMembers members;
    private final OrderFit fit;

    /** @param beans the names that {@code process} and {@code #name} may use */
    RouteRules(Set<String> beans, RouteDryRun bench, ReplyMembers members, OrderFit fit) {
        this.fit = fit;
        this.beans = Set.copyOf(beans);
        this.bench = bench;
        this.members = members;
    }

    /** What can be said of a route by itself. */
    List<RouteProblem> check(RouteText route) {
        List<RouteProblem> problems = new ArrayList<>();
        identity(route, problems);
        UNSAFE.forEach(name -> route.named(name).stream().filter(node -> node.member("noErrorHandler").isEmpty())
                .forEach(node -> problems.add(route.problem(node.line(), name
                        + " does not go with routes of this gateway: each step runs once, and the caller is told how it ended"))));
        route.named("disabled").stream().filter(node -> !node.json().asText().equals("false")).forEach(node -> problems.add(
                route.problem(node.line(), "a disabled step does nothing, whatever stands behind it; take it away")));
        RouteText.Step from = route.from();
        if (!SOURCES.contains(from.scheme())) {
            problems.add(route.problem(from.line(), "a route begins with platform-http:, direct: or realtime:, not " + from.uri()));
        } else {
            bench.refusal(from).ifPresent(reason -> problems.add(route.problem(from.line(), from.uri() + ": " + reason)));
        }
        if (from.isTo("platform-http")) {
            EndpointPaths.check(route, problems);
        }
        if (route.steps().isEmpty()) {
            problems.add(route.problem(from.line(), "the route has no steps"));
        }
        for (RouteText.Step step : route.steps()) {
            step(route, step, problems);
        }
        boolean publishes = route.steps().stream().anyMatch(step -> PUBLISH.equals(step.ref()));
        if (from.isTo("realtime") != publishes) {
            problems.add(route.problem(from.line(), publishes ? PUBLISH + " belongs to a route that begins with realtime:"
                    : "no " + PUBLISH + " (process, ref: " + PUBLISH + ") hands the records on to those who listen"));
        }
        route.simples().forEach(simple -> bench.refusal(simple)
                .ifPresent(reason -> problems.add(route.problem(simple.line(), "simple: " + reason))));
        if (problems.isEmpty()) {
            problems.addAll(new RouteFlow(route, fit).check());
        }
        if (problems.isEmpty()) {
            bench.refusal(route).ifPresent(reason -> problems.add(route.problem(route.lineOf(reason), reason)));
        }
        return problems;
    }

    private static void identity(RouteText route, List<RouteProblem> problems) {
        if (route.id() == null) {
            problems.add(route.problem(route.line(), "the route has no id"));
        } else if (!KEBAB.matcher(route.id()).matches()) {
            problems.add(route.problem(line(route, "id"), "the id " + route.id() + " is not in kebab-case, like market-data-snapshot"));
        }
        if (route.description() == null || route.description().isBlank()) {
            problems.add(route.problem(route.line(), "the route has no description"));
        }
    }

    private static int line(RouteText route, String member) {
        return route.node().member(member).map(YamlNode::line).orElse(route.line());
    }

    private void step(RouteText route, RouteText.Step step, List<RouteProblem> problems) {
        if (step.ref() != null) {
            bean(route, step, step.ref(), problems);
            return;
        }
        if (step.uri().isEmpty()) {
            problems.add(route.problem(step.line(), step.kind() + " has no uri"));
            return;
        }
        if (step.kind().equals("toD") && RouteDryRun.OURS.contains(step.scheme())) {
            problems.add(route.problem(step.line(), step.scheme() + ": goes with to, not with toD"));
            return;
        }
        if (step.scheme().startsWith("http") && step.uri().contains(KIS_HOSTS)) {
            problems.add(route.problem(step.line(), "KIS is asked with kis:get:/uapi/…; " + step.scheme()
                    + ": would go without token, limits and breaker"));
            return;
        }
        List<RouteProblem> values = new ArrayList<>();
        step.given().forEach((name, value) -> {
            if (value.text() == null) {
                values.add(route.problem(value.line(), name + " must be a text: put it in quotes"));
            } else if (value.json().isNull()) {
                values.add(route.problem(value.line(), name + " has no value; a blank is written as \"\""));
            }
        });
        step.parameters().values().stream().filter(value -> value != null && value.startsWith("#"))
                .forEach(value -> bean(route, step, value.substring(1), problems));
        if (values.isEmpty()) {
            Optional<String> refusal = bench.refusal(step);
            refusal.ifPresent(reason -> problems.add(route.problem(step.lineOf(reason), told(step, reason))));
            if (refusal.isEmpty() && step.isTo("reply")) {
                members.misspelt(route, step).forEach(reason -> problems.add(route.problem(step.line(), reason)));
            }
        }
        problems.addAll(values);
    }

    private static String told(RouteText.Step step, String reason) {
        return reason.contains(step.rest()) ? reason : step.uri() + ": " + reason;
    }

    private void bean(RouteText route, RouteText.Step step, String name, List<RouteProblem> problems) {
        if (FORMER.contains(name)) {
            problems.add(
                    route.problem(step.line(), name + " is part of other steps now: order:buy, order:sell, order:cancel, order:modify or"
                            + " order:other before the throttle, and kis:order: instead of kis:post:, do what it did; take it away"));
        } else if (!beans.contains(name)) {
            problems.add(route.problem(step.line(), "there is no bean " + name + Spelling.question(name, beans)));
        }
    }

    /** What can be said only of all routes together; of two that have the same, the problem is the later file's. */
    static List<Clash> checkTogether(Collection<RouteText> routes) {
        List<Clash> clashes = new ArrayList<>();
        Map<String, RouteText> ids = new HashMap<>();
        Map<String, RouteText> entries = new HashMap<>();
        for (RouteText route : routes) {
            unique(ids, route.id(), route, line(route, "id"), "the id " + route.id(), clashes);
            RouteText.Step from = route.from();
            if (from.isTo("direct") || from.isTo("realtime")) {
                unique(entries, from.uri(), route, from.line(), from.uri(), clashes);
            } else {
                entryPoints(route)
                        .forEach(entry -> unique(entries, entry.replaceAll("\\{[^}]*}", "{}"), route, from.line(), entry, clashes));
            }
        }
        for (RouteText route : routes) {
            route.stepsTo("direct").filter(step -> !entries.containsKey(step.uri()))
                    .forEach(step -> clashes.add(missing(route, step.line(), step.uri())));
            route.stepsTo("kept").map(step -> step.parameters().get("source"))
                    .filter(source -> source != null && source.startsWith("direct:") && !entries.containsKey(source))
                    .forEach(source -> clashes.add(missing(route, route.line(), source)));
            String snapshot = route.from().parameters().get("snapshot");
            if (route.from().isTo("realtime") && snapshot != null && !entries.containsKey(snapshot)) {
                clashes.add(missing(route, route.from().lineOf("snapshot"), snapshot));
            }
        }
        return clashes;
    }

    /** What a route answers to, as {@code POST /api/path}; nothing if it begins with direct:. */
    private static List<String> entryPoints(RouteText route) {
        RouteText.Step from = route.from();
        return !from.isTo("platform-http") ? List.of() : Arrays.stream(from.parameters().getOrDefault("httpMethodRestrict", "").split(","))
                .map(method -> method.strip().toUpperCase(Locale.ROOT) + " " + from.rest()).toList();
    }

    /** A file that has the name of a shipped one by chance must not take its endpoints away. */
    static List<RouteProblem> checkReplacing(RouteFile file, List<RouteText> routes, List<RouteText> shipped) {
        Set<String> gone = new TreeSet<>();
        shipped.forEach(route -> gone.addAll(entryPoints(route)));
        routes.forEach(route -> gone.removeAll(entryPoints(route)));
        return gone.isEmpty() ? List.of() : List.of(new RouteProblem(file.location(), 1, "it replaces the shipped " + file.name()
                + ", and " + String.join(", ", gone) + " would be gone; a file of your own needs another name"));
    }

    private static void unique(Map<String, RouteText> seen, String key, RouteText route, int line, String what,
            List<Clash> clashes) {
        RouteText other = seen.putIfAbsent(key, route);
        if (other != null) {
            clashes.add(new Clash(route.problem(line, what + " is also in " + other.file().location() + ":" + other.line()),
                    Set.of(route.file().name(), other.file().name()), null));
        }
    }

    private static Clash missing(RouteText route, int line, String uri) {
        return new Clash(route.problem(line, "no route begins with " + uri), Set.of(route.file().name()), uri);
    }

    /**
     * Routes that are right by themselves and not together.
     *
     * @param files   the names of the files that it is between
     * @param missing the beginning that one needs and none has, as {@code direct:name}; or null
     */
    record Clash(RouteProblem problem, Set<String> files, String missing) {}
}
