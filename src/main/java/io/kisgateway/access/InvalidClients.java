package io.kisgateway.access;

import java.util.List;

/** A clients file that cannot be used; the message has a line for each problem, with file and line. */
public final class InvalidClients extends Exception {

    private static final long serialVersionUID = 1L;

    InvalidClients(List<String> problems) {
        super(String.join("\n", problems), null, false, false);
    }
}
