package io.kisgateway.routes;

import io.kisgateway.runtime.YamlNode;
import io.kisgateway.settings.Spelling;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** In which order the steps of a route come, branch by branch: what must have happened before KIS is asked. */
final class RouteFlow {

    /** Steps that read a request by themselves, and what they ask KIS comes back as it is. */
    private static final Set<String> READING = Set.of("kis-front-query", "kis-front-order");
    private static final String AS_IT_IS = "kis:pass";
    private static final Set<String> SENDING = Set.of("to", "wireTap", "enrich", "pollEnrich");
    private static final Set<String> ASKING = Set.of("kis", "kept", "direct");
    /** Their steps run whenever they do. */
    private static final Set<String> CERTAIN = Set.of("doTry", "circuitBreaker", "step", "pipeline");
    /** They run what is inside them once at most, and let nobody hide how it ended. */
    private static final Set<String> ONCE = Set.of("choice", "filter", "step", "pipeline");
    /** They set no variables of their own that later steps could use. */
    private static final Set<String> SILENT = Set.of(RouteRules.THROTTLE);
    /** What an order: step gives, and kis:order: after it. */
    private static final Set<String> OF_ORDERS = Set.of("side", "exchange", "order_type", "ord_dvsn", "price", "stock_code",
            "target_order_no", "organization_no", "change_quantity", "change_all", "ordered_at", "cancelled", "filled_quantity",
            "cancelled_quantity", "rejected_quantity");
    /** Orders that KIS lists (facts 3.9, 3.10): each TR id orders one thing, and is sent as nothing else. */
    private static final Pattern LISTED = Pattern.compile("order:/uapi/domestic-stock/v1/trading/order-(cash|rvsecncl)");
    private static final Map<String, List<String>> CLAIMS = Map.of("TTTC0012U", List.of("order:buy"), "TTTC0802U", List.of("order:buy"),
            "TTTC0011U", List.of("order:sell"), "TTTC0801U", List.of("order:sell"), "TTTC0013U", List.of("order:cancel", "order:modify"),
            "TTTC0803U", List.of("order:cancel", "order:modify"));
    private static final Set<String> NO_EXPRESSION = Set.of("id", "description", "note", "steps", "disabled");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{variable\\.([A-Za-z0-9_-]+)");
    private static final Pattern HEADER = Pattern.compile("\\$\\{headers?[.\\[:]([A-Za-z0-9_-]+)");

    private final RouteText route;
    private final boolean endpoint;
    private final List<RouteProblem> problems = new ArrayList<>();
    /** The steps around the one that is looked at, as far as they may run what is inside them not just once. */
    private final Deque<String> around = new ArrayDeque<>();

    RouteFlow(RouteText route) {
        this.route = route;
        this.endpoint = route.from().isTo("platform-http");
    }

    /** What has happened on every way to a step; {@code asked} and {@code ordered}: on some way. */
    private record Before(boolean declared, boolean claimed, boolean throttled, boolean asked, boolean ordered) {

        private static final Before NOTHING = new Before(false, false, false, false, false);

        Before or(Before other) {
            return new Before(declared && other.declared, claimed && other.claimed, throttled && other.throttled, asked || other.asked,
                    ordered || other.ordered);
        }
    }

    List<RouteProblem> check() {
        route.named("when").stream().flatMap(when -> when.items().stream())
                .filter(when -> NO_EXPRESSION.containsAll(when.members().keySet()))
                .forEach(when -> problems.add(route.problem(when.line(), "when needs a condition, such as simple: ${variable.is_index}")));
        if (endpoint) {
            route.node().member("from").flatMap(from -> from.member("steps"))
                    .ifPresent(steps -> steps(steps, Before.NOTHING));
            shaped();
            values();
        }
        route.steps().stream().filter(RouteFlow::isOrder).forEach(this::order);
        if (route.steps().stream().noneMatch(step -> isOrder(step) || AS_IT_IS.equals(step.uri()))) {
            route.stepsTo("order").findFirst().ifPresent(step -> problems.add(
                    route.problem(step.line(), step.uri() + " claims an order that no kis:order: sends")));
        }
        return problems;
    }

    private Before steps(YamlNode list, Before before) {
        Before now = before;
        for (YamlNode item : list.items()) {
            for (var member : item.members().entrySet()) {
                now = step(member.getKey(), member.getValue(), now);
            }
        }
        return now;
    }

    private Before step(String kind, YamlNode node, Before before) {
        if (SENDING.contains(kind)) {
            return sending(kind, RouteText.endpoint(kind, node), before);
        }
        if (kind.equals("process")) {
            return new Before(before.declared || READING.contains(node.text("ref")), before.claimed,
                    before.throttled || RouteRules.THROTTLE.equals(node.text("ref")), before.asked, before.ordered);
        }
        if (kind.equals("choice")) {
            return choice(node, before);
        }
        if (!ONCE.contains(kind)) {
            around.push(kind);
        }
        Before inside = node.member("steps").map(steps -> steps(steps, before)).orElse(before);
        node.members().forEach((name, member) -> {
            if (!name.equals("steps")) {
                Stream.concat(Stream.of(member), member.items().stream())
                        .forEach(branch -> branch.member("steps").ifPresent(steps -> steps(steps, before)));
            }
        });
        if (!ONCE.contains(kind)) {
            around.pop();
        }
        return CERTAIN.contains(kind) ? inside : before.or(inside);
    }

    private Before choice(YamlNode node, Before before) {
        Before after = node.member("otherwise").flatMap(branch -> branch.member("steps")).map(steps -> steps(steps, before)).orElse(before);
        for (YamlNode when : node.member("when").map(YamlNode::items).orElse(List.of())) {
            Before branch = when.member("steps").map(steps -> steps(steps, before)).orElse(before);
            after = after.or(branch);
        }
        return after;
    }

    private Before sending(String kind, RouteText.Step step, Before before) {
        if (step.isTo("order") || isOrder(step)) {
            once(kind, step, before);
        }
        if (step.isTo("reply") && !before.asked) {
            problems.add(route.problem(step.line(), step.uri() + " shapes KIS's reply: the step that asks KIS must come before it"));
        }
        if (step.isTo("order")) {
            claiming(step, before);
        }
        if (isOrder(step) && !before.claimed) {
            problems.add(route.problem(step.line(), "order:buy, order:sell, order:cancel, order:modify or order:other must come before "
                    + step.uri() + ", on every way to it"));
        }
        if (ASKING.contains(step.scheme())) {
            if (!before.declared) {
                problems.add(route.problem(step.line(), "a request: step must come before " + step.uri()));
            }
            if (!before.throttled) {
                problems.add(route.problem(step.line(), "a throttle step (process, ref: throttle) must come before " + step.uri()));
            }
        }
        return new Before(before.declared || step.isTo("request"), before.claimed || step.isTo("order"), before.throttled,
                before.asked || ASKING.contains(step.scheme()), before.ordered || isOrder(step));
    }

    /** An order is claimed once and sent once, and how it ended is told as its own steps have it. */
    private void once(String kind, RouteText.Step step, Before before) {
        if (!kind.equals("to")) {
            problems.add(route.problem(step.line(), step.uri() + " goes with to, not with " + kind));
        } else if (!around.isEmpty()) {
            problems.add(route.problem(step.line(), step.uri() + " stands in the route itself or in a choice, not in " + around.peek()
                    + ": an order is sent once, and nothing hides how it ended"));
        } else if (before.ordered) {
            problems.add(route.problem(step.line(), step.uri() + " comes after another kis:order: one call sends one order"));
        } else if (before.claimed && step.isTo("order")) {
            problems.add(route.problem(step.line(), step.uri() + " comes after another order: one call sends one order"));
        }
    }

    private void claiming(RouteText.Step step, Before before) {
        if (!before.declared) {
            problems.add(route.problem(step.line(), "a request: step must come before " + step.uri()));
        }
        if (before.throttled) {
            problems.add(route.problem(step.line(), step.uri() + " comes before the throttle, so that a repeat takes no permit"));
        }
    }

    private static boolean isOrder(RouteText.Step step) {
        return step.isTo("kis") && step.rest().startsWith("order:");
    }

    /** Without a reply: step callers would get KIS's reply as it is. */
    private void shaped() {
        if (route.stepsTo("reply").findAny().isEmpty() && route.stepsTo("direct").findAny().isEmpty()) {
            Stream.concat(route.stepsTo("kis"), route.stepsTo("kept")).filter(step -> !AS_IT_IS.equals(step.uri())).findFirst()
                    .ifPresent(step -> problems.add(
                            route.problem(step.line(), "no reply: step comes after " + step.uri() + ", to shape what callers get")));
        }
    }

    /** Variables and headers that nothing gives. */
    private void values() {
        if (route.steps().stream().anyMatch(step -> step.ref() != null && !SILENT.contains(step.ref()))) {
            return;
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

    /** What an order needs besides what it would not be sent without. */
    private void order(RouteText.Step sending) {
        if (!endpoint) {
            problems.add(route.problem(sending.line(), "an order is sent by its endpoint's own route, where its other steps are"));
            return;
        }
        if (route.stepsTo("request").noneMatch(step -> step.uri().equals("request:order"))) {
            problems.add(route.problem(sending.line(), "an order needs request:order, not request:query"));
        }
        List<String> claims = CLAIMS.getOrDefault(sending.parameters().getOrDefault("trId", ""), List.of());
        if (LISTED.matcher(sending.rest()).matches() && !claims.isEmpty()
                && route.stepsTo("order").noneMatch(step -> claims.contains(step.uri()))) {
            route.stepsTo("order").forEach(step -> problems.add(route.problem(step.line(), sending.uri() + " with trId "
                    + sending.parameters().get("trId") + " goes with " + String.join(" or ", claims) + ", not with " + step.uri())));
        }
    }
}
