package io.kisgateway.testing;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What a class says in the log meanwhile. */
public final class LogLines {

    private LogLines() {}

    /** Level and message of each line. */
    public static List<String> of(Class<?> type, Runnable meanwhile) {
        return of(type.getName(), meanwhile);
    }

    /** @param type its full name */
    public static List<String> of(String type, Runnable meanwhile) {
        Logger logger = (Logger) LoggerFactory.getLogger(type);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        try {
            meanwhile.run();
        } finally {
            logger.detachAppender(lines);
        }
        return lines.list.stream().map(line -> line.getLevel() + " " + line.getFormattedMessage()).toList();
    }
}
