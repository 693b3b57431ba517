package io.kisgateway.ops;

import java.util.List;

/** What operators see of the routes. */
public interface RoutesView {

    /** How many serve. */
    int loaded();

    /** The files whose last change was not taken: file, line and reason of each. */
    List<?> failed();
}
