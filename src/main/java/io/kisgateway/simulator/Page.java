package io.kisgateway.simulator;

import java.util.List;
import java.util.function.Function;

/** A slice of a list. The key that leads on is that of the slice's last item. */
record Page<T>(List<T> items, boolean more, String nextKey) {

    static <T> Page<T> of(List<T> all, Function<T, String> key, KisCall call, String keyName,
            int size) {
        int from = 0;
        String after = call.get(keyName);
        if (call.nextPage() && !after.isEmpty()) {
            while (from < all.size() && !key.apply(all.get(from)).equals(after)) {
                from++;
            }
            from = Math.min(from + 1, all.size());
        }
        int to = Math.min(from + size, all.size());
        List<T> items = all.subList(from, to);
        boolean more = to < all.size();
        return new Page<>(items, more, more ? key.apply(items.get(items.size() - 1)) : "");
    }

    /** Facts 1.3: F and M have more to come, D and E are the end. */
    String trCont(boolean continued) {
        if (more) {
            return continued ? "M" : "F";
        }
        return continued ? "E" : "D";
    }
}
