package io.kisgateway.ops;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import org.slf4j.LoggerFactory;

/** The log as a whole: how much was dropped, and its orderly end. */
public final class Logs {

    private Logs() {}

    /** Lines that found no room since the start. */
    public static long dropped() {
        return root().getAppender("LOG") instanceof LogQueue queue ? queue.dropped() : 0;
    }

    /** Writes what is still queued; the last thing a process does. */
    public static void flush() {
        root().getLoggerContext().stop();
    }

    private static Logger root() {
        return ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }
}
