package io.kisgateway.order.journal;

import io.kisgateway.runtime.Stages;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.redisson.client.codec.StringCodec;

/** The lines of a journal in Redis that are of no order. */
final class RedisAudit {

    private record Name(LocalDate day, String kind) {}

    private final RedisStore store;
    private final Retention retention;
    private final String script = RedisStore.script("audit");

    RedisAudit(RedisStore store, Retention retention) {
        this.store = store;
        this.retention = retention;
    }

    CompletionStage<Void> add(List<AuditLine> lines) {
        return Stages.all(lines.stream().collect(Collectors.groupingBy(line -> new Name(line.day(), line.kind()))).entrySet().stream()
                .map(some -> add(some.getKey(), some.getValue())).toList());
    }

    private CompletionStage<String> add(Name name, List<AuditLine> lines) {
        List<Object> arguments = new ArrayList<>(List.of(name.kind(),
                String.valueOf(retention.endOf(name.day()).toEpochMilli()), String.valueOf(AuditLine.MOST_OF_A_DAY)));
        for (AuditLine line : lines) {
            arguments.add(String.valueOf(line.at().toEpochMilli()));
            arguments.add(line.write());
        }
        return store.text(script, List.of(store.keys().audit(name.day(), name.kind()), store.keys().audits(name.day())),
                arguments.toArray());
    }

    CompletionStage<List<AuditLine>> of(LocalDate day) {
        return members(store.keys().audits(day)).thenCompose(kinds -> {
            List<CompletableFuture<List<String>>> all =
                    kinds.stream().map(kind -> members(store.keys().audit(day, kind)).toCompletableFuture()).toList();
            return Stages.all(all).thenApply(done -> AuditLine.read(all.stream().flatMap(some -> some.join().stream()).toList()));
        });
    }

    private CompletionStage<List<String>> members(String set) {
        return store.ask(client -> client.<String>getScoredSortedSet(set, StringCodec.INSTANCE).valueRangeAsync(0, -1))
                .thenApply(List::copyOf);
    }
}
