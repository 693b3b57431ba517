package io.kisgateway.throttle;

import static org.awaitility.Awaitility.await;

import io.kisgateway.runtime.Once;
import io.kisgateway.testing.Patience;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import redis.embedded.core.ExecutableProvider;

/** Redis, written to disk once a process: a program cannot be started while anybody, be it another test's new child, has it open to write. */
public final class RedisProgram {

    private static final Once<File> FILE = new Once<>(RedisProgram::write);

    private RedisProgram() {}

    public static File file() {
        return FILE.get();
    }

    private static File write() {
        try {
            File program = ExecutableProvider.newJarResourceProvider().get();
            await().ignoreExceptions().until(() -> {
                Process version = new ProcessBuilder(program.getAbsolutePath(), "--version").redirectErrorStream(true)
                        .redirectOutput(Redirect.DISCARD).start();
                Patience.awaitEnd(version);
                return true;
            });
            return program;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
