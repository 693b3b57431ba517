package io.kisgateway.routes;

import io.kisgateway.access.Need;
import io.kisgateway.runtime.Members;
import io.kisgateway.web.RequestComponent;
import io.kisgateway.web.RouteNeed;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the endpoints are, as their files say: for people and for programs. */
public final class RouteCatalogue {

    /** These options of a {@code kis:} step are not parameters of the operation. */
    private static final java.util.regex.Pattern PARAMETER = java.util.regex.Pattern.compile("[A-Z][A-Z0-9_]*");

    private final List<Entry> entries;

    /**
     * One endpoint.
     *
     * @param request    member to what it may be
     * @param limit      permits in a time, or null if it takes none
     * @param order      whether it may place an order
     * @param need       which scope its callers need, where callers have keys
     * @param operations of KIS that it asks, in the order of the file
     */
    public record Entry(String id, String description, String method, String path, String file, Map<String, String> request,
            String limit, boolean order, Need need, List<Operation> operations, Diagram diagram) {

        /** As JSON: the diagram as Mermaid. */
        Map<String, Object> show() {
            return Members.of(
                    "id", id,
                    "description", description,
                    "method", method,
                    "path", path,
                    "file", file,
                    "request", request,
                    "limit", limit,
                    "scope", need.toString(),
                    "kis", operations,
                    "diagram", Mermaid.of(diagram));
        }
    }

    /**
     * One operation of KIS.
     *
     * @param trId        in real trading
     * @param trIdVirtual in virtual trading, or null if KIS does not offer it there
     * @param parameters  as the route gives them
     */
    public record Operation(String method, String path, String trId, String trIdVirtual, Map<String, String> parameters) {

        String name() {
            return path.substring(path.lastIndexOf('/') + 1);
        }
    }

    private RouteCatalogue(List<Entry> entries) {
        this.entries = entries;
    }

    /** @param limits the text of an endpoint's limit, by its id */
    static RouteCatalogue of(Collection<RouteText> routes, Function<String, String> limits) {
        Map<String, RouteText> directs = new HashMap<>();
        routes.stream().filter(route -> route.from().isTo("direct")).forEach(route -> directs.put(route.from().rest(), route));
        return new RouteCatalogue(routes.stream().filter(route -> route.from().isTo("platform-http"))
                .map(route -> entry(route, directs, limits)).collect(Collectors.toList()));
    }

    /** Of the routes in the jar. */
    public static RouteCatalogue shipped(Function<String, String> limits) {
        List<RouteText> routes = new ArrayList<>();
        RouteFiles.shipped().values().forEach(file -> routes.addAll(RouteChecker.read(file, new ArrayList<>())));
        return of(routes, limits);
    }

    private static Entry entry(RouteText route, Map<String, RouteText> directs, Function<String, String> limits) {
        Set<Operation> operations = new LinkedHashSet<>();
        collect(route, directs, new LinkedHashSet<>(), operations);
        Map<String, String> request = new LinkedHashMap<>();
        route.stepsTo("request").forEach(step -> request.putAll(step.parameters()));
        request.remove(RequestComponent.SCOPE);
        boolean throttled = route.steps().stream().anyMatch(step -> RouteRules.THROTTLE.equals(step.ref()));
        return new Entry(route.id(), route.description(), route.from().parameters().getOrDefault("httpMethodRestrict", "any"),
                route.from().rest(), route.file().name(), request, throttled ? limits.apply(route.id()) : null,
                route.stepsTo("request").anyMatch(step -> step.rest().equals("order")), need(route), List.copyOf(operations),
                Diagram.of(route, directs::get));
    }

    private static Need need(RouteText route) {
        return RouteNeed.of(Stream.concat(route.stepsTo("request"), route.stepsTo("order")).map(step -> {
            String scope = step.parameters().get(RequestComponent.SCOPE);
            return step.scheme() + ":" + step.rest() + (scope == null ? "" : "?" + RequestComponent.SCOPE + "=" + scope);
        }).toList());
    }

    private static void collect(RouteText route, Map<String, RouteText> directs, Set<String> inside, Set<Operation> operations) {
        if (route == null || !inside.add(route.id())) {
            return;
        }
        for (RouteText.Step step : route.steps()) {
            switch (step.scheme()) {
                case "kis" -> {
                    // kis:pass asks whatever its caller asks.
                    if (step.parameters().containsKey("trId")) {
                        operations.add(operation(step));
                    }
                }
                case "direct" -> collect(directs.get(step.rest()), directs, inside, operations);
                case "kept" -> collect(directs.get(String.valueOf(step.parameters().get("source")).replaceFirst("^direct:", "")),
                        directs, inside, operations);
                default -> {}
            }
        }
    }

    private static Operation operation(RouteText.Step step) {
        int colon = step.rest().indexOf(':');
        String trId = step.parameters().get("trId");
        String virtual = step.parameters().getOrDefault("trIdMock", trId.matches("[TJC].*") ? "V" + trId.substring(1) : trId);
        Map<String, String> parameters = new LinkedHashMap<>();
        step.parameters().forEach((name, value) -> {
            if (PARAMETER.matcher(name).matches()) {
                parameters.put(name, value);
            }
        });
        return new Operation(step.rest().startsWith("order:") ? "POST" : "GET", step.rest().substring(colon + 1), trId,
                "none".equals(virtual) ? null : virtual, parameters);
    }

    /**
     * For programs.
     *
     * @param remarks on what does not work, one sentence each
     */
    public Map<String, Object> json(List<String> remarks) {
        return Map.of("routes", entries.stream().map(Entry::show).toList(), "remarks", remarks);
    }

    public String openApi(String version) {
        return OpenApi.yaml(entries, version);
    }

    /** The same for people, as a page. */
    public String html(List<String> remarks) {
        return Html.page(entries, remarks);
    }

    /**
     * For people, as a document.
     *
     * @param steps what is said of the steps
     */
    public String markdown(String steps) {
        return Markdown.document(entries, steps);
    }
}
