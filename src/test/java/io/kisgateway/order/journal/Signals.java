package io.kisgateway.order.journal;

import io.kisgateway.testing.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Signals to processes that a test has started. */
public final class Signals {

    private Signals() {}

    public static void send(String name, long pid) {
        try {
            Patience.awaitEnd(new ProcessBuilder("kill", "-" + name, Long.toString(pid)).inheritIO().start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
