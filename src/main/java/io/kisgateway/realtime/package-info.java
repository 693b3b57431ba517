/** Realtime data: one session with KIS's WebSocket for all instances, and any number of listeners. */
package io.kisgateway.realtime;
