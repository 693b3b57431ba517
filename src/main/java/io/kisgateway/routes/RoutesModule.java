package io.kisgateway.routes;

import io.kisgateway.runtime.GatewayModule;
import io.kisgateway.runtime.Version;
import io.kisgateway.settings.InvalidSetting;
import io.kisgateway.settings.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;

/** The route files: checked before anything starts, loaded, taken over when they change, and explained to people. */
public final class RoutesModule implements GatewayModule {

    public static final Set<String> STEPS = Set.of("openapi", "docs", "docs-file");

    private final RoutesSettings settings;
    private final LiveRoutes routes;
    private final RouteWatcher watcher;
    private final ApiPages pages = new ApiPages(this::catalogue, Version.read(), Version.swaggerUi());
    private final Consumer<Set<String>> onChange;

    private RoutesModule(RoutesSettings settings, RouteChecker checker, Function<String, Optional<Path>> mappings,
            Consumer<Set<String>> onChange) {
        this.settings = settings;
        this.onChange = onChange;
        this.routes = new LiveRoutes(settings.folder(), settings.leftOut(), checker, mappings, this::tell);
        this.watcher = settings.reloads() ? new RouteWatcher(settings.folder(), routes) : null;
    }

    /**
     * @param mappings the file that the name in a {@code reply:} step means, if it lies outside the jar
     * @param onChange is told the ids of the routes that take permits, at the start and after each change
     * @param startup  does what takes long, beside the rest of the start
     * @throws InvalidRoutes if the folder's routes are not right
     */
    public static RoutesModule open(RoutesSettings settings, RouteChecker checker, Function<String, Optional<Path>> mappings,
            Consumer<Set<String>> onChange,
            Executor startup) throws IOException {
        RoutesModule module = new RoutesModule(settings, checker, mappings, onChange);
        module.routes.check();
        module.routes.readAhead(startup);
        return module;
    }

    @Override
    public void configure(CamelContext camelContext) {
        Registry registry = camelContext.getRegistry();
        registry.bind("openapi", pages.document());
        registry.bind("docs", pages.page());
        registry.bind("docs-file", pages.file());
    }

    @Override
    public void started(CamelContext camelContext) {
        // With a watcher the endpoint that a limit is meant for may come later.
        if (watcher == null && !settings.endpointLimits().isEmpty()) {
            requireEndpoints();
        }
        tell();
        if (watcher != null) {
            watcher.start();
        }
    }

    private void requireEndpoints() {
        Set<String> known = new TreeSet<>();
        settings.furtherLimits().get().forEach(name -> known.add(Settings.endpointLimitVariable(name)));
        throttled().forEach(id -> known.add(Settings.endpointLimitVariable(id)));
        settings.endpointLimits().keySet().stream().filter(variable -> !known.contains(variable)).findFirst().ifPresent(variable -> {
            throw InvalidSetting.because(variable + " names no endpoint; there are: " + known.stream()
                    .filter(name -> !name.startsWith("RATE_LIMIT_KIS_")).collect(Collectors.joining(", "))
                    + ", and RATE_LIMIT_KIS_<FAMILY>_<OPERATION> such as RATE_LIMIT_KIS_DOMESTIC_STOCK_INQUIRE_PRICE");
        });
    }

    private void tell() {
        onChange.accept(throttled());
    }

    public LiveRoutes routes() {
        return routes;
    }

    /** The ids of the routes that take permits. */
    public Set<String> throttled() {
        return routes.throttled();
    }

    public RouteState state() {
        return routes.state();
    }

    public RouteCatalogue catalogue() {
        return routes.catalogue(settings::limit);
    }

    @Override
    public void close() {
        if (watcher != null) {
            watcher.close();
        }
    }
}
