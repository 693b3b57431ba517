package io.kisgateway.routes;

import io.kisgateway.runtime.YamlNode;
import io.kisgateway.settings.Spelling;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Variables and headers that a route reads and nothing gives. */
final class RouteValues {

    /** They set no variables of their own that later steps could use. */
    private static final Set<String> SILENT = Set.of(RouteRules.THROTTLE);
    /** What an order: step gives, and kis:order: after it. */
    private static final Set<String> OF_ORDERS = Set.of("side", "exchange", "order_type", "ord_dvsn", "price", "stock_code",
            "target_order_no", "organization_no", "change_quantity", "change_all", "ordered_at", "cancelled", "filled_quantity",
            "cancelled_quantity", "rejected_quantity");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{variable\\.([A-Za-z0-9_-]+)");
    private static final Pattern HEADER = Pattern.compile("\\$\\{headers?[.\\[:]([A-Za-z0-9_-]+)");

    private final RouteText route;
    private final List<RouteProblem> problems = new ArrayList<>();

    RouteValues(RouteText route) {
        this.route = route;
    }

    List<RouteProblem> check() {
        if (route.steps().stream().anyMatch(step -> step.ref() != null && !SILENT.contains(step.ref()))) {
            return List.of();
        }
        Set<String> known = new TreeSet<>();
        route.stepsTo("request").forEach(step -> known.addAll(step.parameters().keySet()));
        if (route.stepsTo("order").findAny().isPresent()) {
            known.addAll(OF_ORDERS);
        }
        Stream.of("setVariable", "setVariables", "removeVariable").flatMap(kind -> route.named(kind).stream())
                .forEach(node -> names(node, known));
        route.named("variableReceive").forEach(node -> known.add(node.text()));
        boolean headers = !route.named("setHeader").isEmpty() || !route.named("setHeaders").isEmpty();
        route.stepsTo("kis").forEach(step -> step.given().forEach((name, value) -> {
            value(name, value.text(), value.line(), known);
            Matcher header = HEADER.matcher(value.text());
            if (!headers && header.find()) {
                problems.add(
                        route.problem(value.line(), name + ": what callers send is ${variable." + header.group(1) + "}, not a header"));
            }
            if (value.text().contains("${body") && route.named("setBody").isEmpty()) {
                problems.add(route.problem(value.line(), name + ": what callers send is like ${variable.stock_code}, not in the body"));
            }
        }));
        route.simples().forEach(simple -> value("simple", simple.text(), simple.line(), known));
        return problems;
    }

    private static void names(YamlNode node, Set<String> known) {
        node.items().forEach(item -> names(item, known));
        node.members().forEach((name, member) -> {
            if (name.equals("name") && member.text() != null) {
                known.add(member.text());
            } else {
                names(member, known);
            }
        });
    }

    private void value(String name, String text, int line, Set<String> known) {
        Matcher variable = VARIABLE.matcher(text);
        while (variable.find()) {
            if (!known.contains(variable.group(1))) {
                problems.add(route.problem(line, name + ": no step gives ${variable." + variable.group(1) + "}"
                        + Spelling.question(variable.group(1), known)));
            }
        }
    }
}
