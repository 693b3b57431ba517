/** The one table of settings: what each may hold, its default, and how it is read from the environment or a file. */
package io.kisgateway.settings;
