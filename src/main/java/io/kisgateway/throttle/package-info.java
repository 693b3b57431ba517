/** Permits of endpoints and the budget of the account: queues with deadlines, in memory or in Redis for all instances. */
package io.kisgateway.throttle;
