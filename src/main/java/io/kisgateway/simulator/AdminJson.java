package io.kisgateway.simulator;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.EnumFeature;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializerBase;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Requests and replies of testers as records: names in lower case, times of Seoul, and what is wrong named by its member. */
final class AdminJson {

    private final JsonMapper json = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .withCoercionConfig(LogicalType.Textual, texts -> List.of(CoercionInputShape.Integer, CoercionInputShape.Float,
                    CoercionInputShape.Boolean).forEach(shape -> texts.setCoercion(shape, CoercionAction.Fail)))
            .addModule(new SimpleModule().addSerializer(new SeoulTime<>(Instant.class)).addSerializer(new SeoulTime<>(ZonedDateTime.class)))
            .build();

    private static final class SeoulTime<T> extends ToStringSerializerBase {

        private static final long serialVersionUID = 1;

        SeoulTime(Class<T> type) {
            super(type);
        }

        @Override
        public String valueToString(Object value) {
            Instant at = value instanceof ZonedDateTime time ? time.toInstant() : (Instant) value;
            return Texts.seoul(at).toOffsetDateTime().toString();
        }
    }

    byte[] write(Object value) {
        try {
            return json.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws IllegalArgumentException if it is none; the message begins with the member that is wrong */
    <T> T read(String text, Class<T> type) {
        try {
            return json.readValue(text, type);
        } catch (JsonMappingException e) {
            throw new IllegalArgumentException(complaint(e), e);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("body: no valid JSON: " + e.getOriginalMessage(), e);
        }
    }

    boolean has(String text, String member) {
        return read(text, ObjectNode.class).has(member);
    }

    private static String complaint(JsonMappingException wrong) {
        if (wrong.getCause() instanceof IllegalArgumentException ours) {
            return ours.getMessage();
        }
        if (wrong.getPath().isEmpty()) {
            return "body: must be a JSON object";
        }
        String member = wrong.getPath().get(0).getFieldName();
        if (wrong instanceof UnrecognizedPropertyException) {
            return member + ": is not known here";
        }
        return member + ": " + (wrong instanceof MismatchedInputException mismatched ? "must be " + wanted(mismatched.getTargetType())
                : wrong.getOriginalMessage());
    }

    private static String wanted(Class<?> type) {
        if (type.isEnum()) {
            return "one of " + Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT).replace('_', '-');
        }
        return switch (type.getSimpleName()) {
            case "boolean", "Boolean" -> "true or false";
            case "int", "long", "Integer", "Long" -> "a whole number";
            case "Double" -> "a number";
            case "String" -> "a string";
            case "List" -> "an array";
            default -> "an object";
        };
    }
}
