package io.kisgateway.ops;

/**
 * What operators may do.
 *
 * @param resetBreaker     closes the breaker of all instances
 * @param forceBreakerOpen keeps it open until it is reset
 * @param halt             stops new orders on all instances
 * @param resume           lets them go again; all throw IllegalStateException if the other instances cannot be told
 */
public record Controls(Runnable resetBreaker, Runnable forceBreakerOpen, Runnable halt, Runnable resume) {}
