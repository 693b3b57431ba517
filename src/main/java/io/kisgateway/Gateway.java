package io.kisgateway;

import io.kisgateway.ops.Logs;
import io.kisgateway.settings.Setting;
import io.kisgateway.settings.Settings;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.camel.main.Main;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One running gateway: starts everything in order, and goes down without cutting off what runs. */
public final class Gateway implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    private static final long POLL_MILLIS = 10;
    private static final Duration LAST_REPLIES = Duration.ofSeconds(1);

    private final Settings settings;
    private final Wiring wiring;
    private final Main main;
    private boolean closed;

    private Gateway(Settings settings, Clock clock) {
        this.settings = settings;
        this.wiring = new Wiring(settings, clock);
        this.main = new Main();
        // Going down is ours to order: calls drain before Camel stops.
        main.setShutdownStrategy(new SimpleMainShutdownStrategy());
    }

    /**
     * @param environment the settings, by name
     * @return when it serves
     * @throws io.kisgateway.settings.InvalidSetting if a setting is missing or malformed
     */
    public static Gateway start(Map<String, String> environment) throws Exception {
        return start(environment, Clock.systemUTC());
    }

    /** @param clock tells the date and the time of day; waits and deadlines go by the machine's monotonic clock */
    public static Gateway start(Map<String, String> environment, Clock clock) throws Exception {
        long begin = System.nanoTime();
        Gateway gateway = new Gateway(Settings.from(environment), clock);
        try {
            gateway.start();
        } catch (Exception | Error e) {
            gateway.close();
            throw e;
        }
        LOG.info("kis-gateway serves on {}:{} in mode {} after {} ms", gateway.settings.text(Setting.HOST), gateway.port(),
                gateway.settings.mode(), TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
        return gateway;
    }

    private void start() throws Exception {
        wiring.routes().check();
        main.configure().addConfiguration(wiring);
        main.configure().addRoutesBuilder(wiring.routes());
        wiring.properties().forEach(main::addOverrideProperty);
        main.start();
        wiring.started(main.getCamelContext());
    }

    /** The public port really listened on. */
    public int port() {
        return wiring.edgeServer().getPort();
    }

    /** The management port really listened on. */
    public int managementPort() {
        return wiring.management().port();
    }

    /** Goes down when the process is told to end. */
    void closeOnExit() {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            close();
            Logs.flush();
        }, "shutdown"));
    }

    /** Refuses new calls, lets running ones finish within the time that the settings give, then stops. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        wiring.edge().close();
        drain(settings.duration(Setting.SHUTDOWN_TIMEOUT));
        main.stop();
        wiring.close();
    }

    /** Whoever waits or runs gets the time that the settings give; an order that may be at KIS gets all it needs. */
    private void drain(Duration atMost) {
        await(() -> wiring.edge().running() == 0, atMost);
        if (wiring.edge().running() > 0) {
            LOG.warn("{} calls were still running after {} s; those in the queue are sent away", wiring.edge().running(), atMost.toSeconds());
            wiring.dismissWaiting();
            await(() -> wiring.orders().inFlight() == 0, settings.duration(Setting.KIS_CALL_TIMEOUT_MS));
            await(() -> wiring.edge().running() == 0, LAST_REPLIES);
        }
    }

    private static void await(BooleanSupplier condition, Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        try {
            while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
