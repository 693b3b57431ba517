package io.kisgateway.routes;

import java.util.List;
import java.util.stream.Collectors;

/** Route files with which the gateway does not start. The message names file, line and reason of each fault. */
public final class InvalidRoutes extends RuntimeException {

    private static final long serialVersionUID = 1L;

    InvalidRoutes(List<RouteProblem> problems) {
        super(problems.stream().map(RouteProblem::toString).collect(Collectors.joining("\n")), null, false, false);
    }
}
