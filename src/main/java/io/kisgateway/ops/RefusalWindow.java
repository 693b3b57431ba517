package io.kisgateway.ops;

import io.kisgateway.call.AuditEvent;
import io.kisgateway.call.AuditEvent.Kind;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Lets the first refusal of a kind, a client, an address, an endpoint and a code through at once and counts what follows, so that no flood
 * fills what keeps them. Safe for all threads.
 */
final class RefusalWindow {

    private static final int MOST = 200;
    private static final String OTHERS = "others";

    private final InstantSource clock;
    private final Consumer<AuditEvent> keeper;
    private final Map<Key, Long> counts = new LinkedHashMap<>();

    private record Key(Kind kind, String client, String address, String what, String code) {}

    RefusalWindow(InstantSource clock, Consumer<AuditEvent> keeper) {
        this.clock = clock;
        this.keeper = keeper;
    }

    void add(Kind kind, String client, String address, String what, String code) {
        synchronized (counts) {
            Key key = new Key(kind, client, address, what, code);
            if (counts.size() >= MOST && !counts.containsKey(key)) {
                key = new Key(kind, null, OTHERS, OTHERS, code);
            }
            Long before = counts.get(key);
            counts.put(key, before == null ? 0 : before + 1);
            if (before != null) {
                return;
            }
        }
        tell(kind, client, address, what, code, 1);
    }

    /** Tells what was counted, and begins anew; once a minute. */
    void end() {
        List<Runnable> told = new ArrayList<>();
        synchronized (counts) {
            counts.forEach((key, times) -> {
                if (times > 0) {
                    told.add(() -> tell(key.kind, key.client, key.address, key.what, key.code, times));
                }
            });
            counts.clear();
        }
        told.forEach(Runnable::run);
    }

    private void tell(Kind kind, String client, String address, String what, String code, long times) {
        keeper.accept(new AuditEvent(clock.instant(), kind, client, address, what, code, times));
    }
}
