package io.kisgateway.routes;

import io.kisgateway.runtime.YamlNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/** One route as its file has it. */
record RouteText(RouteFile file, YamlNode node) {

    /** Steps that name an endpoint which is known before the route runs. */
    private static final Set<String> SENDING = Set.of("to", "toD", "wireTap", "enrich", "pollEnrich");
    private static final Set<String> UNTOLD = Set.of("id", "description");
    private static final Set<String> STRUCTURE = Set.of("from", "route", "steps", "parameters");
    private static final Set<String> CALLING = Set.of("process", "bean");

    /**
     * A place in a route that names something outside it.
     *
     * @param kind       such as {@code to} or {@code process}
     * @param uri        without parameters, or null
     * @param parameters of the URI, as written
     * @param ref        the bean named, or null
     * @param given      what parameters are where in the file
     */
    record Step(String kind, String uri, Map<String, String> parameters, String ref, int line, Map<String, YamlNode> given) {

        /** The line of what a sentence is about: of the parameter that it names, else of the step. */
        int lineOf(String sentence) {
            return given.entrySet().stream()
                    .filter(entry -> sentence.matches("(?s)(.*[^\\w.])?" + Pattern.quote(entry.getKey()) + "(\\W.*)?"))
                    .findFirst().or(() -> given.entrySet().stream().filter(entry -> holds(sentence, entry.getValue().text())).findFirst())
                    .map(entry -> entry.getValue().line()).orElse(line);
        }

        private static boolean holds(String sentence, String value) {
            return value != null && value.length() > 2 && sentence.contains(value);
        }

        String scheme() {
            int colon = uri == null ? -1 : uri.indexOf(':');
            return colon < 0 ? "" : uri.substring(0, colon);
        }

        String rest() {
            return uri.substring(uri.indexOf(':') + 1);
        }

        boolean isTo(String scheme) {
            return scheme().equals(scheme);
        }
    }

    /** A text in the language Simple. */
    record Simple(String text, boolean predicate, int line) {}

    String id() {
        return node.text("id");
    }

    String description() {
        return node.text("description");
    }

    int line() {
        return node.line();
    }

    /** As Camel's model has it. */
    RouteDefinition definition(CamelContext context) throws Exception {
        for (RoutesBuilder builder : PluginHelper.getRoutesLoader(context)
                .findRoutesBuilders(ResourceHelper.fromString(file.location(), file.text()))) {
            for (RouteDefinition definition : ((RouteBuilder) builder).configureRoutes(context).getRoutes()) {
                if (id().equals(definition.getRouteId())) {
                    return definition;
                }
            }
        }
        throw new IllegalStateException("the file holds no route " + id());
    }

    RouteProblem problem(int line, String reason) {
        return new RouteProblem(file.location(), line, reason);
    }

    Step from() {
        return endpoint("from", node.member("from").orElse(node));
    }

    /** Everything after the beginning, in the order of the file. */
    List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        node.member("from").flatMap(from -> from.member("steps")).ifPresent(list -> collect(list, steps));
        return steps;
    }

    Stream<Step> stepsTo(String scheme) {
        return steps().stream().filter(step -> step.isTo(scheme));
    }

    private static void collect(YamlNode node, List<Step> steps) {
        node.items().forEach(item -> collect(item, steps));
        node.members().forEach((name, member) -> {
            if (SENDING.contains(name)) {
                steps.add(endpoint(name, member));
            } else if (CALLING.contains(name) && member.text("ref") != null) {
                steps.add(new Step(name, null, Map.of(), member.text("ref"), member.line(), Map.of()));
            } else if (!name.equals("parameters")) {
                collect(member, steps);
            }
        });
    }

    static Step endpoint(String kind, YamlNode node) {
        String uri = node.text() != null ? node.text() : node.text("uri");
        Map<String, String> parameters = new LinkedHashMap<>();
        int question = uri == null ? -1 : uri.indexOf('?');
        if (question >= 0) {
            for (String pair : uri.substring(question + 1).split("&")) {
                String[] halves = pair.split("=", 2);
                parameters.put(halves[0], halves.length == 1 ? "" : halves[1]);
            }
            uri = uri.substring(0, question);
        }
        Map<String, YamlNode> given = node.member("parameters").map(YamlNode::members).orElse(Map.of());
        given.forEach((name, value) -> parameters.put(name, value.text()));
        return new Step(kind, uri == null ? "" : uri, parameters, null, node.line(), given);
    }

    /** The line of what a sentence names, as far as it is found; else the route's own. */
    int lineOf(String sentence) {
        return lineOf(node, new HashSet<>(List.of(sentence.split("[^\\w.$-]+")))).orElse(line());
    }

    private static Optional<Integer> lineOf(YamlNode node, Set<String> words) {
        if (node.text() != null && node.text().length() > 3 && words.contains(node.text())) {
            return Optional.of(node.line());
        }
        for (Map.Entry<String, YamlNode> member : node.members().entrySet()) {
            Optional<Integer> inside = UNTOLD.contains(member.getKey()) ? Optional.empty() : lineOf(member.getValue(), words);
            if (inside.isPresent()
                    || member.getKey().length() > 3 && !STRUCTURE.contains(member.getKey()) && words.contains(member.getKey())) {
                return inside.isPresent() ? inside : Optional.of(member.getValue().line());
            }
        }
        return node.items().stream().map(item -> lineOf(item, words)).flatMap(Optional::stream).findFirst();
    }

    /** Everything of that name in the route, parameters of endpoints aside. */
    List<YamlNode> named(String name) {
        List<YamlNode> found = new ArrayList<>();
        collect(node, name, found);
        return found;
    }

    private static void collect(YamlNode node, String wanted, List<YamlNode> found) {
        node.items().forEach(item -> collect(item, wanted, found));
        node.members().forEach((name, member) -> {
            if (name.equals(wanted)) {
                found.add(member);
            }
            if (!name.equals("parameters")) {
                collect(member, wanted, found);
            }
        });
    }

    List<Simple> simples() {
        List<Simple> simples = new ArrayList<>();
        collectSimples(node, "", simples);
        return simples;
    }

    private static void collectSimples(YamlNode node, String parent, List<Simple> simples) {
        node.items().forEach(item -> collectSimples(item, parent, simples));
        node.members().forEach((name, member) -> {
            String text = member.text() != null ? member.text() : member.text("expression");
            if (name.equals("simple") && text != null) {
                simples.add(new Simple(text, Set.of("when", "filter", "validate").contains(parent), member.line()));
            } else {
                collectSimples(member, name.equals("expression") ? parent : name, simples);
            }
        });
    }
}
