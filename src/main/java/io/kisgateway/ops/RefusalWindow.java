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
 * Lets the first refusal of a kind, a client, an address and a code through at once and counts what follows, so that no flood fills what keeps
 * them. Safe for all threads.
 */
final class RefusalWindow {

    private static final int MOST = 200;
    private static final String OTHERS = "others";

    private final InstantSource clock;
    private final Consumer<AuditEvent> keeper;
    private final Map<Key, Counted> counts = new LinkedHashMap<>();

    private record Key(Kind kind, String client, String address, String code) {}

    private record Counted(String what, long times) {}

    RefusalWindow(InstantSource clock, Consumer<AuditEvent> keeper) {
        this.clock = clock;
        this.keeper = keeper;
    }

    void add(Kind kind, String client, String address, String what, String code) {
        synchronized (counts) {
            Key key = new Key(kind, client, address, code);
            if (counts.size() >= MOST && !counts.containsKey(key)) {
                key = new Key(kind, null, OTHERS, code);
            }
            Counted before = counts.get(key);
            counts.put(key, new Counted(what, before == null ? 0 : before.times + 1));
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
            counts.forEach((key, counted) -> {
                if (counted.times > 0) {
                    told.add(() -> tell(key.kind, key.client, key.address, counted.what, key.code, counted.times));
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
