/** The one connection to Redis: standalone, Sentinel, Cluster, TLS; made in the background, never waited for. */
package io.kisgateway.redis;
