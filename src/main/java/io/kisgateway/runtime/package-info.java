/** What every module stands on: clock, threads, timers, the optional Redis, JMX, and how a module begins and ends. */
package io.kisgateway.runtime;
