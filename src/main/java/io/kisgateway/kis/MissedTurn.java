package io.kisgateway.kis;

/** The request was ready only when its turn was over, and has not left. Says nothing of KIS; the call waits for another turn. */
final class MissedTurn extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MissedTurn() {
        super("the turn was over before the request could leave", null, false, false);
    }
}
