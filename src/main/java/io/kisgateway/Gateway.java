package io.kisgateway;

import io.kisgateway.ops.Logs;
import io.kisgateway.settings.Setting;
import io.kisgateway.settings.Settings;
import io.kisgateway.web.Edge;
import java.lang.management.ManagementFactory;
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
    private final Modules modules;
    private final Main main = new Main();
    private boolean closed;

    private Gateway(Settings settings, Modules modules) {
        this.settings = settings;
        this.modules = modules;
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
        Settings settings = Settings.from(environment);
        Surroundings.warnings(environment, settings, ManagementFactory.getRuntimeMXBean().getInputArguments(),
                System.getProperty("java.vm.info", "")).forEach(LOG::warn);
        Gateway gateway = new Gateway(settings, Modules.open(settings, clock));
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
        // A variable such as CAMEL_COMPONENT_HTTP_COPY_HEADERS undoes nothing of application.properties, and none is searched for.
        main.configure().withAutoConfigurationEnvironmentVariablesEnabled(false).withAutoConfigurationSystemPropertiesEnabled(false);
        modules.all().forEach(main.configure()::addConfiguration);
        main.configure().addRoutesBuilder(modules.routes().routes());
        main.start();
        modules.started(main.getCamelContext());
    }

    /** The public port really listened on. */
    public int port() {
        return modules.edge().port();
    }

    /** The management port really listened on. */
    public int managementPort() {
        return modules.ops().port();
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
        modules.edge().edge().close();
        modules.stream().dismiss();
        modules.realtime().leave();
        drain(settings.duration(Setting.SHUTDOWN_TIMEOUT));
        await(() -> modules.stream().listeners() == 0, LAST_REPLIES);
        main.stop();
        modules.close();
    }

    /** Whoever waits or runs gets the time that the settings give; an order that may be at KIS gets all it needs. */
    private void drain(Duration atMost) {
        await(() -> modules.edge().edge().running() == 0, atMost);
        if (modules.edge().edge().running() > 0) {
            LOG.warn("{} calls were still running after {} s; those in the queue are sent away", modules.edge().edge().running(),
                    atMost.toSeconds());
            modules.throttle().throttle().dismiss(Edge.shuttingDown());
            await(() -> modules.orders().inFlight() == 0, settings.duration(Setting.KIS_CALL_TIMEOUT_MS));
            await(() -> modules.edge().edge().running() == 0, LAST_REPLIES);
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
