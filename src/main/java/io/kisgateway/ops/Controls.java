package io.kisgateway.ops;

/**
 * What operators may do.
 *
 * @param halt   stops new orders on all instances
 * @param resume lets them go again; both throw IllegalStateException if the other instances cannot be told
 */
public record Controls(Runnable resetBreaker, Runnable forceBreakerOpen, Runnable halt, Runnable resume) {
}
