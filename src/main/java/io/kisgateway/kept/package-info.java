/** Replies that are asked for at most once a day and kept for everybody. */
package io.kisgateway.kept;
