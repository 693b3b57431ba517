package io.kisgateway.throttle;

import io.kisgateway.redis.RedisConnection;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/**
 * The books that all instances share, in Redis: one call of one script for any number of operations. The script is
 * {@code throttle/reserve.lua}; what it does is described at {@link Reservations}.
 */
final class RedisReservations {

    private static final String SCRIPT = load();

    private final RedisConnection redis;
    private final LimiterRules rules;
    private final String accountKey;
    private final String endpointKey;
    private final int instances;
    private final String instance;
    private final RedisConnection.Script script;

    /** @param instance this gateway's name among its like, unique */
    RedisReservations(RedisConnection redis, LimiterRules rules, String scope, int instances, String instance) {
        this.redis = redis;
        this.rules = rules;
        // The braces put all keys of one account into one slot of a Cluster.
        this.accountKey = redis.key("throttle:{" + scope + "}:account");
        this.endpointKey = redis.key("throttle:{" + scope + "}:endpoint:");
        this.instances = instances;
        this.instance = instance;
        this.script = new RedisConnection.Script(SCRIPT);
    }

    /** A call of the script in the making. */
    final class Batch {
        private final Map<String, Integer> keys = new LinkedHashMap<>();
        private final List<Object> args = new ArrayList<>(32);

        /**
         * @param nowForTests 0 for the time of Redis
         * @param notAfter    Redis does nothing if it comes to it later; 0 for whenever
         * @param born        the books that are meant, 0 for any
         * @param looks       whether it is only to see if Redis answers
         */
        Batch(long nowForTests, long notAfter, long born, boolean looks) {
            key(accountKey);
            args.add(Long.toString(nowForTests));
            args.add(Long.toString(notAfter));
            number(rules.guardMillis());
            number(rules.marginMillis());
            number(rules.accountRate().permits());
            number(rules.accountRate().windowMillis());
            number(rules.ledgerRate().permits());
            number(rules.ledgerRate().windowMillis());
            number(instances);
            args.add(looks ? "" : instance);
            number(born);
        }

        void ask(Ask ask, long patienceMillis, long earliest) {
            args.add("A");
            number(endpoint(ask));
            number(patienceMillis);
            number(ask.rank().ordinal());
            number(flags(ask));
            Slot old = ask.instead();
            number(old == null ? 0 : 1);
            number(earliest);
            number(old == null ? 0 : endpoint(old.ask()));
            number(old == null ? 0 : old.at());
            number(old == null ? 0 : old.column());
            number(old == null ? 0 : flags(old.ask()));
            number(ask.limits().all().size());
            for (RateLimit limit : ask.limits().all()) {
                number(limit.permits());
                number(limit.windowMillis());
            }
        }

        void giveBack(Slot slot) {
            slot("G", slot);
        }

        void note(Slot slot) {
            slot("N", slot);
        }

        private void slot(String operation, Slot slot) {
            args.add(operation);
            number(endpoint(slot.ask()));
            number(slot.at());
            number(slot.column());
            number(flags(slot.ask()));
            number(slot.ask().limits().all().size());
            for (RateLimit limit : slot.ask().limits().all()) {
                number(limit.windowMillis());
            }
        }

        void slowDown(boolean ledger) {
            args.add("S");
            number(ledger ? 1 : 0);
        }

        void join(long graceMillis) {
            args.add("J");
            number(graceMillis);
        }

        CompletionStage<List<Long>> send() {
            return redis.run(script, List.copyOf(keys.keySet()), args);
        }

        private int endpoint(Ask ask) {
            return ask.endpoint() == null ? 0 : key(endpointKey + ask.endpoint());
        }

        private int key(String name) {
            Integer known = keys.putIfAbsent(name, keys.size() + 1);
            return known == null ? keys.size() : known;
        }

        private static int flags(Ask ask) {
            return (ask.account() ? 1 : 0) + (ask.ledger() ? 2 : 0);
        }

        private void number(long value) {
            args.add(Long.toString(value));
        }
    }

    private static String load() {
        try (InputStream in = RedisReservations.class.getResourceAsStream("/throttle/reserve.lua")) {
            return new String(Objects.requireNonNull(in, "throttle/reserve.lua").readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
