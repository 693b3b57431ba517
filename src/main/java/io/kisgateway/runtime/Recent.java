package io.kisgateway.runtime;

import java.util.LinkedHashMap;
import java.util.Map;

/** What was used last. */
public final class Recent {

    private Recent() {}

    /** A map that holds so many entries, and gives up the one that was used longest ago. Not for several threads at once. */
    public static <K, V> Map<K, V> map(int most) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        };
    }
}
