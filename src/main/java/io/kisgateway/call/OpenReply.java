package io.kisgateway.call;

import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** A reply that has no end of its own: its head is sent, the call is over, and whoever opened it writes on. */
public sealed interface OpenReply {

    /**
     * Bytes that follow each other.
     *
     * @param opened gets where to write, once the head is on its way
     */
    record Stream(String contentType, Consumer<Outlet> opened) implements OpenReply {}

    /**
     * A WebSocket.
     *
     * @param opened gets it once it is made
     */
    record Socket(Consumer<SocketOutlet> opened) implements OpenReply {}

    /** Where it is written. For any thread, and nothing here blocks; what is written after its end goes nowhere. */
    interface Outlet {

        /** @return false if so much waits for a slow reader that this piece was not taken */
        boolean send(byte[] piece);

        /** Shows the reader, and whoever stands between, that this is still open. */
        void beat();

        /** Ends it: of what still waits only this is sent, for which the reader has ten seconds. */
        void end(byte[] last);

        /** What to do, once, when it is over, whoever ended it; at once if it is. */
        void onClosed(Runnable action);
    }

    /** The same both ways. */
    interface SocketOutlet extends Outlet {

        /**
         * Reads texts.
         *
         * @param handler gets each with what to run when it is done with it; the next is not read before that
         */
        void onText(BiConsumer<String, Runnable> handler);
    }
}
