package io.kisgateway.call;

/**
 * Who listens as a client of KIS, by the approval key that it shows.
 *
 * @param name   for people
 * @param client null where anybody may call
 */
public record StreamClient(String name, Client client) {}
