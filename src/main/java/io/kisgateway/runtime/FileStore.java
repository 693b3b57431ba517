package io.kisgateway.runtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Texts in files, and beside each the time at which its right was last taken. */
final class FileStore implements Store {

    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OWNER_FOLDER = PosixFilePermissions.fromString("rwx------");
    private static final int TRIES = 100;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final Path folder;
    private final InstantSource clock;

    FileStore(Path folder, InstantSource clock) {
        this.folder = folder;
        this.clock = clock;
    }

    private interface FileUse<T> {
        T use() throws IOException;
    }

    private static <T> CompletionStage<T> tried(FileUse<T> use) {
        try {
            return CompletableFuture.completedFuture(use.use());
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private Path file(String name) {
        return folder.resolve(name.replace(':', '-'));
    }

    private Path asked(String name) {
        return folder.resolve(name.replace(':', '-') + ".asked");
    }

    @Override
    public CompletionStage<Optional<String>> read(String name) {
        return tried(() -> {
            try {
                return Optional.of(Files.readString(file(name)));
            } catch (NoSuchFileException e) {
                return Optional.empty();
            }
        });
    }

    @Override
    public CompletionStage<Void> write(String name, String text, Duration lifetime) {
        return tried(() -> {
            createFolder();
            Path next = Files.createTempFile(folder, "store", ".tmp", attributes(OWNER));
            try {
                Files.writeString(next, text);
                Files.move(next, file(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(next);
            }
            return null;
        });
    }

    @Override
    public CompletionStage<Duration> claim(String name, Duration during) {
        return tried(() -> {
            createFolder();
            try (FileChannel channel = FileChannel.open(asked(name),
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE), attributes(OWNER));
                    FileLock lock = lock(channel)) {
                if (lock == null) {
                    return Duration.ofSeconds(1);
                }
                Duration wait = left(channel, during);
                if (wait.isZero()) {
                    channel.truncate(0).write(StandardCharsets.US_ASCII.encode(Long.toString(clock.millis())), 0);
                }
                return wait;
            }
        });
    }

    /** A time that lies in the future was written by a clock that has been set back since: it says nothing. */
    private Duration left(FileChannel channel, Duration during) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(32);
        channel.read(text, 0);
        try {
            Instant last = Instant.ofEpochMilli(Long.parseLong(StandardCharsets.US_ASCII.decode(text.flip()).toString().strip()));
            Duration since = Duration.between(last, clock.instant());
            return since.isNegative() || since.compareTo(during) >= 0 ? Duration.ZERO : during.minus(since);
        } catch (NumberFormatException e) {
            return Duration.ZERO;
        }
    }

    /** Null if another holds it all the time. */
    private static FileLock lock(FileChannel channel) throws IOException {
        for (int i = 0; i < TRIES; i++) {
            try {
                FileLock lock = channel.tryLock();
                if (lock != null) {
                    return lock;
                }
            } catch (OverlappingFileLockException e) {
                // Another instance in this process holds it.
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return null;
    }

    @Override
    public CompletionStage<Void> unclaim(String name) {
        return tried(() -> {
            Files.deleteIfExists(asked(name));
            return null;
        });
    }

    private void createFolder() throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder, attributes(OWNER_FOLDER));
        }
    }

    private FileAttribute<?>[] attributes(Set<PosixFilePermission> permissions) {
        return folder.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }
}
