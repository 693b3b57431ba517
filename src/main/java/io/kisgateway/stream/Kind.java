package io.kisgateway.stream;

import io.kisgateway.call.Scope;
import java.util.List;

/**
 * A kind of records, as its route declares it.
 *
 * @param name     what listeners ask for
 * @param trId     of KIS, in the present mode; null if KIS does not offer it there
 * @param key      what one registers for
 * @param scope    that its listeners need
 * @param columns  what the fields of a record are called
 * @param snapshot the route that asks for a code's present state after a gap, or null
 * @param order    the member of its data that has an order's number, so that clients are told of their own alone; or null
 */
record Kind(String name, String trId, KeyForm key, Scope scope, List<String> columns, String snapshot, String order) {

    Kind {
        columns = List.copyOf(columns);
    }
}
