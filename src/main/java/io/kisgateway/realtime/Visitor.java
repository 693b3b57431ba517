package io.kisgateway.realtime;

import io.kisgateway.call.Client;

/**
 * Who listens as a client of KIS.
 *
 * @param name   for operators
 * @param client null where anybody may call
 */
public record Visitor(String name, Client client) {}
