package io.kisgateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.testing.Http;
import io.kisgateway.testing.Rig;
import io.kisgateway.throttle.FreePort;
import io.kisgateway.throttle.RedisProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The thread that serves everybody's connections takes a request as far as its throttle, and no step that may take time. */
class ThreadsTest {

    private static final String ROUTE = """
            - route:
                id: %1$s
                description: Says on which thread it runs
                from:
                  uri: platform-http:/api/test/%1$s
                  parameters: {httpMethodRestrict: POST}
                  steps:
                    - to: {uri: "request:query", parameters: {stock_code: "stock code, required"}}
                    %2$s
                    - to:
                        uri: kis:get:/uapi/domestic-stock/v1/quotations/inquire-investor
                        parameters: {trId: FHKST01010900, FID_COND_MRKT_DIV_CODE: J, FID_INPUT_ISCD: "${variable.stock_code}"}
                    - to: {uri: "reply:inline", parameters: {template: '{"data": {"thread": $thread}}'}}
            """;
    private static final String THROTTLE = "- process: {ref: throttle}";
    private static final String LOOK = "- setVariable: {name: thread, simple: \"${threadName}\"}";

    @TempDir
    private Path folder;

    private void runOnWorkers(String redis) throws Exception {
        Files.writeString(folder.resolve("after.camel.yaml"), ROUTE.formatted("after", THROTTLE + "\n        " + LOOK));
        Files.writeString(folder.resolve("before.camel.yaml"), ROUTE.formatted("before", LOOK + "\n        " + THROTTLE));
        try (Rig rig = Rig.unlimited("ROUTES_DIR", folder.toString(), "ROUTES_TRUST", "all", "REDIS_URL", redis)) {
            Http http = new Http("http://127.0.0.1:" + rig.gateway().port());
            for (String route : new String[] {"after", "before"}) {
                Http.Reply reply = http.post("/api/test/" + route, "{\"stock_code\":\"005930\"}");
                assertThat(reply.status()).as(reply.text()).isEqualTo(200);
                assertThat(reply.at("/data/thread").asText()).startsWith("edge-");
            }
            assertThat(http.post("/api/test/after", "{\"stock_code\":\"?\"}").status()).isEqualTo(400);
        }
    }

    @Test
    void withLimitsInMemory() throws Exception {
        runOnWorkers("memory://");
    }

    @Test
    void withLimitsInRedis() throws Exception {
        try (RedisProcess redis = RedisProcess.start(FreePort.next())) {
            runOnWorkers("redis://127.0.0.1:" + redis.port());
        }
    }
}
