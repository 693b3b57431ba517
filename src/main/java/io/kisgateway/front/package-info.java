/** The operations of KIS by their list: what may be asked, and how a native route of one begins. */
package io.kisgateway.front;
