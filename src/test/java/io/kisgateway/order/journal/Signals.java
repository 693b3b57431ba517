package io.kisgateway.order.journal;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Signals to processes that a test has started. */
public final class Signals {

    private Signals() { }

    public static void send(String name, long pid) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(pid)).inheritIO().start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
