/** Route files: read, checked with file and line, made live without a restart, and explained to people. */
package io.kisgateway.routes;
