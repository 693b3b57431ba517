package io.kisgateway.routes;

import io.kisgateway.runtime.YamlNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** In which order the steps of a route come, branch by branch: what must have happened before KIS is asked. */
final class RouteFlow {

    /** Steps that read a request by themselves, and what they ask KIS comes back as it is. */
    private static final Set<String> READING = Set.of("kis-front-query", "kis-front-order");
    private static final String READING_ORDERS = "kis-front-order";
    private static final String AS_IT_IS = "kis:pass";
    private static final Set<String> PASSING = Set.of(AS_IT_IS, "order:passed");
    private static final String ORDER = "order:";
    private static final Set<String> SENDING = Set.of("to", "wireTap", "enrich", "pollEnrich");
    private static final Set<String> ASKING = Set.of("kis", "kept", "direct");
    /** Their steps run whenever they do. */
    private static final Set<String> CERTAIN = Set.of("doTry", "circuitBreaker", "step", "pipeline");
    /** With them what is inside may fail, and the route goes on. */
    private static final Set<String> HIDING = Set.of("doCatch", "onFallback");
    private static final Set<String> CHANGING = Set.of("setBody", "transform", "marshal", "unmarshal", "convertBodyTo");
    private static final Set<String> ENDING = Set.of("stop", "throwException", "rollback");
    /** They run what is inside them once at most, and let nobody hide how it ended. */
    private static final Set<String> ONCE = Set.of("choice", "filter", "step", "pipeline");
    private static final Set<String> NO_EXPRESSION = Set.of("id", "description", "note", "steps", "disabled");

    private final RouteText route;
    private final OrderFit fit;
    private final boolean endpoint;
    private final List<RouteProblem> problems = new ArrayList<>();
    /** The steps around the one that is looked at, as far as they may run what is inside them not just once. */
    private final Deque<String> around = new ArrayDeque<>();

    RouteFlow(RouteText route, OrderFit fit) {
        this.route = route;
        this.fit = fit;
        this.endpoint = route.from().isTo("platform-http");
    }

    /** What a step does for those after it. */
    private enum Done { DECLARED, CLAIMED, THROTTLED, ASKED, ORDERED, SHAPED, READ, ORDER_READ }

    /**
     * What has happened before a step.
     *
     * @param always   on every way to it
     * @param ever     on some way
     * @param claims   the {@code order:} steps on some way
     * @param unsent   one of them whose order has not been sent, or null
     * @param unshaped what has asked KIS and nothing has shaped its reply since, on some way, or null
     */
    private record Before(Set<Done> always, Set<Done> ever, Set<RouteText.Step> claims, RouteText.Step unsent, RouteText.Step unshaped) {

        private static final Before NOTHING = new Before(Set.of(), Set.of(), Set.of(), null, null);
        /** Nothing comes after it. */
        private static final Before NEVER = new Before(Set.of(Done.values()), Set.of(), Set.of(), null, null);

        Before or(Before other) {
            Set<Done> both = new HashSet<>(always);
            both.retainAll(other.always);
            return new Before(both, union(ever, other.ever), union(claims, other.claims), unsent == null ? other.unsent : unsent,
                    unshaped == null ? other.unshaped : unshaped);
        }

        Before with(Done... done) {
            return new Before(union(always, Set.of(done)), union(ever, Set.of(done)), claims, unsent, unshaped);
        }

        Before claimed(RouteText.Step claim) {
            return new Before(always, ever, union(claims, Set.of(claim)), claim, unshaped).with(Done.CLAIMED);
        }

        Before sent() {
            return new Before(always, ever, claims, null, unshaped);
        }

        /** @param step whose reply is the body now, null for what has a shape */
        Before body(RouteText.Step step) {
            Set<Done> now = new HashSet<>(ever);
            now.remove(Done.SHAPED);
            return new Before(always, now, claims, unsent, step);
        }

        private static <T> Set<T> union(Set<T> one, Set<T> other) {
            Set<T> all = new HashSet<>(one);
            all.addAll(other);
            return all;
        }
    }

    List<RouteProblem> check() {
        route.named("when").stream().flatMap(when -> when.items().stream())
                .filter(when -> NO_EXPRESSION.containsAll(when.members().keySet()))
                .forEach(when -> problems.add(route.problem(when.line(), "when needs a condition, such as simple: ${variable.is_index}")));
        if (endpoint) {
            route.node().member("from").flatMap(from -> from.member("steps"))
                    .ifPresent(steps -> ends(steps(steps, Before.NOTHING)));
            problems.addAll(new RouteValues(route).check());
        }
        route.steps().stream().filter(step -> isOrder(step) || step.isTo("order")).forEach(this::order);
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
            return sending(kind, node, before);
        }
        if (kind.equals("process")) {
            return processing(node.text("ref"), node.line(), before);
        }
        if (kind.equals("choice")) {
            return choice(node, before);
        }
        if (CHANGING.contains(kind) && before.unshaped != null) {
            problems.add(route.problem(node.line(), kind + " changes KIS's reply before a reply: step has shaped it"));
        }
        if (ENDING.contains(kind) && around.isEmpty()) {
            if (kind.equals("stop")) {
                ends(before);
            }
            return Before.NEVER;
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
        return CERTAIN.contains(kind) && HIDING.stream().allMatch(name -> node.member(name).isEmpty()) ? inside : before.or(inside);
    }

    private Before choice(YamlNode node, Before before) {
        Before after = node.member("otherwise").flatMap(branch -> branch.member("steps")).map(steps -> steps(steps, before)).orElse(before);
        for (YamlNode when : node.member("when").map(YamlNode::items).orElse(List.of())) {
            Before branch = when.member("steps").map(steps -> steps(steps, before)).orElse(before);
            after = after.or(branch);
        }
        return after;
    }

    private Before processing(String bean, int line, Before before) {
        if (RouteRules.THROTTLE.equals(bean)) {
            if (before.ever.contains(Done.THROTTLED)) {
                problems.add(route.problem(line, "a second throttle: one call takes one permit"));
            }
            return before.with(Done.THROTTLED);
        }
        Before after = before.body(null);
        after = READING_ORDERS.equals(bean) ? after.with(Done.ORDER_READ) : after;
        return READING.contains(bean) ? after.with(Done.DECLARED, Done.READ) : after;
    }

    private Before sending(String kind, YamlNode node, Before before) {
        RouteText.Step step = RouteText.endpoint(kind, node);
        if (step.isTo("request")) {
            if (before.ever.contains(Done.DECLARED)) {
                problems.add(route.problem(step.line(), step.uri() + " comes after another request: step, and a request is read once"));
            }
            return before.with(Done.DECLARED);
        }
        if (step.isTo("reply")) {
            return shaping(step, before);
        }
        boolean sends = isOrder(step) || AS_IT_IS.equals(step.uri()) && before.ever.contains(Done.ORDER_READ);
        if (step.isTo("order") || sends) {
            once(kind, step, before);
        }
        if (step.isTo("order")) {
            claiming(step, before);
            read(step, before);
            return before.claimed(step);
        }
        if (sends && !before.always.contains(Done.CLAIMED)) {
            problems.add(route.problem(step.line(), (isOrder(step) ? "order:buy, order:sell, order:cancel, order:modify or order:other"
                    : "order:passed") + " must come before " + step.uri() + ", on every way to it"));
        }
        Before after = ASKING.contains(step.scheme()) ? asking(step, node, before) : before;
        after = sends ? after.sent().with(Done.ORDERED) : after;
        if (isOrder(step) && problems.isEmpty()) {
            before.claims.stream().map(claim -> fit.misfit(claim.rest(), step.rest().substring(ORDER.length()),
                    step.parameters().get("trId"), step.parameters().keySet())).flatMap(Optional::stream).sorted().distinct()
                    .forEach(reason -> problems.add(route.problem(step.lineOf(reason), step.uri() + ": " + reason)));
        }
        return after;
    }

    private Before asking(RouteText.Step step, YamlNode node, Before before) {
        if (!before.always.contains(Done.DECLARED)) {
            problems.add(route.problem(step.line(), "a request: step must come before " + step.uri()));
        }
        if (!before.always.contains(Done.THROTTLED)) {
            problems.add(route.problem(step.line(), "a throttle step (process, ref: throttle) must come before " + step.uri()));
        }
        read(step, before);
        boolean passes = AS_IT_IS.equals(step.uri());
        if (node.member("variableReceive").isPresent()) {
            return before;
        }
        // What a direct: route gives back may have its shape or not.
        return before.body(passes || step.isTo("direct") ? null : step).with(Done.ASKED);
    }

    private void read(RouteText.Step step, Before before) {
        if (PASSING.contains(step.uri()) && !before.always.contains(Done.READ)) {
            problems.add(route.problem(step.line(),
                    step.uri() + " goes by what kis-front-query or kis-front-order has read, which must come before"));
        }
    }

    /** An order is claimed once and sent once, and how it ended is told as its own steps have it. */
    private void once(String kind, RouteText.Step step, Before before) {
        if (!kind.equals("to")) {
            problems.add(route.problem(step.line(), step.uri() + " goes with to, not with " + kind));
        } else if (!around.isEmpty()) {
            problems.add(route.problem(step.line(), step.uri() + " stands in the route itself or in a choice, not in " + around.peek()
                    + ": an order is sent once, and nothing hides how it ended"));
        } else if (before.ever.contains(Done.ORDERED)) {
            problems.add(route.problem(step.line(), step.uri() + " comes after another kis:order: one call sends one order"));
        } else if (before.ever.contains(Done.CLAIMED) && step.isTo("order")) {
            problems.add(route.problem(step.line(), step.uri() + " comes after another order: one call sends one order"));
        }
    }

    private void claiming(RouteText.Step step, Before before) {
        if (!before.always.contains(Done.DECLARED)) {
            problems.add(route.problem(step.line(), "a request: step must come before " + step.uri()));
        }
        if (before.always.contains(Done.THROTTLED)) {
            problems.add(route.problem(step.line(), step.uri() + " comes before the throttle, so that a repeat takes no permit"));
        }
    }

    private Before shaping(RouteText.Step step, Before before) {
        boolean askedInBranch = before.ever.contains(Done.ASKED);
        if (!before.always.contains(Done.ASKED) && (!askedInBranch || problems.isEmpty())) {
            problems.add(route.problem(step.line(), step.uri() + " shapes KIS's reply: the step that asks KIS must come before it"
                    + (askedInBranch ? ", on every way to it" : "")));
        } else if (before.ever.contains(Done.SHAPED)) {
            problems.add(route.problem(step.line(), step.uri() + " comes after another reply: step, and a reply is shaped once"));
        }
        return before.body(null).with(Done.SHAPED);
    }

    /** The route ends here, which says something only of one that is right so far. */
    private void ends(Before before) {
        if (!problems.isEmpty()) {
            return;
        }
        if (before.unsent != null) {
            problems.add(route.problem(before.unsent.line(), before.unsent.uri() + " claims an order that no kis:order: sends"
                    + (route.steps().stream().anyMatch(RouteFlow::isOrder) ? ", on some way from it" : "")));
        }
        if (before.unshaped != null) {
            problems.add(route.problem(before.unshaped.line(), "no reply: step comes after " + before.unshaped.uri()
                    + (route.stepsTo("reply").findAny().isPresent() ? ", on some way from it" : "") + ", to shape what callers get"));
        }
    }

    private static boolean isOrder(RouteText.Step step) {
        return step.isTo("kis") && step.rest().startsWith(ORDER);
    }

    /** What an order needs besides what it would not be sent without. */
    private void order(RouteText.Step step) {
        if (!endpoint) {
            problems.add(route.problem(step.line(), "an order is claimed and sent by its endpoint's own route, where its other steps are"));
        } else if (isOrder(step) && route.stepsTo("request").noneMatch(other -> other.uri().equals("request:order"))) {
            problems.add(route.problem(step.line(), "an order needs request:order, not request:query"));
        } else if (isOrder(step) && !"POST".equalsIgnoreCase(route.from().parameters().get("httpMethodRestrict"))) {
            problems.add(route.problem(route.from().lineOf("httpMethodRestrict"), "an order is asked for with POST alone"));
        }
    }
}
