package io.kisgateway.ops;

import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/** One line for each request: at INFO for endpoints, at DEBUG for health, probes and counters. */
final class RequestLog {

    private static final Logger LOG = LoggerFactory.getLogger("io.kisgateway.requests");
    private static final int MOST_OF_A_PATH = 200;

    private RequestLog() {}

    /** @param quiet whether the request is a probe of some kind */
    static void write(FinishedCall call, boolean quiet) {
        Level level = quiet ? Level.DEBUG : Level.INFO;
        if (!LOG.isEnabledForLevel(level)) {
            return;
        }
        LoggingEventBuilder line = LOG.atLevel(level)
                .addKeyValue("request_id", call.requestId())
                .addKeyValue("endpoint", call.endpoint())
                .addKeyValue("path", path(call))
                .addKeyValue("status", call.status())
                .addKeyValue("duration_ms", millis(call.nanos()))
                .addKeyValue("queue_ms", millis(call.queueNanos()))
                .addKeyValue("kis_ms", millis(call.kisNanos()))
                .addKeyValue("caller", call.caller().toString());
        if (call.code() != null) {
            line = line.addKeyValue("code", call.code());
        }
        if (call.stockCode() != null) {
            line = line.addKeyValue("stock_code", call.stockCode());
        }
        if (call.caller().traceId() != null) {
            line = line.addKeyValue(LogEncoder.TRACE_ID, call.caller().traceId())
                    .addKeyValue(LogEncoder.SPAN_ID, call.caller().spanId());
        }
        line.log(text(call));
    }

    private static String text(FinishedCall call) {
        StringBuilder text = new StringBuilder(160);
        text.append(call.status()).append(' ').append(path(call));
        if (call.stockCode() != null) {
            text.append(' ').append(call.stockCode());
        }
        if (call.code() != null) {
            text.append(' ').append(call.code());
        }
        text.append(" in ").append(millis(call.nanos())).append(" ms (queue ").append(millis(call.queueNanos()))
                .append(", KIS ").append(millis(call.kisNanos())).append(") for ").append(call.caller())
                .append(", request ").append(call.requestId());
        if (call.caller().traceId() != null) {
            text.append(", trace ").append(call.caller().traceId());
        }
        return text.toString();
    }

    private static String path(FinishedCall call) {
        return call.path().length() <= MOST_OF_A_PATH ? call.path() : call.path().substring(0, MOST_OF_A_PATH) + "…";
    }

    /** With one decimal below ten, for a gateway's own share is small. */
    private static String millis(long nanos) {
        long tenths = nanos / 100_000;
        return tenths < 100 ? tenths / 10 + "." + tenths % 10 : Long.toString(tenths / 10).toLowerCase(Locale.ROOT);
    }
}
