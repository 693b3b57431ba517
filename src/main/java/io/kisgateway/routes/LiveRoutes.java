package io.kisgateway.routes;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.web.DrainableConsumer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.support.ResourceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * The routes that serve: those of the jar, and those of a folder, where a file replaces the jar's file of the same name.
 * A changed file is checked, its changed routes are built beside the old ones, and each takes over at once; whatever is
 * wrong leaves the old ones serving. Used by one thread after the start.
 */
public final class LiveRoutes implements RoutesBuilder {

    private static final Logger LOG = LoggerFactory.getLogger(LiveRoutes.class);

    private final Path folder;
    private final Set<String> leftOut;
    private final RouteChecker checker;
    private final Function<String, Optional<Path>> mappings;
    private final Runnable onChange;
    /** The content of each file that serves, by name; the jar's files included. */
    private NavigableMap<String, RouteFile> serving = new TreeMap<>();
    private final Map<String, Served> served = new LinkedHashMap<>();
    private CompletableFuture<Map<String, Node>> reading;
    private RouteSwap swap;
    private int versions = 1;
    private volatile List<RouteProblem> failed = List.of();
    /** What Camel calls each endpoint's route that serves. */
    private volatile Map<String, String> live = Map.of();
    private volatile List<RouteText> texts = List.of();

    /** A route that serves: the name it has in Camel, and what it was made of. */
    private record Served(String routeId, JsonNode text, Map<String, String> mappings) {}

    /**
     * @param folder   of further routes, or null
     * @param leftOut  files of the jar that do not serve
     * @param checker  checks the folder's files
     * @param mappings the file that the name in a {@code reply:} step means, if it lies outside the jar
     * @param onChange is told after routes have changed
     */
    public LiveRoutes(Path folder, Set<String> leftOut, RouteChecker checker, Function<String, Optional<Path>> mappings,
            Runnable onChange) {
        this.folder = folder;
        this.leftOut = leftOut;
        this.checker = checker;
        this.mappings = mappings;
        this.onChange = onChange;
    }

    /** Finds out whether the folder's routes are right before anything starts. */
    public void check() throws IOException {
        if (folder == null) {
            return;
        }
        List<RouteProblem> problems = checker.check(folder);
        if (!problems.isEmpty()) {
            throw new InvalidRoutes(problems);
        }
    }

    /** Reads all files beside the rest of the start. */
    void readAhead(Executor workers) {
        reading = CompletableFuture.supplyAsync(() -> {
            Map<String, Node> documents = new HashMap<>();
            List<RouteText> routes = new ArrayList<>();
            List<RouteProblem> problems = new ArrayList<>();
            try {
                serving = files(problems, new HashSet<>());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            serving.values().forEach(file -> routes
                    .addAll(RouteChecker.read(file, document -> documents.put(file.location(), document), problems)));
            if (!problems.isEmpty()) {
                throw new InvalidRoutes(problems);
            }
            texts = routes;
            texts.forEach(route -> served.put(route.id(), new Served(route.id(), route.node().json(), contents(route))));
            return documents;
        }, workers);
    }

    /** For the start: all routes at once. Camel's own way reads each file twice, for what only other files than routes may hold. */
    @Override
    public void addRoutesToCamelContext(CamelContext context) throws Exception {
        swap = new RouteSwap(context);
        ComposedRoutes yaml = new ComposedRoutes(context, reading.join());
        for (RouteFile file : serving.values()) {
            context.addRoutes(yaml.loadRoutesBuilder(ResourceHelper.fromString(file.location(), file.text())));
        }
        reading = null;
        publish();
    }

    @Override
    public void addTemplatedRoutesToCamelContext(CamelContext context) {
        // There are none.
    }

    @Override
    public Set<String> updateRoutesToCamelContext(CamelContext context) {
        throw new UnsupportedOperationException("Camel's own reload is not used: it loses routes");
    }

    public RouteState state() {
        Map<String, String> now = live;
        return new RouteState(now.size(), failed, now.entrySet().stream().filter(route -> swap.isPaused(route.getValue()))
                .map(Map.Entry::getKey).sorted().toList());
    }

    private void publish() {
        live = served.entrySet().stream().collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, route -> route.getValue().routeId()));
    }

    /** The ids of the routes that take permits. */
    public Set<String> throttled() {
        return texts.stream().filter(route -> route.steps().stream().anyMatch(step -> RouteRules.THROTTLE.equals(step.ref())))
                .map(RouteText::id).collect(Collectors.toCollection(TreeSet::new));
    }

    /** @param limits the text of an endpoint's limit, by its id */
    public RouteCatalogue catalogue(Function<String, String> limits) {
        return RouteCatalogue.of(texts, limits);
    }

    /** The mapping files that routes name, wherever they are. */
    Set<Path> mappingFiles() {
        Set<Path> paths = new HashSet<>();
        texts.forEach(route -> named(route).forEach((name, path) -> paths.add(path)));
        return paths;
    }

    private Map<String, Path> named(RouteText route) {
        Map<String, Path> named = new TreeMap<>();
        route.stepsTo("reply").map(RouteText.Step::rest)
                .forEach(name -> mappings.apply(name).ifPresent(path -> named.put(name, path)));
        return named;
    }

    private Map<String, String> contents(RouteText route) {
        Map<String, String> contents = new TreeMap<>();
        named(route).forEach((name, path) -> {
            try {
                contents.put(name, Files.readString(path));
            } catch (IOException e) {
                contents.put(name, "");
            }
        });
        return contents;
    }

    /** Makes ready what the first check needs, so that the first change is not slow. */
    void warmUp() {
        checker.prepare();
    }

    /** @param unread gets the names of files that are there and cannot be read; they are as they were */
    private NavigableMap<String, RouteFile> files(List<RouteProblem> problems, Set<String> unread) throws IOException {
        NavigableMap<String, RouteFile> files = RouteFiles.shipped();
        files.keySet().removeAll(leftOut);
        if (folder != null) {
            RouteFiles.Found found = RouteFiles.in(folder, problems);
            files.putAll(found.files());
            unread.addAll(found.unread());
            unread.stream().filter(serving::containsKey).forEach(name -> files.put(name, serving.get(name)));
        }
        return files;
    }

    private static List<RouteText> read(Collection<RouteFile> files) {
        List<RouteText> routes = new ArrayList<>();
        files.forEach(file -> routes.addAll(RouteChecker.read(file, new ArrayList<>())));
        return routes;
    }

    /** Takes over what has changed in the folder. */
    void refresh() {
        List<RouteProblem> problems = new ArrayList<>();
        try {
            Set<String> broken = new HashSet<>();
            NavigableMap<String, RouteFile> wanted = files(problems, broken);
            keepFormerOfBroken(wanted, broken, problems);
            if (keepFormerOfClashing(wanted, broken, problems)) {
                List<RouteText> routes = read(wanted.values());
                boolean changed = apply(routes, broken);
                serving = wanted;
                texts = routes;
                if (changed) {
                    onChange.run();
                }
            }
        } catch (RouteSwap.Refused e) {
            problems.add(e.problem());
        } catch (IOException | RuntimeException e) {
            if (e instanceof RuntimeException) {
                LOG.error("The routes folder cannot be taken over", e);
            }
            problems.add(new RouteProblem(folder.toString(), 1, "cannot be read: " + RouteDryRun.innermost(e)));
        }
        tell(RouteChecker.sorted(problems));
    }

    /** @param broken gets the names of files that are wrong; their former content is wanted again, if there was any */
    private void keepFormerOfBroken(NavigableMap<String, RouteFile> wanted, Set<String> broken, List<RouteProblem> problems) {
        for (String name : new TreeSet<>(wanted.keySet())) {
            RouteFile file = wanted.get(name);
            RouteFile former = serving.get(name);
            if (broken.contains(name) || file.equals(former) && !mappingsChanged(file)) {
                continue;
            }
            List<RouteProblem> found = checker.check(file).problems();
            if (!found.isEmpty()) {
                problems.addAll(found);
                broken.add(name);
                wanted.remove(name);
                if (former != null) {
                    wanted.put(name, former);
                }
            }
        }
    }

    /** @return whether the files agree now that those whose change made them disagree are as they were */
    private boolean keepFormerOfClashing(NavigableMap<String, RouteFile> wanted, Set<String> broken, List<RouteProblem> problems) {
        for (;;) {
            List<RouteRules.Clash> clashes = RouteRules.checkTogether(read(wanted.values()));
            clashes.forEach(clash -> problems.add(clash.problem()));
            Set<String> back = changed(wanted, clashes.stream().flatMap(clash -> clash.files().stream()));
            if (back.isEmpty()) {
                back = changed(wanted, clashes.stream().map(RouteRules.Clash::missing).flatMap(this::servingWith));
            }
            if (back.isEmpty()) {
                return clashes.isEmpty();
            }
            broken.addAll(back);
            back.forEach(name -> wanted.compute(name, (key, changed) -> serving.get(key)));
        }
    }

    private Set<String> changed(NavigableMap<String, RouteFile> wanted, Stream<String> names) {
        return names.filter(name -> !Objects.equals(wanted.get(name), serving.get(name))).collect(Collectors.toSet());
    }

    /** The files that serve and have a route which begins with this. */
    private Stream<String> servingWith(String uri) {
        return texts.stream().filter(route -> route.from().uri().equals(uri)).map(route -> route.file().name());
    }

    private boolean mappingsChanged(RouteFile file) {
        return read(List.of(file)).stream().anyMatch(route -> {
            Served now = served.get(route.id());
            return now == null || !now.mappings().equals(contents(route));
        });
    }

    private void tell(List<RouteProblem> problems) {
        if (!problems.equals(failed)) {
            problems.forEach(problem -> LOG.error("Route file not taken, the former routes serve on: {}", problem));
            if (problems.isEmpty()) {
                LOG.info("All route files are right again");
            }
        }
        failed = List.copyOf(problems);
        publish();
    }

    /** Changes what differs; a broken file's routes go on as they were made, whatever their mappings are now. */
    private boolean apply(List<RouteText> routes, Set<String> broken) throws RouteSwap.Refused {
        Map<String, RouteText> wanted = new LinkedHashMap<>();
        routes.forEach(route -> wanted.put(route.id(), route));
        Map<String, Served> next = new HashMap<>();
        List<RouteSwap.Change> changes = new ArrayList<>();
        wanted.forEach((id, route) -> {
            Served now = served.get(id);
            Map<String, String> contents = contents(route);
            boolean asItIs = now != null && broken.contains(route.file().name());
            if (!asItIs && (now == null || !now.text().equals(route.node().json()) || !now.mappings().equals(contents))) {
                String routeId = now == null && !swap.isTaken(id) ? id : id + DrainableConsumer.VERSION + ++versions;
                next.put(id, new Served(routeId, route.node().json(), contents));
                changes.add(new RouteSwap.Change(now == null ? null : now.routeId(), routeId, route));
            }
        });
        Set<String> gone = new HashSet<>(served.keySet());
        gone.removeAll(wanted.keySet());
        gone.forEach(id -> changes.add(new RouteSwap.Change(served.get(id).routeId(), null, null)));
        if (changes.isEmpty()) {
            return false;
        }
        swap.carryOut(changes);
        served.keySet().removeAll(gone);
        served.putAll(next);
        LOG.info("Routes changed: {} live, {} gone", next.keySet(), gone);
        return true;
    }

    /** Ends routes that have been replaced and whose last request has left. */
    void retire() {
        swap.retire();
    }
}
