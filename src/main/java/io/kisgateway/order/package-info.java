/**
 * OrderLifecycle: never doubled, never lost, always accounted for. A request's key is claimed, the order is written down before it
 * is sent and after its outcome, and an outcome that nobody knows is looked up at KIS until it is known.
 */
package io.kisgateway.order;
