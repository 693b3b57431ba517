package io.kisgateway.kis;

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
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the token in a file that only its owner can read, and beside it the time at which one was last asked for.
 * Processes of one machine that share the folder share the token.
 */
final class FileTokenStore implements TokenStore {

    private static final Logger LOG = LoggerFactory.getLogger(FileTokenStore.class);
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OWNER_FOLDER = PosixFilePermissions.fromString("rwx------");
    private static final int TRIES = 100;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final Path folder;
    private final Path file;
    private final Path asked;
    private final TokenCipher cipher;
    private final Clock clock;

    FileTokenStore(Path folder, String name, TokenCipher cipher, Clock clock) {
        this.folder = folder;
        this.file = folder.resolve(name);
        this.asked = folder.resolve(name + ".asked");
        this.cipher = cipher;
        this.clock = clock;
    }

    @Override
    public Optional<Token> read() throws Unavailable {
        try {
            Optional<Token> token = cipher.open(Files.readString(file, StandardCharsets.US_ASCII));
            if (token.isEmpty()) {
                LOG.warn("The kept token cannot be opened (damaged, or kept with another app secret); it is ignored");
            }
            return token;
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new Unavailable(e);
        }
    }

    @Override
    public void write(Token token) throws Unavailable {
        try {
            createFolder();
            Path next = Files.createTempFile(folder, "token", ".tmp", attributes(OWNER));
            try {
                Files.writeString(next, cipher.seal(token), StandardCharsets.US_ASCII);
                Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(next);
            }
        } catch (IOException e) {
            throw new Unavailable(e);
        }
    }

    @Override
    public Duration claim(Duration during) throws Unavailable {
        try {
            createFolder();
            try (FileChannel channel = FileChannel.open(asked,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                    attributes(OWNER)); FileLock lock = lock(channel)) {
                if (lock == null) {
                    return Duration.ofSeconds(1);
                }
                Duration wait = left(channel, during);
                if (wait.isZero()) {
                    ByteBuffer now = StandardCharsets.US_ASCII.encode(Long.toString(clock.millis()));
                    channel.truncate(0).write(now, 0);
                }
                return wait;
            }
        } catch (IOException e) {
            throw new Unavailable(e);
        }
    }

    /** A time that lies in the future was written by a clock that has been set back since: it says nothing. */
    private Duration left(FileChannel channel, Duration during) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(32);
        channel.read(text, 0);
        try {
            Instant last = Instant.ofEpochMilli(
                    Long.parseLong(StandardCharsets.US_ASCII.decode(text.flip()).toString().strip()));
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
    public void unclaim() throws Unavailable {
        try {
            Files.deleteIfExists(asked);
        } catch (IOException e) {
            throw new Unavailable(e);
        }
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
