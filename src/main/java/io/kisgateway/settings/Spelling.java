package io.kisgateway.settings;

import java.util.Collection;
import java.util.List;

/** What somebody may have meant. */
public final class Spelling {

    private static final int MOST_EDITS = 2;

    private Spelling() {}

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

    /** The first known word of which a slip of a finger makes the given one: a letter more, less, another or two the wrong way round; or null. */
    public static String slip(String word, Collection<String> known) {
        List<String> near = known.stream().filter(other -> edits(word, other) == 1 || isSwapped(word, other)).sorted().toList();
        return near.isEmpty() ? null : near.get(0);
    }

    private static boolean isSwapped(String word, String other) {
        int i = 0;
        while (i < word.length() && i < other.length() && word.charAt(i) == other.charAt(i)) {
            i++;
        }
        return word.length() == other.length() && i + 1 < word.length() && word.charAt(i) == other.charAt(i + 1)
                && word.charAt(i + 1) == other.charAt(i) && word.substring(i + 2).equals(other.substring(i + 2));
    }

    /** Letters to put in, take out or change; where the lengths differ too much, just more than counts. */
    private static int edits(String from, String to) {
        if (Math.abs(from.length() - to.length()) > MOST_EDITS) {
            return MOST_EDITS + 1;
        }
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
