package io.kisgateway.front;

import java.util.List;

/**
 * One REST operation of KIS (facts 10).
 *
 * @param path       such as {@code /uapi/domestic-stock/v1/quotations/inquire-price}
 * @param realIds    its TR ids in real trading, those of former days last
 * @param virtualIds the same in virtual trading; empty if KIS does not offer it there
 * @param title      what KIS calls it
 * @param parameters in the order in which KIS documents them
 */
record KisOperation(String method, String path, List<String> realIds, List<String> virtualIds, String title,
        List<String> parameters) {

    static final String BASE = "/uapi/";
    private static final String PENSION = "/pension/";

    /** A name that no other has: family and last part of the path, such as {@code domestic-stock-inquire-price}. */
    String name() {
        return family() + (path.contains(PENSION) ? "-pension-" : "-") + operation();
    }

    /** The first part of its path, such as {@code overseas-stock}. */
    String family() {
        return path.substring(BASE.length(), path.indexOf('/', BASE.length()));
    }

    String operation() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Whether it places or changes an order: what KIS takes by POST. */
    boolean order() {
        return method.equals("POST");
    }
}
