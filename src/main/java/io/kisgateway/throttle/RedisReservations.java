package io.kisgateway.throttle;

import io.kisgateway.runtime.Resources;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * The reservations that all instances share, in Redis: one call of one script for any number of operations. The script
 * is {@code throttle/reserve.lua}; what it does is described at {@link Reservations}.
 */
final class RedisReservations {

    static final String SCRIPT = Resources.text("/throttle/reserve.lua");

    private final Redis redis;
    private final LongSupplier now;
    private final LimiterRules rules;
    private final String accountKey;
    private final String keyPrefix;

    /** What runs the script. */
    @FunctionalInterface
    interface Redis {
        CompletionStage<List<Long>> run(String script, List<String> keys, List<?> args);
    }

    /**
     * @param now    gives 0 for the time of Redis
     * @param prefix what every key begins with
     */
    RedisReservations(Redis redis, LongSupplier now, LimiterRules rules, String prefix, String scope) {
        this.redis = redis;
        this.now = now;
        this.rules = rules;
        // The braces put all keys of one account into one slot of a Cluster.
        this.keyPrefix = prefix + "permits:{" + scope + "}:";
        this.accountKey = keyPrefix + "account";
    }

    /** Why the script is called. */
    enum Purpose { OPERATIONS, RETURN, LOOK }

    /** A call of the script in the making. */
    final class Batch {
        private final Map<String, Integer> keys = new LinkedHashMap<>();
        /** One argument, as each costs the way to Redis and Redis itself more than what is in it. */
        private final StringBuilder json = new StringBuilder(160).append('[');

        /**
         * @param notAfter Redis does nothing if it comes to it later; 0 for whenever
         * @param memory   when the memory that is meant was born, 0 for any
         */
        Batch(long notAfter, long memory, Purpose purpose) {
            key(accountKey);
            add(now.getAsLong(), notAfter, rules.guardMillis(), rules.marginMillis(),
                    rules.countsAccount() ? rules.accountRate().permits() : 0, rules.accountRate().windowMillis(), memory,
                    purpose.ordinal());
        }

        void ask(Ask ask, long patienceMillis) {
            Slot old = ask.instead();
            operation("A");
            add(patienceMillis, ask.rank().ordinal(), old == null ? 0 : old.at(), old == null ? 0 : old.column());
            groups(ask);
        }

        void giveBack(Slot slot) {
            operation("G");
            add(slot.at(), slot.column());
            groups(slot.ask());
        }

        /**
         * Permits of one window of so many milliseconds.
         *
         * @param used    in all, as Redis knew itself; of use if it has forgotten
         * @param granted since then, without Redis
         */
        void told(String group, long length, long window, int used, int granted) {
            operation("U");
            add(key(keyPrefix + group), length, window, used, granted);
        }

        /** @param since nobody else was served either, if nobody was since then */
        void back(long since) {
            operation("J");
            add(since);
        }

        void slowDown() {
            operation("S");
        }

        CompletionStage<List<Long>> send() {
            json.setCharAt(json.length() - 1, ']');
            return redis.run(SCRIPT, List.copyOf(keys.keySet()), List.of(json.toString()));
        }

        private void groups(Ask ask) {
            List<Ask.Group> groups = ask.groups();
            add(groups.size());
            for (Ask.Group group : groups) {
                add(key(keyPrefix + group.name()), group.limits().all().size());
                for (RateLimit limit : group.limits().all()) {
                    add(limit.permits(), limit.windowMillis());
                }
            }
        }

        private int key(String name) {
            Integer known = keys.putIfAbsent(name, keys.size() + 1);
            return known == null ? keys.size() : known;
        }

        private void operation(String letter) {
            json.append('"').append(letter).append("\",");
        }

        private void add(long... numbers) {
            for (long number : numbers) {
                json.append(number).append(',');
            }
        }
    }
}
