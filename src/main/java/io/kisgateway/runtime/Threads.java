package io.kisgateway.runtime;

import java.util.concurrent.ThreadFactory;

/** Threads that keep no process alive. */
public final class Threads {

    private Threads() {}

    /** For a pool of one thread. */
    public static ThreadFactory daemon(String name) {
        return task -> daemon(null, task, name);
    }

    static Thread daemon(ThreadGroup group, Runnable task, String name) {
        Thread thread = new Thread(group, task, name);
        thread.setDaemon(true);
        return thread;
    }
}
