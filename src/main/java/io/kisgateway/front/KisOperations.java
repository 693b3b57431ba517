package io.kisgateway.front;

import io.kisgateway.runtime.KisOperation;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every REST operation of KIS, by its path. */
final class KisOperations {

    private final Map<String, KisOperation> byPath;

    private KisOperations(Map<String, KisOperation> byPath) {
        this.byPath = byPath;
    }

    static KisOperations load() {
        Map<String, KisOperation> byPath = new LinkedHashMap<>();
        KisOperation.all().forEach(one -> byPath.put(one.path(), one));
        return new KisOperations(byPath);
    }

    Optional<KisOperation> at(String path) {
        return Optional.ofNullable(byPath.get(path));
    }

    Collection<KisOperation> all() {
        return byPath.values();
    }

    /** Those that somebody may mean by a name: the last part of a path, {@code family/operation}, or a whole path. */
    List<KisOperation> named(String name) {
        return byPath.values().stream().filter(one -> one.path().equals(name) || one.name().equals(name) || one.operation().equals(name)
                || (one.family() + '/' + one.operation()).equals(name)).toList();
    }
}
