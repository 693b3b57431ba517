package io.kisgateway.call;

/** Carried by a call whose answer hangs on who asks: nobody else gets it who does not see the same. */
public enum OwnView {
    ONLY;

    /** Whose orders a caller sees; null for all. */
    public static String of(Call call) {
        return call.client() == null || call.client().seesAll() ? null : call.client().name();
    }
}
