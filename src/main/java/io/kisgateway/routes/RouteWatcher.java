package io.kisgateway.routes;

import io.kisgateway.runtime.Threads;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the routes folder a few times a second and takes over what has changed once it has come to rest: an editor may
 * write a file in several goes, or write another one and rename it.
 */
public final class RouteWatcher implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RouteWatcher.class);
    static final Duration EVERY = Duration.ofMillis(200);
    private static final int MAX_DEPTH = 3;
    private static final int MAX_FILES = 2000;

    private final Path folder;
    private final LiveRoutes routes;
    private final ScheduledExecutorService thread;
    private Map<String, String> seen;
    private Map<String, String> taken;

    /** @param folder of routes and mappings */
    public RouteWatcher(Path folder, LiveRoutes routes) {
        this.folder = folder;
        this.routes = routes;
        this.thread = new ScheduledThreadPoolExecutor(1, Threads.daemon("routes"));
    }

    /** What is in the folder now counts as taken. */
    public void start() {
        taken = look();
        seen = taken;
        thread.execute(routes::warmUp);
        var unused = thread.scheduleWithFixedDelay(this::tick, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void tick() {
        try {
            Map<String, String> now = look();
            if (now.equals(seen) && !now.equals(taken)) {
                taken = now;
                routes.refresh();
            }
            seen = now;
            routes.retire();
        } catch (RuntimeException e) {
            LOG.error("A change of the routes folder could not be taken over", e);
        }
    }

    /** Which file is how long, of when, and whether it is another one of the same name. */
    private Map<String, String> look() {
        Map<String, String> found = new TreeMap<>();
        try {
            Files.walkFileTree(folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), MAX_DEPTH, new Marks(found));
        } catch (IOException e) {
            LOG.debug("The routes folder changed while it was looked at", e);
        }
        routes.mappingFiles().forEach(path -> found.put(path.toString(), mark(path)));
        return found;
    }

    /** Looks at whatever can be looked at: one folder that is closed to us hides no other. */
    private static final class Marks extends SimpleFileVisitor<Path> {

        private final Map<String, String> found;

        Marks(Map<String, String> found) {
            this.found = found;
        }

        @Override
        public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
            if (attributes.isRegularFile() && !path.getFileName().toString().startsWith(".")) {
                found.put(path.toString(), mark(path));
            }
            return found.size() < MAX_FILES ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path path, IOException failure) {
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path path, IOException failure) {
            return FileVisitResult.CONTINUE;
        }
    }

    private static String mark(Path path) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return attributes.size() + " " + attributes.lastModifiedTime() + " " + attributes.fileKey() + " " + Files.isReadable(path);
        } catch (IOException e) {
            return "gone";
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
