package io.kisgateway.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.KeyValuePair;

/** No secret by its kind in any part of an event, and our own texts as they were written. */
class LogEncoderTest {

    private static final String SECRET = "S3cr3t-5012345601";

    private static LoggingEvent event(String message, Throwable thrown, String member) {
        LoggerContext context = new LoggerContext();
        LoggingEvent event = new LoggingEvent("", context.getLogger("a.b"), Level.INFO, message, thrown, null);
        event.setMDCPropertyMap(Map.of("one", member));
        event.setKeyValuePairs(List.of(new KeyValuePair("two", member)));
        return event;
    }

    private static String written(String format, LoggingEvent event) {
        LogEncoder encoder = new LogEncoder();
        encoder.setFormat(format);
        return new String(encoder.encode(event), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /uapi/x?CANO=SECRET HTTP/1.1", "GET /uapi/x?SECRET HTTP/1.1", "\"GET /uapi/x?%43ano=1&SECRET\"",
        "at https://host/path?SECRET", "https://host/?a=b&c=SECRET#x", "uri:/uapi/x?SECRET", "GET /uapi/kis:/x?SECRET",
        "http://host/order:/x?SECRET", "host:9443?token=SECRET",
        "a kisgw_SECRET b", "authorization: Bearer SECRET", "Authorization=[Bearer SECRET]", "Basic SECRET", "bearer  SECRET",
        "\"authorization\":\"SECRET\"", "{\"appkey\":\"SECRET\"}", "{\"appsecret\" : \"SECRET\", \"a\":1}", "appsecret: SECRET",
        "{secretkey=SECRET, a=b}", "{\\\"access_token\\\":\\\"SECRET\\\"}", "approval_key=SECRET", "{\"CANO\":\"SECRET\"}",
        "CANO=SECRET&A=1",
        "cano: SECRET", "password=SECRET", "{\"token\":\"SECRET\"}", "redis://user:SECRET@host:6379/1", "rediss://:SECRET@host",
        "https://SECRET@host/", "eyJhbGciOi.eyJSECRET.SECRET"})
    void noSecretIsWritten(String text) {
        String message = text.replace("SECRET", SECRET);
        Exception thrown = new IllegalStateException(message, new RuntimeException(message));
        thrown.addSuppressed(new RuntimeException(message));
        for (String format : List.of("text", "json")) {
            assertThat(written(format, event("said: " + message, thrown, message))).as(format).contains("said").doesNotContain(SECRET);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"my.camel.yaml:12: request:query?scope=account:read is no query; did you mean throttle?",
        "platform-http:/api/x?httpMethodRestrict=POST", "kis:get:/uapi/x?trId=FHKST01010100&FID_INPUT_ISCD=${variable.stock_code}",
        "Endpoint[kis://get:/uapi/x?trId=FHKST01010100]", "must match ^[0-9]{4}-?[0-9]{2}$", "really? yes", "docs/limits.md?",
        "KIS gives no token: it says EGW00133", "KIS's token is new: it lasts until 09:00", "12 tokens=3",
        "a password is missing: REDIS_URL",
        "redis://127.0.0.1:6379/1 is away", "Bearers of news",
        "200 /api/market-data/snapshot 005930 in 1.2 ms for a at 127.0.0.1, request x"})
    void ourOwnTextsStayAsTheyAre(String text) {
        assertThat(written("text", event(text, null, text))).endsWith(": " + text + "\n");
    }
}
