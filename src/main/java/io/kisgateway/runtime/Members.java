package io.kisgateway.runtime;

import java.util.LinkedHashMap;
import java.util.Map;

/** What is shown as an object of JSON. */
public final class Members {

    private Members() {}

    /**
     * In this order, and open to more.
     *
     * @param namesAndValues name, value, name, value; a value may be null
     */
    public static Map<String, Object> of(Object... namesAndValues) {
        Map<String, Object> members = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            members.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return members;
    }
}
