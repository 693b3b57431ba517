package io.kisgateway.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.schibsted.spt.data.jslt.Function;

/** A function that mapping files can call. */
public record MappingFunction(String getName, int getMinArguments, int getMaxArguments, Body body) implements Function {

    /** From evaluated arguments to a value; JSON null, never Java's. */
    @FunctionalInterface
    public interface Body {
        JsonNode apply(JsonNode[] arguments);
    }

    @Override
    public JsonNode call(JsonNode input, JsonNode[] arguments) {
        return body.apply(arguments);
    }
}
