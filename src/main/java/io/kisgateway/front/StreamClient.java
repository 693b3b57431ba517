package io.kisgateway.front;

import io.kisgateway.call.Client;

/**
 * Who has shown an approval key.
 *
 * @param name   for people
 * @param client null where anybody may call
 */
public record StreamClient(String name, Client client) {}
