package io.kisgateway.kept;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Keeps each reply in a small file. For one instance: there is nobody else to agree with. */
final class FileKeptStore implements KeptStore {

    private final Path folder;
    private final KeptJson json = new KeptJson();

    FileKeptStore(Path folder) {
        this.folder = folder;
    }

    private Path file(String name) {
        return folder.resolve("kept-" + name + ".json");
    }

    @Override
    public CompletionStage<Optional<Kept>> read(String name) {
        try {
            return CompletableFuture.completedFuture(json.read(Files.readString(file(name))));
        } catch (NoSuchFileException e) {
            return CompletableFuture.completedFuture(Optional.empty());
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public CompletionStage<Void> write(String name, Kept kept) {
        try {
            Files.createDirectories(folder);
            Path next = Files.createTempFile(folder, "kept", ".tmp");
            try {
                Files.writeString(next, json.write(kept));
                Files.move(next, file(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(next);
            }
            return CompletableFuture.completedFuture(null);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public CompletionStage<Boolean> claim(String name, Duration during) {
        return CompletableFuture.completedFuture(true);
    }

    @Override
    public CompletionStage<Void> unclaim(String name) {
        return CompletableFuture.completedFuture(null);
    }
}
