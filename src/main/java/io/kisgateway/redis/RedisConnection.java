package io.kisgateway.redis;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.redisson.Redisson;
import org.redisson.api.RScript;
import org.redisson.api.RedissonClient;
import org.redisson.client.DefaultNettyHook;
import org.redisson.client.codec.StringCodec;
import org.redisson.client.handler.CommandDecoder;
import org.redisson.config.Config;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one Redis client of the gateway. It is made and connected in the background, so that neither its own weight nor a
 * missing Redis holds up the start or a caller. Commands are sent once: whoever needs a repeat asks again.
 */
public final class RedisConnection implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RedisConnection.class);
    private static final long AGAIN_MILLIS = 250;

    private final RedisAddress address;
    private final String prefix;
    /** Null for threads of its own. */
    private final EventLoopGroup network;
    private final Executor workers;
    /** The present attempt to connect, or the last. */
    private volatile CompletableFuture<RedissonClient> client = new CompletableFuture<>();
    /** Redisson forgets those of an attempt that failed, and leaves them open on threads that are not its own. */
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Refusals refusals;

    private RedisConnection(RedisAddress address, String prefix, EventLoopGroup network, Executor workers) {
        this.address = address;
        this.refusals = new Refusals(address, () -> client.isDone() && !client.isCompletedExceptionally());
        this.prefix = prefix;
        this.network = network;
        this.workers = workers;
        Thread start = new Thread(this::connect, "redis-start");
        start.setDaemon(true);
        start.start();
    }

    /** With threads of its own, which go on with what follows an answer. @param prefix what every key begins with */
    public static RedisConnection open(RedisAddress address, String prefix) {
        return new RedisConnection(address, prefix, null, Runnable::run);
    }

    /**
     * On threads that serve other connections too.
     *
     * @param network where answers are read: nothing there may take time
     * @param workers go on with what follows an answer
     */
    public static RedisConnection open(RedisAddress address, String prefix, EventLoopGroup network, Executor workers) {
        return new RedisConnection(address, prefix, network, task -> {
            try {
                workers.execute(task);
            } catch (RejectedExecutionException e) {
                task.run();
            }
        });
    }

    /**
     * Redisson connects on the thread of whoever sends the first command, for as long as that takes: here, that is this
     * one. Once it has been connected it finds its way back by itself and blocks nobody.
     */
    private void connect() {
        try {
            RedissonClient redisson = null;
            Set<String> said = new HashSet<>();
            while (true) {
                try {
                    redisson = create();
                    // Any answer will do.
                    redisson.getBucket(key("hello"), StringCodec.INSTANCE).isExists();
                    client.complete(redisson);
                    return;
                } catch (RuntimeException | LinkageError e) {
                    // A slow machine meets a time-out before it meets what is really wrong.
                    String reason = Reason.of(e);
                    if (said.add(reason)) {
                        LOG.warn("Redis {} cannot be reached yet ({}); trying on", address, reason);
                    }
                    shutdown(redisson);
                    client.completeExceptionally(e);
                }
                if (closed.await(AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
                    return;
                }
                client = new CompletableFuture<>();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (closed.getCount() == 0) {
                var unused = client.thenAccept(this::shutdown);
            }
        }
    }

    private RedissonClient create() {
        Config config = address.config();
        config.setEventLoopGroup(network);
        config.setNettyHook(new DefaultNettyHook() {
            @Override
            public void afterChannelInitialization(Channel channel) {
                channels.add(channel);
                channel.pipeline().addBefore(channel.pipeline().context(CommandDecoder.class).name(), "first-answer",
                        refusals.ofConnection());
            }
        });
        config.setLazyInitialization(true);
        config.setCodec(StringCodec.INSTANCE);
        return Redisson.create(config);
    }

    private void shutdown(RedissonClient redisson) {
        if (redisson != null) {
            redisson.shutdown(0, 1, TimeUnit.SECONDS);
            var unused = channels.close();
        }
    }

    /**
     * The client, when it has been connected for the first time.
     *
     * @throws CompletionException if the present attempt fails
     */
    public RedissonClient client() {
        return client.join();
    }

    /** Waits for the first connection. @throws IOException if there is none in time */
    public void awaitConnected(Duration patience) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        do {
            try {
                if (closed.await(AGAIN_MILLIS / 10, TimeUnit.MILLISECONDS)) {
                    break;
                }
                client.get(AGAIN_MILLIS, TimeUnit.MILLISECONDS);
                return;
            } catch (ExecutionException | TimeoutException e) {
                LOG.debug("Not connected yet; it is tried again in the background", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        } while (System.nanoTime() < deadline);
        throw new IOException(address + " cannot be reached");
    }

    /** One command, or several; fails at once while Redis has never been reached. What follows runs where answers are read: see {@link #bounded}. */
    public <T> CompletionStage<T> async(Function<RedissonClient, ? extends CompletionStage<T>> command) {
        return client.thenCompose(command);
    }

    /** An answer, or a {@link TimeoutException} if it does not come in time. What follows runs on a worker. */
    public <T> CompletionStage<T> bounded(CompletionStage<T> answer, Duration patience) {
        return answer.toCompletableFuture().copy().orTimeout(address.patience(patience).toMillis(), TimeUnit.MILLISECONDS)
                .whenCompleteAsync((done, failure) -> {}, workers);
    }

    /** Runs tasks where answers are read, after those that have come: for whoever looks whether one is late. Null with threads of its own. */
    public ScheduledExecutorService network() {
        return network;
    }

    /** The full name of a key. */
    public String key(String name) {
        return prefix + name;
    }

    /** As it may be shown: without user and password. */
    public String display() {
        return address.toString();
    }

    /**
     * Runs a Lua script that answers with integers; Redisson sends its hash, and loads it if Redis has forgotten it or never knew it.
     * What follows runs where answers are read: see {@link #bounded}.
     */
    public CompletionStage<List<Long>> run(String script, List<String> keys, List<?> args) {
        return async(redisson -> redisson.getScript(StringCodec.INSTANCE).evalAsync(keys.get(0), RScript.Mode.READ_WRITE, script,
                RScript.ReturnType.MULTI, List.copyOf(keys), args.toArray()));
    }

    @Override
    public String toString() {
        return display();
    }

    @Override
    public void close() {
        closed.countDown();
        var unused = client.thenAccept(this::shutdown);
    }
}
