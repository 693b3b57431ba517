package io.kisgateway.order.journal;

/** The journal has the entry that was asked for, and cannot read it: a newer version wrote it, or it is damaged. */
public final class UnreadableEntry extends RuntimeException {

    private static final long serialVersionUID = 1;

    UnreadableEntry(String id, Throwable cause) {
        super("entry " + id + " of the journal cannot be read", cause);
    }
}
