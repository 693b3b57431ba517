package io.kisgateway.routes;

import io.kisgateway.web.DrainableConsumer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Route;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.service.ServiceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts new routes in the place of old ones. The new ones are built first, under names of their own, so that the old ones
 * serve on if they cannot be built; then new requests go to the new ones while those inside the old ones finish there.
 */
final class RouteSwap {

    private static final Logger LOG = LoggerFactory.getLogger(RouteSwap.class);
    /** A request may have found its route and still be sending its body, for which it has ten seconds. */
    private static final long LEAST_NANOS = TimeUnit.SECONDS.toNanos(12);
    /** Longer than any request may take. */
    private static final long MOST_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final CamelContext context;
    private final Model model;
    private final LongSupplier nanoTime = System::nanoTime;
    private final List<Leaving> leaving = new ArrayList<>();
    /** Routes that serve without Camel counting them as started. */
    private final Set<String> unannounced = new HashSet<>();

    RouteSwap(CamelContext context) {
        this.context = context;
        this.model = context.getCamelContextExtension().getContextPlugin(Model.class);
    }

    /**
     * One route to put in, to replace or to take out.
     *
     * @param oldId its name in Camel, or null if there was none
     * @param newId the new name, or null if there shall be none
     * @param text  what the new one is made of, or null
     */
    record Change(String oldId, String newId, RouteText text) {}

    private record Leaving(String routeId, long since) {}

    /** The new routes cannot be built; the old ones serve. */
    static final class Refused extends Exception {

        private static final long serialVersionUID = 1L;

        private final transient RouteProblem problem;

        Refused(RouteProblem problem) {
            super(problem.toString(), null, false, false);
            this.problem = problem;
        }

        RouteProblem problem() {
            return problem;
        }
    }

    /** Whether somebody has stopped or suspended a route that should serve. */
    boolean isPaused(String routeId) {
        Route route = context.isStarted() ? context.getRoute(routeId) : null;
        return route != null && (ServiceHelper.isSuspended(route.getConsumer()) || ServiceHelper.isStopped(route.getConsumer()));
    }

    /** Whether Camel still has a route of this name. */
    boolean isTaken(String routeId) {
        return context.getRoute(routeId) != null;
    }

    /** All or nothing. */
    void carryOut(List<Change> changes) throws Refused {
        List<Change> built = new ArrayList<>();
        try {
            for (Change change : changes) {
                if (change.newId() != null) {
                    built.add(change);
                    build(change);
                }
            }
            open(changes);
        } catch (Refused e) {
            built.forEach(change -> remove(change.newId()));
            throw e;
        }
        long now = nanoTime.getAsLong();
        for (Change change : changes) {
            if (change.oldId() != null) {
                DrainableConsumer consumer = DrainableConsumer.of(context.getRoute(change.oldId()).getConsumer());
                if (consumer != null) {
                    consumer.shut();
                }
                leaving.add(new Leaving(change.oldId(), now));
            }
        }
    }

    /** Everything but the entrance; what Camel finds wrong with a route it finds here. */
    private void build(Change change) throws Refused {
        try {
            RouteDefinition definition = change.text().definition(context);
            definition.setId(change.newId());
            definition.setAutoStartup("false");
            model.addRouteDefinitions(List.of(definition));
            Objects.requireNonNull(context.getRoute(change.newId()), "Camel has not made the route");
        } catch (Exception e) {
            throw new Refused(change.text().problem(change.text().line(), RouteDryRun.innermost(e)));
        }
    }

    /**
     * Opens the new entrances. Two routes may share a path for a moment, where the older one is asked first; a
     * {@code direct:} name belongs to one route at a time, and whoever calls it in between waits for the next.
     */
    private void open(List<Change> changes) throws Refused {
        Map<Consumer, Consumer> opened = new LinkedHashMap<>();
        for (Change change : changes) {
            if (change.newId() == null) {
                continue;
            }
            Consumer consumer = context.getRoute(change.newId()).getConsumer();
            Consumer former = change.oldId() == null ? leavingAt(consumer) : context.getRoute(change.oldId()).getConsumer();
            try {
                if (former != null && DrainableConsumer.of(former) == null) {
                    ServiceHelper.suspendService(former);
                }
                opened.put(consumer, former);
                ServiceHelper.startService(consumer);
            } catch (RuntimeException e) {
                opened.forEach(RouteSwap::close);
                throw new Refused(change.text().problem(change.text().line(), RouteDryRun.innermost(e)));
            }
        }
        changes.stream().map(Change::newId).filter(Objects::nonNull).forEach(unannounced::add);
    }

    /** Who still serves this entrance for requests that began before it was taken away, or null. */
    private Consumer leavingAt(Consumer consumer) {
        return leaving.stream().map(old -> context.getRoute(old.routeId())).filter(Objects::nonNull).map(Route::getConsumer)
                .filter(old -> old.getEndpoint().getEndpointUri().equals(consumer.getEndpoint().getEndpointUri())).findFirst().orElse(null);
    }

    private static void close(Consumer opened, Consumer former) {
        ServiceHelper.stopService(opened);
        if (former != null && DrainableConsumer.of(former) == null) {
            ServiceHelper.resumeService(former);
        }
    }

    /** Tells Camel that the route has started, which it does not accept while another has the same entrance. */
    private void announce(String routeId) {
        try {
            if (context.getRoute(routeId) != null) {
                context.getRouteController().startRoute(routeId);
            }
        } catch (Exception e) {
            LOG.warn("Route {} serves, but Camel does not count it as started", routeId, e);
        }
    }

    /** Ends old routes whose last request has left; to be called now and then. */
    void retire() {
        for (Iterator<Leaving> iterator = leaving.iterator(); iterator.hasNext();) {
            Leaving old = iterator.next();
            long waited = nanoTime.getAsLong() - old.since();
            if (waited >= LEAST_NANOS && (isEmpty(old.routeId()) && !isNeeded(old) || waited >= MOST_NANOS)) {
                iterator.remove();
                remove(old.routeId());
            }
        }
        if (leaving.isEmpty()) {
            unannounced.forEach(this::announce);
            unannounced.clear();
        }
    }

    /** A request of an older route that has not come as far as this one may still do so. */
    private boolean isNeeded(Leaving old) {
        return !hasConsumer(old.routeId()) && leaving.stream()
                .anyMatch(other -> other.since() <= old.since() && hasConsumer(other.routeId()) && !isEmpty(other.routeId()));
    }

    private boolean hasConsumer(String routeId) {
        Route route = context.getRoute(routeId);
        return route != null && DrainableConsumer.of(route.getConsumer()) != null;
    }

    private boolean isEmpty(String routeId) {
        Route route = context.getRoute(routeId);
        DrainableConsumer consumer = route == null ? null : DrainableConsumer.of(route.getConsumer());
        return (consumer == null || consumer.isEmpty()) && context.getInflightRepository().size(routeId) == 0;
    }

    private void remove(String routeId) {
        try {
            if (context.getRoute(routeId) != null) {
                context.getRouteController().stopRoute(routeId, 1, TimeUnit.SECONDS);
                context.removeRoute(routeId);
            }
            RouteDefinition definition = model.getRouteDefinition(routeId);
            if (definition != null) {
                model.removeRouteDefinition(definition);
            }
        } catch (Exception e) {
            LOG.warn("The old route {} could not be ended", routeId, e);
        }
    }
}
