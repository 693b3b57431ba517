package io.kisgateway.stream;

import io.kisgateway.redis.RedisConnection;
import io.kisgateway.runtime.Store;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.redisson.api.RFuture;
import org.redisson.api.RSet;
import org.redisson.client.codec.StringCodec;

/** Which channels clients have subscribed without a connection: shared by all instances where there is Redis. */
interface KeptCodes {

    record Kept(String client, Channel channel) {

        private static Optional<Kept> parse(String text) {
            String[] parts = text.split(" ", -1);
            return parts.length == 3 ? Optional.of(new Kept(parts[0], new Channel(parts[1], parts[2]))) : Optional.empty();
        }

        private String text() {
            return client + " " + channel.kind() + " " + channel.code();
        }
    }

    CompletionStage<Set<Kept>> all();

    CompletionStage<?> add(Collection<Kept> kept);

    CompletionStage<?> remove(Collection<Kept> kept);

    private static Set<Kept> parse(Collection<String> texts) {
        return texts.stream().map(Kept::parse).flatMap(Optional::stream).collect(Collectors.toSet());
    }

    /** In a set of Redis. */
    record InRedis(RedisConnection redis, String name) implements KeptCodes {

        private static final Duration PATIENCE = Duration.ofSeconds(1);

        private <T> CompletionStage<T> set(Function<RSet<String>, RFuture<T>> command) {
            return redis.bounded(redis.async(client -> command.apply(client.getSet(redis.key(name), StringCodec.INSTANCE))), PATIENCE);
        }

        @Override
        public CompletionStage<Set<Kept>> all() {
            return set(RSet::readAllAsync).thenApply(KeptCodes::parse);
        }

        @Override
        public CompletionStage<?> add(Collection<Kept> kept) {
            return set(codes -> codes.addAllAsync(kept.stream().map(Kept::text).toList()));
        }

        @Override
        public CompletionStage<?> remove(Collection<Kept> kept) {
            return set(codes -> codes.removeAllAsync(kept.stream().map(Kept::text).toList()));
        }
    }

    /** In memory, written through to a store. */
    final class InStore implements KeptCodes {

        private static final Duration LIFETIME = Duration.ofDays(3650);

        private final Store store;
        private final String name;
        private Set<Kept> present;

        InStore(Store store, String name) {
            this.store = store;
            this.name = name;
        }

        @Override
        public synchronized CompletionStage<Set<Kept>> all() {
            if (present != null) {
                return CompletableFuture.completedStage(Set.copyOf(present));
            }
            return store.read(name).thenApply(text -> {
                synchronized (this) {
                    if (present == null) {
                        present = new java.util.HashSet<>(parse(Arrays.asList(text.orElse("").split("\n"))));
                    }
                    return Set.copyOf(present);
                }
            });
        }

        @Override
        public CompletionStage<?> add(Collection<Kept> kept) {
            return all().thenCompose(before -> change(() -> present.addAll(kept)));
        }

        @Override
        public CompletionStage<?> remove(Collection<Kept> kept) {
            return all().thenCompose(before -> change(() -> present.removeAll(kept)));
        }

        private synchronized CompletionStage<Void> change(Runnable change) {
            change.run();
            return store.write(name, present.stream().map(Kept::text).collect(Collectors.toCollection(TreeSet::new)).stream()
                    .collect(Collectors.joining("\n")), LIFETIME);
        }
    }
}
