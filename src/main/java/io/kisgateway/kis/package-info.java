/**
 * Calls to the KIS Open API: the {@code kis:} endpoint of the routes, the token, the circuit breaker, the connection,
 * and what each reply means. Facts about KIS are from public material; where the code relies on one, it names the
 * section.
 */
package io.kisgateway.kis;
