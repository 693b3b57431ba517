package io.kisgateway.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.AnnotationKeyword;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import io.kisgateway.runtime.Resources;
import io.kisgateway.runtime.YamlNode;
import io.kisgateway.settings.Spelling;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The schema of the Camel YAML DSL, as camel-yaml-dsl ships it. Large: made only where files are checked. */
final class RouteSchema {

    private static final String RESOURCE = "/schema/camelYamlDsl.json";
    /** These only say that the branches of a choice failed; what failed in them is said by others. */
    private static final Set<String> CHOICES = Set.of("oneOf", "anyOf", "not");

    private final JsonNode text;
    private final JsonSchema schema;

    private RouteSchema(JsonNode text, JsonSchema schema) {
        this.text = text;
        this.schema = schema;
    }

    static RouteSchema load() {
        try {
            JsonMetaSchema dialect = JsonMetaSchema.builder(JsonMetaSchema.getV4())
                    .keyword(new AnnotationKeyword("deprecated")).build();
            JsonSchemaFactory factory = JsonSchemaFactory.builder(JsonSchemaFactory.getInstance(VersionFlag.V4))
                    .metaSchema(dialect).build();
            JsonNode text = new ObjectMapper().readTree(Resources.bytes(RESOURCE));
            return new RouteSchema(text, factory.getSchema(text,
                    SchemaValidatorsConfig.builder().pathType(PathType.JSON_POINTER).preloadJsonSchema(false).build()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What of a file's content is not as the schema says; at most one reason for each place. */
    List<RouteProblem> check(String file, YamlNode root) {
        Map<String, ValidationMessage> byPlace = new LinkedHashMap<>();
        Set<String> places = new TreeSet<>();
        Set<ValidationMessage> messages = schema.validate(root.json());
        messages.forEach(message -> places.add(place(message)));
        for (ValidationMessage message : messages) {
            String place = place(message);
            boolean saidDeeper = places.stream().anyMatch(other -> other.startsWith(place + "/"));
            boolean vague = CHOICES.contains(message.getType()) || message.getType().equals("type");
            if (!(vague && saidDeeper)) {
                byPlace.merge(place, message, (one, other) -> rank(one) <= rank(other) ? one : other);
            }
        }
        List<RouteProblem> problems = new ArrayList<>();
        byPlace.forEach((place, message) -> problems.add(new RouteProblem(file, root.lineAt(place), reason(message))));
        return problems;
    }

    private static String place(ValidationMessage message) {
        String place = message.getInstanceLocation().toString();
        return message.getType().equals("additionalProperties") ? place + "/" + message.getProperty() : place;
    }

    private static int rank(ValidationMessage message) {
        return switch (message.getType()) {
            case "additionalProperties" -> 0;
            case "enum" -> 1;
            case "required" -> 2;
            case "type" -> 3;
            default -> 4;
        };
    }

    private String reason(ValidationMessage message) {
        String where = message.getInstanceLocation().getName(-1);
        String parent = where == null || where.matches("\\d*") ? "here" : "in " + where;
        return switch (message.getType()) {
            case "additionalProperties" -> message.getProperty() + " is not known " + parent + meant(message);
            case "required" -> message.getProperty() + " is missing " + parent;
            case "maxProperties" -> "two steps in one: each begins with a dash of its own";
            default -> (where == null || where.matches("\\d*") ? "" : where + " ") + plain(message);
        };
    }

    /** The member that is nearest to one that is not known. */
    private String meant(ValidationMessage message) {
        String pointer = message.getSchemaLocation().getFragment().toString();
        Set<String> known = new TreeSet<>();
        text.at(pointer.substring(0, pointer.lastIndexOf('/')) + "/properties").fieldNames().forEachRemaining(known::add);
        return Spelling.question(message.getProperty(), known);
    }

    private static String plain(ValidationMessage message) {
        String text =
                message.getMessage().replace("string found, object expected", "a text, where a name and a value are expected below it")
                        .replace("array found, object expected", "a list, where names and values are expected without dashes")
                        .replace("object found, array expected", "no list: each item begins with a dash")
                        .replace("string found, array expected", "no list: each item begins with a dash")
                        .replaceAll("(integer|number|boolean) found, string expected", "no text: put it in quotes")
                        .replace("null found, string expected", "blank");
        int colon = text.indexOf(": ");
        return colon < 0 ? text : "is wrong: " + text.substring(colon + 2);
    }
}
