package io.kisgateway.ops;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.util.OptionHelper;

/**
 * Sets Logback up, by {@code LOG_FORMAT}, {@code LOG_LEVEL} and {@code GOOGLE_CLOUD_PROJECT}. A file would take longer to read than
 * everything else that is logged at the start; one that is named to Logback counts instead.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class LogSetup extends ContextAwareBase implements Configurator {

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (System.getProperty("logback.configurationFile") != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        // Its version and its connections again with each attempt to reach Redis.
        context.getLogger("org.redisson.Version").setLevel(Level.WARN);
        context.getLogger("org.redisson.connection.ConnectionsHolder").setLevel(Level.WARN);
        // Says again, with its stack and several times a second, what the gateway says in one line.
        context.getLogger("org.redisson.client.handler.ErrorsLoggingHandler").setLevel(Level.OFF);
        context.getLogger("org.redisson.client.handler.PingConnectionHandler").setLevel(Level.OFF);
        LogEncoder encoder = new LogEncoder();
        encoder.setContext(context);
        encoder.setFormat(given("LOG_FORMAT", "text"));
        encoder.setProject(given("GOOGLE_CLOUD_PROJECT", ""));
        encoder.start();
        ConsoleAppender<ILoggingEvent> output = new ConsoleAppender<>();
        output.setContext(context);
        output.setName("OUTPUT");
        output.setEncoder(encoder);
        output.start();
        // A reader that is too slow must not hold up the gateway.
        LogQueue queue = new LogQueue();
        queue.setContext(context);
        queue.setName("LOG");
        queue.addAppender(output);
        queue.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(given("LOG_LEVEL", ""), Level.INFO));
        root.addAppender(queue);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** A property of Java counts before a variable. */
    private static String given(String name, String otherwise) {
        String property = OptionHelper.getSystemProperty(name);
        String value = property == null ? OptionHelper.getEnv(name) : property;
        return value == null || value.isEmpty() ? otherwise : value;
    }
}
