/** What operators see and steer: health, statistics, metrics, log, the console and the management port they are on. */
package io.kisgateway.ops;
