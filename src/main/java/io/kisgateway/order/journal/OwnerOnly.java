package io.kisgateway.order.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Folders and files that nobody else may read, and whose names outlive a crash of the machine. */
final class OwnerOnly {

    private static final Set<PosixFilePermission> FOLDER = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");

    private OwnerOnly() {}

    static void createFolder(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            permit(folder, FOLDER);
            return;
        }
        Path parent = folder.toAbsolutePath().getParent();
        if (!Files.isDirectory(parent)) {
            createFolder(parent);
        }
        try {
            Files.createDirectory(folder);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
        }
        permit(folder, FOLDER);
        sync(parent);
    }

    /** An empty file, unless there is one: then it is not even opened, which would give up this process's locks on it. */
    static void createFile(Path file) throws IOException {
        if (Files.notExists(file)) {
            Files.createFile(file);
            permit(file, FILE);
            sync(file.toAbsolutePath().getParent());
        }
    }

    private static void permit(Path path, Set<PosixFilePermission> permissions) throws IOException {
        if (path.getFileSystem().supportedFileAttributeViews().contains("posix")
                && !Files.getPosixFilePermissions(path).equals(permissions)) {
            Files.setPosixFilePermissions(path, permissions);
        }
    }

    static void sync(Path folder) throws IOException {
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }
}
