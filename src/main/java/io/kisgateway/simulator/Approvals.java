package io.kisgateway.simulator;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/** Approval keys for the WebSocket (facts 2.3): each issue is a key of its own, and every one of a day is good. */
public final class Approvals {

    /** One client in use asks for a key with every message. */
    private static final int REMEMBERED = 10_000;

    private final InstantSource clock;
    private final Random random;
    private final Map<String, Instant> goodUntil = new LinkedHashMap<>();
    private long issued;

    Approvals(SimulatorOptions options) {
        this.clock = options.clock();
        this.random = new Random(options.seed() ^ clock.millis() ^ 1);
    }

    synchronized String issue() {
        String key = new UUID(random.nextLong(), random.nextLong()).toString();
        goodUntil.put(key, clock.instant().plus(Tokens.LIFETIME));
        issued++;
        if (goodUntil.size() > REMEMBERED) {
            Iterator<String> oldest = goodUntil.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
        return key;
    }

    synchronized boolean good(String key) {
        Instant until = goodUntil.get(key);
        return until != null && clock.instant().isBefore(until);
    }

    /** From now on every key issued so far is answered with OPSP0011. */
    public synchronized void kill() {
        goodUntil.clear();
    }

    public synchronized long issued() {
        return issued;
    }

    synchronized void reset() {
        goodUntil.clear();
        issued = 0;
    }
}
