package io.kisgateway.runtime;

import java.util.Objects;
import java.util.function.Supplier;

/** What is made when it is first asked for, once: whoever asks meanwhile waits. */
public final class Once<T> implements Supplier<T> {

    private final Supplier<T> maker;
    private volatile T made;

    public Once(Supplier<T> maker) {
        this.maker = Objects.requireNonNull(maker);
    }

    @Override
    public T get() {
        if (made == null) {
            synchronized (this) {
                if (made == null) {
                    made = Objects.requireNonNull(maker.get());
                }
            }
        }
        return made;
    }
}
