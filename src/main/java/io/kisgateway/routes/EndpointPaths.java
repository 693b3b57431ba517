package io.kisgateway.routes;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where an endpoint listens. */
final class EndpointPaths {

    private static final Set<String> METHODS = Set.of("GET", "POST");
    private static final Pattern PATH = Pattern.compile("(/([A-Za-z0-9._~-]+|\\{[A-Za-z0-9_]+}))+");
    private static final Pattern PARAMETER = Pattern.compile("\\{(\\w+)}");

    private EndpointPaths() {}

    static void check(RouteText route, List<RouteProblem> problems) {
        RouteText.Step from = route.from();
        if (!PATH.matcher(from.rest()).matches()) {
            problems.add(route.problem(from.line(), "a path is like /api/market-data/my-endpoint, not " + from.rest()));
        }
        String methods = from.parameters().get("httpMethodRestrict");
        if (methods == null) {
            problems.add(route.problem(from.line(), "httpMethodRestrict is missing: say GET or POST"));
        } else {
            for (String method : methods.split(",")) {
                if (!METHODS.contains(method.strip().toUpperCase(Locale.ROOT))) {
                    problems.add(
                            route.problem(from.lineOf("httpMethodRestrict"), "httpMethodRestrict is GET or POST, not " + method.strip()));
                }
            }
        }
        Matcher parameter = PARAMETER.matcher(from.rest());
        while (parameter.find()) {
            String name = parameter.group(1);
            if (route.stepsTo("request").noneMatch(step -> step.parameters().containsKey(name))) {
                problems.add(route.problem(from.line(), "the path has {" + name + "}, and no request: step accepts " + name));
            }
        }
    }
}
