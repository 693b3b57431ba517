package io.kisgateway.routes;

import java.lang.reflect.Field;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriParam;

/** What the options of a step mean, as its endpoint class says. */
public final class StepOptions {

    private StepOptions() {}

    /** A table of the options of an endpoint class. */
    public static String markdown(Class<?> endpoint) {
        StringBuilder table = new StringBuilder("| Option | Meaning |\n|---|---|\n");
        for (Field field : endpoint.getDeclaredFields()) {
            UriParam option = field.getAnnotation(UriParam.class);
            if (option != null) {
                boolean required = field.isAnnotationPresent(Metadata.class) && field.getAnnotation(Metadata.class).required();
                String fallback = option.defaultValue().isEmpty() || option.defaultValue().equals("false") ? ""
                        : " (default " + option.defaultValue() + ")";
                table.append("| `").append(field.getName()).append("`").append(required ? ", required" : "").append(" | ")
                        .append(option.description()).append(fallback).append(" |\n");
            }
        }
        return table.toString();
    }
}
