package io.kisgateway.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.schibsted.spt.data.jslt.Function;
import java.util.List;

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

    /** The same at one place of a mapping, so that what goes wrong there can be told. */
    Function at(List<String> expressions) {
        return new Located(this, expressions);
    }

    private record Located(MappingFunction function, List<String> expressions) implements Function {

        @Override
        public String getName() {
            return function.getName();
        }

        @Override
        public int getMinArguments() {
            return function.getMinArguments();
        }

        @Override
        public int getMaxArguments() {
            return function.getMaxArguments();
        }

        @Override
        public JsonNode call(JsonNode input, JsonNode[] arguments) {
            try {
                return function.call(input, arguments);
            } catch (Unreadable e) {
                throw e.at(expressions, input);
            }
        }
    }
}
