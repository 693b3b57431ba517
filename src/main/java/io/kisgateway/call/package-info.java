/** What every step shares: the call and who makes it, its problem in the one shape of errors, its reply, an order that is claimed. */
package io.kisgateway.call;
