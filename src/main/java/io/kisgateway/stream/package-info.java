/** Realtime records as JSON: kinds ({@code realtime:}), and those who listen, over server-sent events, WebSocket or a Redis Stream. */
package io.kisgateway.stream;
