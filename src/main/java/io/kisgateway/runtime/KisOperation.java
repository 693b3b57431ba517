package io.kisgateway.runtime;

import java.util.List;

/**
 * One REST operation of KIS (facts 10), as {@code kis/operations.tsv} has it.
 *
 * @param path       such as {@code /uapi/domestic-stock/v1/quotations/inquire-price}
 * @param realIds    its TR ids in real trading, those of former days last
 * @param virtualIds the same in virtual trading; empty if KIS does not offer it there
 * @param title      what KIS calls it
 * @param parameters in the order in which KIS documents them
 */
public record KisOperation(String method, String path, List<String> realIds, List<String> virtualIds, String title,
        List<String> parameters) {

    private static final String BASE = "/uapi/";
    private static final String PENSION = "/pension/";

    /** Every one of them. */
    public static List<KisOperation> all() {
        return Resources.table("/kis/operations.tsv", "\t").stream().map(cells -> new KisOperation(cells[0], BASE + cells[1],
                words(cells[2], ","), words(cells[3], ","), cells[4], words(cells[5], " "))).toList();
    }

    private static List<String> words(String text, String separator) {
        return text.isEmpty() ? List.of() : List.of(text.split(separator));
    }

    /** A name that no other has: family and last part of the path, such as {@code domestic-stock-inquire-price}. */
    public String name() {
        return family() + (path.contains(PENSION) ? "-pension-" : "-") + operation();
    }

    /** The first part of its path, such as {@code overseas-stock}. */
    public String family() {
        return path.substring(BASE.length(), path.indexOf('/', BASE.length()));
    }

    public String operation() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Whether it places or changes an order: what KIS takes by POST. */
    public boolean order() {
        return method.equals("POST");
    }

    /** Whether it is about the account. */
    public boolean ledger() {
        return path.contains("/trading/");
    }
}
