package io.kisgateway.kis;

/** The request was ready only when its slot was over, and has not left. Says nothing of KIS; the call waits for another slot. */
final class MissedSlot extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MissedSlot() {
        super("the slot was over before the request could leave", null, false, false);
    }
}
