/** Who may come in: the look at every request of both ports before anything else, and the callers that are known by key or token. */
package io.kisgateway.access;
