/**
 * Where orders are written down, in a folder or in Redis: one atomic step at a time, each of which outlives the process. What an
 * entry may become is decided here, what becomes of an order is not. {@link io.kisgateway.order.journal.Journal} is all that others see.
 */
package io.kisgateway.order.journal;
