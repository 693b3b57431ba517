package io.kisgateway.settings;

import java.util.Collection;

/** What somebody may have meant. */
public final class Spelling {

    private static final int MOST_EDITS = 2;

    private Spelling() {
    }

    /** The known word that takes the fewest changes, or null if none is near. */
    public static String nearest(String word, Collection<String> known) {
        return known.stream().filter(other -> edits(word, other) <= MOST_EDITS).sorted()
                .min((one, other) -> edits(word, one) - edits(word, other)).orElse(null);
    }

    /** The end of a sentence that names the word that may have been meant; empty if none is near. */
    public static String question(String word, Collection<String> known) {
        String near = nearest(word, known);
        return near == null ? "" : "; did you mean " + near + "?";
    }

    /** Letters to put in, take out or change. */
    private static int edits(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int above = row[j];
                int change = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, Math.min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }
        return row[to.length()];
    }
}
