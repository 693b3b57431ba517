package io.kisgateway.order.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The right of one process to a folder; the system takes it back when the process ends, however it does. */
final class FolderLock {

    private static final String NAME = "lock";

    private FileChannel channel;

    /** Takes it, unless it has it. @return whether it has it now */
    boolean take(Path folder) throws IOException {
        if (channel != null) {
            return true;
        }
        FileChannel file = FileChannel.open(folder.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (tryLock(file) == null) {
            file.close();
            return false;
        }
        channel = file;
        return true;
    }

    private static FileLock tryLock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    void release() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
