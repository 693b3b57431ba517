package io.kisgateway.routes;

import io.kisgateway.runtime.YamlNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Says with file, line and reason what is wrong with route files: YAML, Camel's schema, and the gateway's own rules. Runs
 * nothing and asks nobody. What it needs is large, and made when the first file is checked.
 */
public final class RouteChecker {

    private final Set<String> beans;
    private final Supplier<CamelContext> contexts;
    private final boolean trusts;
    private final Function<String, Set<String>> readBy;
    private final OrderFit fit;
    private ReplyMembers members;
    private RouteSchema schema;
    private RouteDryRun bench;

    /**
     * @param beans    the names that routes may refer to
     * @param contexts makes a context that is not started and has the gateway's components
     * @param readBy   the members of KIS's reply that a mapping reads which such a context has made, by its name
     * @param fit      whether orders go with their operations
     * @param trusts   whether routes of a folder may do what no shipped route needs
     */
    public RouteChecker(Set<String> beans, Supplier<CamelContext> contexts, Function<String, Set<String>> readBy, OrderFit fit,
            boolean trusts) {
        this.fit = fit;
        this.readBy = readBy;
        this.trusts = trusts;
        this.beans = Set.copyOf(beans);
        this.contexts = contexts;
    }

    record Result(List<RouteText> routes, List<RouteProblem> problems) {}

    /**
     * Checks a folder's files, together with the shipped ones that it does not replace.
     *
     * @return a line for each problem, in the order of files and lines; none if all is well
     */
    public List<RouteProblem> check(Path folder) throws IOException {
        if (Files.isRegularFile(folder)) {
            return List.of(new RouteProblem(folder.toString(), 1, "is a file; what is checked is a folder, with its mappings"));
        }
        if (!Files.isDirectory(folder)) {
            return List.of(new RouteProblem(folder.toString(), 1, "there is no such folder"));
        }
        List<RouteProblem> problems = new ArrayList<>();
        SortedMap<String, RouteFile> files = RouteFiles.in(folder, problems).files();
        SortedMap<String, RouteFile> others = RouteFiles.shipped();
        others.keySet().removeAll(files.keySet());
        return check(files.values(), others.values(), problems);
    }

    /** Checks the files of the jar itself. */
    public List<RouteProblem> checkShipped() {
        return check(RouteFiles.shipped().values(), List.of(), new ArrayList<>());
    }

    /** @param others are right by themselves */
    private List<RouteProblem> check(Collection<RouteFile> files, Collection<RouteFile> others, List<RouteProblem> problems) {
        List<RouteText> routes = new ArrayList<>();
        others.forEach(file -> routes.addAll(read(file, problems)));
        for (RouteFile file : files) {
            Result result = check(file);
            routes.addAll(result.routes());
            problems.addAll(result.problems());
        }
        if (problems.isEmpty()) {
            RouteRules.checkTogether(routes).forEach(clash -> problems.add(clash.problem()));
        }
        return sorted(problems);
    }

    static List<RouteProblem> sorted(List<RouteProblem> problems) {
        return problems.stream().distinct()
                .sorted(Comparator.comparing(RouteProblem::file).thenComparingInt(RouteProblem::line)).toList();
    }

    synchronized Result check(RouteFile file) {
        List<RouteProblem> problems = new ArrayList<>();
        List<RouteText> routes = read(file, problems);
        if (!problems.isEmpty()) {
            return new Result(List.of(), problems);
        }
        routes.forEach(route -> route.named("throttle").stream().filter(YamlNode::isMap).forEach(node -> problems.add(
                route.problem(node.line(), "this is Camel's own throttle, for one instance; write process, with ref: throttle"))));
        if (!problems.isEmpty()) {
            return new Result(List.of(), problems);
        }
        prepare();
        YamlNode root = parse(file, problems);
        problems.addAll(schema.check(file.location(), root));
        if (problems.isEmpty()) {
            RouteRules rules = new RouteRules(beans, bench, members, fit);
            routes.forEach(route -> problems.addAll(rules.check(route)));
        }
        if (problems.isEmpty() && !file.isShipped()) {
            problems.addAll(RouteTrust.check(file, routes, trusts));
        }
        RouteFile shipped = RouteFiles.shipped().get(file.name());
        if (problems.isEmpty() && shipped != null) {
            problems.addAll(RouteRules.checkReplacing(file, routes, read(shipped, new ArrayList<>())));
        }
        if (problems.isEmpty()) {
            bench.refusal(file).ifPresent(reason -> problems.add(new RouteProblem(file.location(), 1, reason)));
        }
        return new Result(problems.isEmpty() ? routes : List.of(), problems);
    }

    /** Makes what checks need; takes a second or so. */
    synchronized void prepare() {
        if (schema == null) {
            schema = RouteSchema.load();
            members = new ReplyMembers(readBy);
            bench = new RouteDryRun(contexts.get());
        }
    }

    private static YamlNode parse(RouteFile file, List<RouteProblem> problems) {
        return parse(file, document -> {}, problems);
    }

    private static YamlNode parse(RouteFile file, Consumer<Node> documents, List<RouteProblem> problems) {
        try {
            Node document = YamlNode.compose(file.text()).orElse(null);
            YamlNode root = document == null ? null : YamlNode.of(document);
            if (root == null || !root.isList() || root.items().isEmpty()) {
                problems.add(new RouteProblem(file.location(), root == null ? 1 : root.line(),
                        "a route file is a list of routes: each begins with - route:"));
                return null;
            }
            documents.accept(document);
            return root;
        } catch (YamlNode.Malformed e) {
            problems.add(new RouteProblem(file.location(), e.line(), e.getMessage()));
            return null;
        }
    }

    /** The routes of a file, unchecked but for its outline. */
    static List<RouteText> read(RouteFile file, List<RouteProblem> problems) {
        return read(file, document -> {}, problems);
    }

    /** @param documents gets the file's, if it is one of routes */
    static List<RouteText> read(RouteFile file, Consumer<Node> documents, List<RouteProblem> problems) {
        YamlNode root = parse(file, documents, problems);
        List<RouteText> routes = new ArrayList<>();
        if (root != null) {
            for (YamlNode item : root.items()) {
                YamlNode route = item.member("route").orElse(null);
                if (route != null && item.members().size() == 1 && !route.isMap()) {
                    problems.add(new RouteProblem(file.location(), item.line(), "the route is empty: its members come below, indented"));
                } else if (item.members().size() != 1 || route == null) {
                    String what = item.members().isEmpty() ? "this" : String.join(", ", new TreeMap<>(item.members()).keySet());
                    problems.add(new RouteProblem(file.location(), item.line(), what + " does not belong here: a route file holds"
                            + " routes only, each beginning with - route:"));
                } else {
                    routes.add(new RouteText(file, route));
                }
            }
        }
        return routes;
    }
}
