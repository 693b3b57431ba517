package io.kisgateway.ops;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.kisgateway.runtime.KoreanTime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import org.slf4j.event.KeyValuePair;

/** Turns log events into lines: for people, or one JSON object each with the member names of Cloud Logging. */
public final class LogEncoder extends EncoderBase<ILoggingEvent> {

    static final String TRACE_ID = "trace_id";
    static final String SPAN_ID = "span_id";

    private static final int LONGEST_LOGGER = 28;

    private final JsonFactory json = new JsonFactory();
    private boolean structured;
    private String project = "";

    /** @param format {@code json}, else lines for people */
    public void setFormat(String format) {
        structured = "json".equals(format.toLowerCase(Locale.ROOT));
    }

    /** @param project the Google Cloud project that traces belong to, or empty */
    public void setProject(String project) {
        this.project = project;
    }

    @Override
    public byte[] headerBytes() {
        return null;
    }

    @Override
    public byte[] footerBytes() {
        return null;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        return structured ? object(event) : line(event).getBytes(StandardCharsets.UTF_8);
    }

    private static String line(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(256);
        line.append(KoreanTime.iso(Instant.ofEpochMilli(event.getTimeStamp()))).append(' ').append(event.getLevel());
        line.append(event.getLevel().levelStr.length() < 5 ? "  " : " ").append(shorten(event.getLoggerName())).append(": ")
                .append(visible(message(event), false)).append('\n');
        return line.append(visible(trace(event), true)).toString();
    }

    /** Nothing that somebody else has written may begin a line, move a terminal's cursor or turn the direction of the text. */
    private static String visible(String text, boolean lines) {
        StringBuilder shown = null;
        for (int i = 0; i < text.length(); i++) {
            char one = text.charAt(i);
            boolean hidden = switch (Character.getType(one)) {
                case Character.CONTROL -> !lines || one != '\n' && one != '\t';
                case Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
                default -> false;
            };
            if (hidden && shown == null) {
                shown = new StringBuilder(text.length() + 16).append(text, 0, i);
            }
            if (shown != null) {
                shown.append(hidden ? String.format("\\u%04x", (int) one) : String.valueOf(one));
            }
        }
        return shown == null ? text : shown.toString();
    }

    /** The class, with as much of its package as fits. */
    private static String shorten(String logger) {
        String rest = logger;
        while (rest.length() > LONGEST_LOGGER && rest.indexOf('.') >= 0) {
            rest = rest.substring(rest.indexOf('.') + 1);
        }
        return rest;
    }

    private static String trace(ILoggingEvent event) {
        IThrowableProxy thrown = event.getThrowableProxy();
        return thrown == null ? "" : LogSecrets.hide(ThrowableProxyUtil.asString(thrown));
    }

    private static String message(ILoggingEvent event) {
        return LogSecrets.hide(String.valueOf(event.getFormattedMessage()));
    }

    private byte[] object(ILoggingEvent event) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator generator = json.createGenerator(bytes)) {
            generator.writeStartObject();
            generator.writeStringField("time", DateTimeFormatter.ISO_INSTANT.format(Instant.ofEpochMilli(event.getTimeStamp())));
            generator.writeStringField("severity", severity(event.getLevel()));
            String trace = trace(event);
            generator.writeStringField("message",
                    trace.isEmpty() ? message(event) : message(event) + '\n' + trace);
            generator.writeStringField("logger", event.getLoggerName());
            generator.writeStringField("thread", event.getThreadName());
            for (Map.Entry<String, String> entry : event.getMDCPropertyMap().entrySet()) {
                member(generator, entry.getKey(), entry.getValue());
            }
            if (event.getKeyValuePairs() != null) {
                for (KeyValuePair pair : event.getKeyValuePairs()) {
                    member(generator, pair.key, pair.value);
                }
            }
            generator.writeEndObject();
            generator.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private void member(JsonGenerator generator, String name, Object value) throws IOException {
        if (name.equals(TRACE_ID)) {
            generator.writeStringField("trace", String.valueOf(value));
            if (!project.isEmpty()) {
                generator.writeStringField("logging.googleapis.com/trace", "projects/" + project + "/traces/" + value);
            }
        } else if (name.equals(SPAN_ID)) {
            generator.writeStringField("logging.googleapis.com/spanId", String.valueOf(value));
        } else if (name.endsWith("_ms")) {
            generator.writeFieldName(name);
            generator.writeNumber(String.valueOf(value));
        } else if (value instanceof Integer number) {
            generator.writeNumberField(name, number);
        } else {
            generator.writeStringField(name, LogSecrets.hide(String.valueOf(value)));
        }
    }

    private static String severity(Level level) {
        return switch (level.toInt()) {
            case Level.ERROR_INT -> "ERROR";
            case Level.WARN_INT -> "WARNING";
            case Level.INFO_INT -> "INFO";
            default -> "DEBUG";
        };
    }
}
