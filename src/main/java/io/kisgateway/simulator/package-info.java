/** A KIS of our own, for trying and for tests: prices, accounts, orders, tokens, limits, and faults on demand. */
package io.kisgateway.simulator;
