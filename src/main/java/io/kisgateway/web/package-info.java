/** The edge: the public HTTP server, what a request may hold ({@code request:}), and how replies and problems are written. */
package io.kisgateway.web;
