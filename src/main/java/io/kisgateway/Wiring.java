package io.kisgateway;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kisgateway.mapping.Functions;
import io.kisgateway.mapping.ReplyComponent;
import io.kisgateway.ops.ManagementServer;
import io.kisgateway.settings.Setting;
import io.kisgateway.settings.Settings;
import io.kisgateway.web.Edge;
import io.kisgateway.web.HttpEngine;
import io.kisgateway.web.RequestComponent;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.BindToRegistry;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.model.errorhandler.DefaultErrorHandlerDefinition;

/** Every bean that the routes name, and how the parts know of each other. */
public final class Wiring implements CamelConfiguration, AutoCloseable {

    private static final int SPARE_WORKERS = 16;
    private static final int MAX_WAITING_FOR_A_WORKER = 10_000;
    private static final int MAX_NESTING = 32;

    private final Settings settings;
    private final InstantSource clock = InstantSource.system();
    private final JsonMapper strictJson = strictJson();
    private final ThreadPoolExecutor workers;
    private final Edge edge;
    private final ManagementServer management;

    Wiring(Settings settings) {
        this.settings = settings;
        this.workers = workers(settings.integer(Setting.KIS_MAX_CONCURRENT) + SPARE_WORKERS);
        this.edge = new Edge(workers, System::nanoTime, strictJson, (call, exchange, status, problem) -> { });
        this.management = new ManagementServer(strictJson);
    }

    private static ThreadPoolExecutor workers(int threads) {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(threads, threads, 30, TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_WAITING_FOR_A_WORKER), task -> new Thread(task, "worker-" + number.incrementAndGet()));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static JsonMapper strictJson() {
        JsonFactory factory = JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_NESTING).build())
                .build();
        return JsonMapper.builder(factory)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .build();
    }

    /** Problems are answers and the edge logs what is not: Camel's error handler shall say nothing of its own. */
    @Override
    public void configure(CamelContext camelContext) {
        DefaultErrorHandlerDefinition errorHandler = new DefaultErrorHandlerDefinition();
        errorHandler.setLevel("OFF");
        camelContext.getCamelContextExtension().setErrorHandlerFactory(errorHandler);
    }

    /** What Camel itself is told beyond application.properties. */
    Map<String, String> properties() {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("camel.server.host", settings.text(Setting.HOST));
        properties.put("camel.server.port", String.valueOf(settings.integer(Setting.PORT)));
        properties.put("trading.mode", settings.mode().name());
        properties.put("gateway.more-routes", settings.optional(Setting.ROUTES_DIR)
                .map(folder -> ",file:" + folder + "/*.camel.yaml").orElse(""));
        return properties;
    }

    @BindToRegistry("platform-http-engine")
    public HttpEngine httpEngine() {
        return new HttpEngine(edge);
    }

    @BindToRegistry("request")
    public RequestComponent requestComponent() {
        return new RequestComponent(strictJson);
    }

    @BindToRegistry("reply")
    public ReplyComponent replyComponent() {
        return new ReplyComponent(new Functions(clock).all());
    }

    Edge edge() {
        return edge;
    }

    ManagementServer management() {
        return management;
    }

    void started(CamelContext camelContext) throws Exception {
        management.start(settings.text(Setting.MANAGEMENT_HOST), settings.integer(Setting.MANAGEMENT_PORT));
    }

    @Override
    public void close() {
        management.close();
        workers.shutdown();
    }
}
