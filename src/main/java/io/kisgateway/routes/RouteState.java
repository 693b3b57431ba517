package io.kisgateway.routes;

import java.util.List;

/**
 * What operators are told of the routes.
 *
 * @param loaded how many serve
 * @param failed what is wrong with files whose last change was not taken; their former routes serve on
 * @param paused ids of those that an operator has stopped or suspended
 */
public record RouteState(int loaded, List<RouteProblem> failed, List<String> paused) {

    public RouteState {
        failed = List.copyOf(failed);
        paused = List.copyOf(paused);
    }
}
