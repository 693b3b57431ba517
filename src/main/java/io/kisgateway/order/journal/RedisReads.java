package io.kisgateway.order.journal;

import io.kisgateway.order.journal.Unreadable.Stored;
import io.kisgateway.runtime.Stages;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.redisson.client.codec.StringCodec;

/** What is read of a journal in Redis; {@link Journal} says what each method gives. */
final class RedisReads {

    private final RedisStore store;
    private final Retention retention;
    private final Unreadable unreadable;
    private final String find = RedisStore.script("find");
    private final String list = RedisStore.script("list");
    private final String open = RedisStore.script("open");
    private final String group = RedisStore.script("group");

    RedisReads(RedisStore store, Retention retention, Unreadable unreadable) {
        this.store = store;
        this.retention = retention;
        this.unreadable = unreadable;
    }

    CompletionStage<Optional<OrderEntry>> find(String id) {
        return store.ask(client -> client.<String, String>getMap(store.keys().entry(id), StringCodec.INSTANCE).getAsync("doc"))
                .thenApply(doc -> unreadable.read(Optional.ofNullable(doc).map(text -> new Stored(id, 0, text))));
    }

    CompletionStage<Optional<OrderEntry>> findByNumber(String orderNo) {
        return findBy(store.keys().number(orderNo));
    }

    /** @param index what holds the id of an entry */
    CompletionStage<Optional<OrderEntry>> findBy(String index) {
        return store.texts(find, List.of(index), store.keys().entry(""))
                .thenApply(found -> unreadable
                        .read(found.isEmpty() ? Optional.empty() : Optional.of(new Stored(found.get(0), 0, found.get(1)))));
    }

    CompletionStage<Journal.Page> list(LocalDate day, String client, String after, int limit) {
        String set = client == null ? store.keys().day(day) : store.keys().clientsDay(client, day);
        return page(set, Cursor.parse(after), Math.min(limit, Journal.MOST_OF_A_PAGE));
    }

    private CompletionStage<Journal.Page> page(String set, Cursor after, int limit) {
        return store.texts(list, List.of(set), store.keys().entry(""),
                after.equals(Cursor.START) ? "-inf" : String.valueOf(after.created()), after.id(), String.valueOf(limit))
                .thenApply(rows -> {
                    List<Stored> stored = new ArrayList<>();
                    for (int i = 1; i < rows.size(); i += 3) {
                        stored.add(new Stored(rows.get(i), 0, rows.get(i + 2)));
                    }
                    return unreadable.page(stored, rows.get(0).isEmpty() ? null : rows.get(0));
                });
    }

    CompletionStage<List<OrderEntry>> open() {
        return store.texts(open, List.of(store.keys().open()), store.keys().entry(""),
                String.valueOf(Journal.MOST_OPEN)).thenCompose(rows -> {
                    List<OrderEntry> entries = new ArrayList<>();
                    List<CompletionStage<?>> grouped = new ArrayList<>();
                    for (int i = 0; i < rows.size(); i += 3) {
                        for (OrderEntry entry : unreadable.readable(List.of(new Stored(rows.get(i), 0, rows.get(i + 1))))) {
                            entries.add(entry);
                            if (rows.get(i + 2).isEmpty() && entry.state() != OrderState.RECEIVED) {
                                grouped.add(group(entry));
                            }
                        }
                    }
                    return Stages.all(grouped).thenApply(done -> entries);
                });
    }

    private CompletionStage<String> group(OrderEntry entry) {
        return store.text(group, List.of(store.keys().entry(entry.id()), store.keys().openOf(entry.day(), entry.terms().stockCode())),
                String.valueOf(entry.createdAt().toEpochMilli()), entry.id(), String.valueOf(retention.endOf(entry.day()).toEpochMilli()));
    }

    CompletionStage<List<OrderEntry>> open(LocalDate kisDay, String code) {
        String set = store.keys().openOf(kisDay, code);
        return store.ask(client -> client.<String>getScoredSortedSet(set, StringCodec.INSTANCE)
                .entryRangeAsync(-Journal.MOST_OF_A_STOCK, -Journal.MOST_OF_A_STOCK)).thenCompose(first -> open(set,
                        first.isEmpty() ? Cursor.START : new Cursor(first.iterator().next().getScore().longValue(), ""),
                        new ArrayList<>()));
    }

    private CompletionStage<List<OrderEntry>> open(String set, Cursor after, List<OrderEntry> found) {
        return page(set, after, Journal.MOST_OF_A_PAGE).thenCompose(page -> {
            // What is looked for once more is settled; and an instance of a former version takes nothing from here.
            page.entries().stream().filter(entry -> !entry.state().settled()).forEach(found::add);
            return page.next() == null || found.size() > Journal.MOST_OF_A_STOCK ? CompletableFuture.completedStage(found)
                    : open(set, Cursor.parse(page.next()), found);
        });
    }

    CompletionStage<List<Journal.Confirmed>> confirmed(LocalDate kisDay, String code) {
        return store
                .ask(client -> client.<String, String>getMap(store.keys().confirmed(kisDay, code), StringCodec.INSTANCE).readAllMapAsync())
                .thenApply(words -> words.entrySet().stream().map(word -> confirmed(word.getKey(), word.getValue())).toList());
    }

    private static Journal.Confirmed confirmed(String orderNo, String word) {
        String[] parts = word.split(" ");
        return new Journal.Confirmed(parts[0], orderNo, Terms.Action.ofWire(parts[1]), Instant.ofEpochMilli(Long.parseLong(parts[2])),
                Instant.ofEpochMilli(Long.parseLong(parts[3])));
    }

    CompletionStage<Map<String, String>> owners(LocalDate day, Collection<String> orderNumbers) {
        return store.ask(client -> client.<String, String>getMap(store.keys().numbers(day), StringCodec.INSTANCE)
                .getAllAsync(new HashSet<>(orderNumbers))).thenApply(HashMap::new);
    }
}
