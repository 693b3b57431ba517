package io.kisgateway.access;

import io.kisgateway.runtime.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The clients as CLIENTS_FILE has them: looks at it twice a second, takes over what is right, and keeps what it had when it is not. */
final class ClientsWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ClientsWatch.class);
    private static final long EVERY_MILLIS = 500;

    private final Path file;
    private final Set<String> issuers;
    private final ScheduledExecutorService thread = new ScheduledThreadPoolExecutor(1, Threads.daemon("clients"));
    private volatile Clients clients;
    private String taken;
    private String seen;

    /** @throws InvalidClients if the file cannot be used as it is now */
    ClientsWatch(Path file, Set<String> issuers) throws InvalidClients {
        this.file = file;
        this.issuers = issuers;
        this.taken = mark();
        this.seen = taken;
        this.clients = ClientsFile.read(file, issuers);
        LOG.info("{} clients may call, as {} says", clients.byName().size(), file);
        var unused = thread.scheduleWithFixedDelay(this::look, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    Clients clients() {
        return clients;
    }

    /** Takes a change once it has come to rest: an editor may write a file in several goes. */
    private void look() {
        try {
            String now = mark();
            if (now.equals(seen) && !now.equals(taken)) {
                taken = now;
                clients = ClientsFile.read(file, issuers);
                LOG.info("{} clients may call, as {} says now", clients.byName().size(), file);
            }
            seen = now;
        } catch (InvalidClients e) {
            e.getMessage().lines().forEach(line -> LOG.error("The clients stay as they were: {}", line));
        } catch (RuntimeException e) {
            LOG.error("The clients stay as they were, {} cannot be taken over", file, e);
        }
    }

    private String mark() {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.size() + " " + attributes.lastModifiedTime() + " " + attributes.fileKey() + " " + Files.isReadable(file);
        } catch (IOException e) {
            return "gone";
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
