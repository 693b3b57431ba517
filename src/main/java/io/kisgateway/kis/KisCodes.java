package io.kisgateway.kis;

import io.kisgateway.runtime.Resources;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** The table of KIS's codes, {@code codes.tsv}: the only place where the gateway says what a code means. */
final class KisCodes {

    enum Kind { SUCCESS, EMPTY, REJECTED, THROTTLED, CREDENTIALS, UNAVAILABLE }

    /** Whether and how a call that ended so goes again. */
    enum Repeat {
        NEVER,
        /** One more time, after a short wait. */
        ONCE,
        /** Up to two more times, after growing waits. */
        BACKOFF,
        /** As long as the caller's time allows, after growing waits. */
        PACED,
        /** One more time, with a new token. */
        TOKEN
    }

    /**
     * One row.
     *
     * @param routeFault whether it says that KIS has no such operation: of one that has never worked, the route's fault
     * @param notTaken   whether an order that ended so certainly does not exist
     */
    record Rule(String code, Kind kind, boolean routeFault, Repeat query, Repeat order, boolean notTaken, String note) {

        Repeat repeat(boolean forOrder) {
            return forOrder ? order : query;
        }

        /** Whether it is of a form of reply rather than of a code that KIS's documents list. */
        boolean isForm() {
            return code.startsWith("[");
        }
    }

    static final KisCodes LISTED = load();

    private static final String FILE = "/io/kisgateway/kis/codes.tsv";
    private static final int COLUMNS = 6;
    private static final String ROUTE = "/route";

    private final Map<String, Rule> rules;

    private KisCodes(Map<String, Rule> rules) {
        this.rules = rules;
    }

    private static KisCodes load() {
        Map<String, Rule> rules = new LinkedHashMap<>();
        Resources.table(FILE, "\t").stream().skip(1).map(KisCodes::rule).forEach(rule -> {
            if (rules.put(rule.code(), rule) != null) {
                throw new IllegalStateException(FILE + ": " + rule.code() + " is listed twice");
            }
        });
        return new KisCodes(rules);
    }

    private static Rule rule(String[] cells) {
        if (cells.length != COLUMNS) {
            throw new IllegalStateException(FILE + ": not " + COLUMNS + " columns: " + String.join(" ", cells));
        }
        String kind = cells[1].endsWith(ROUTE) ? cells[1].substring(0, cells[1].length() - ROUTE.length()) : cells[1];
        Rule rule = new Rule(cells[0], Kind.valueOf(kind.toUpperCase(Locale.ROOT)), cells[1].endsWith(ROUTE),
                Repeat.valueOf(cells[2].toUpperCase(Locale.ROOT)), Repeat.valueOf(cells[3].toUpperCase(Locale.ROOT)),
                notTaken(cells[4]), cells[5]);
        if (rule.order() != Repeat.NEVER && !rule.notTaken()) {
            throw new IllegalStateException(FILE + ": " + rule.code() + " would repeat an order that may exist");
        }
        return rule;
    }

    private static boolean notTaken(String fate) {
        return switch (fate) {
            case "not-taken" -> true;
            case "unknown" -> false;
            default -> throw new IllegalStateException(FILE + ": no such fate: " + fate);
        };
    }

    /** The rule of a listed code, or null. */
    Rule find(String code) {
        return rules.get(code);
    }

    /** A name for the rule of a listed code or a form, fit to count by: there are as many as rows in the file. */
    static String name(Rule rule) {
        String code = rule.code();
        return rule.isForm() ? code.substring(1, code.length() - 1).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_") : code;
    }

    /** The same of a code as KIS sent it: {@code other} if it is not listed. */
    String name(String code) {
        return rules.containsKey(code) && !code.startsWith("[") ? code : "other";
    }

    /** The rule of a form of reply, such as {@code [unreadable]}. */
    Rule form(String form) {
        return Objects.requireNonNull(rules.get(form), form);
    }

    /** All rows, as they stand in the file. */
    Map<String, Rule> all() {
        return rules;
    }
}
