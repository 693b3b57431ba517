package io.kisgateway.access;

/**
 * What stands before one port.
 *
 * @param guard  bounds its connections
 * @param screen looks at every request first
 */
public record Door(PortGuard guard, RequestScreen screen) { }
