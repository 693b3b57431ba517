package io.kisgateway.simulator;

/** What becomes of a request to place, amend or cancel. */
sealed interface Placement {

    record Taken(Order order) implements Placement {}

    record Refused(Refusal why) implements Placement {}
}
