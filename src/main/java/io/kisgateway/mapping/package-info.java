/** How KIS's reply becomes the caller's: {@code reply:}, JSLT mappings and the functions that they may call. */
package io.kisgateway.mapping;
