package io.kisgateway.routes;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.ProblemJson;
import io.kisgateway.runtime.Resources;
import io.kisgateway.web.RequestSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The OpenAPI document: what endpoints take is read from their routes, how replies look from a file. */
final class OpenApi {

    private static final String BASE = "/openapi/base.yaml";
    private static final String SCHEMAS = "#/components/schemas/";
    private static final String JSON = "application/json";
    private static final List<String> SCHEMES = List.of("bearer", "key");
    private static final Set<ProblemCode> OF_ORDERS = EnumSet.of(ProblemCode.ORDER_IN_PROGRESS, ProblemCode.ORDER_GUARD,
            ProblemCode.IDEMPOTENCY_KEY_REUSED, ProblemCode.ORDER_NOT_PLACED, ProblemCode.JOURNAL_UNAVAILABLE, ProblemCode.TRADING_HALTED);
    /** Parts of the documentation itself. */
    private static final List<String> NOT_TOLD = List.of("openapi", "docs", "docs-file",
            // KIS documents its own operations.
            "kis-front-oauth", "kis-front-query", "kis-front-order");

    /** Their replies have no end. */
    private static final List<String> STREAMS = List.of("realtime-stream");
    private static final List<String> SOCKETS = List.of("realtime-ws");

    private final YAMLMapper yaml = YAMLMapper.builder().disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS).disable(YAMLGenerator.Feature.SPLIT_LINES).build();
    private final ObjectNode document;
    private boolean hasUnknownReplies;

    private OpenApi(String version) {
        try {
            document = (ObjectNode) yaml.readTree(Resources.bytes(BASE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ((ObjectNode) document.get("info")).put("version", version);
    }

    static String yaml(List<RouteCatalogue.Entry> entries, String version) {
        OpenApi api = new OpenApi(version);
        ObjectNode paths = api.document.putObject("paths");
        entries.stream().filter(entry -> !NOT_TOLD.contains(entry.id())).forEach(entry -> {
            for (String method : entry.method().toLowerCase(Locale.ROOT).split(",")) {
                api.operation(paths.withObjectProperty(entry.path()).putObject(method.strip()), entry, method.strip());
            }
        });
        if (!api.hasUnknownReplies) {
            api.document.withObjectProperty("components").withObjectProperty("schemas").remove("reply");
        }
        try {
            return api.yaml.writeValueAsString(api.document);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void operation(ObjectNode operation, RouteCatalogue.Entry entry, String method) {
        operation.put("operationId", entry.id()).put("summary", entry.description());
        String[] segments = entry.path().split("/");
        operation.putArray("tags").add(segments.length > 2 && segments[1].equals("api") ? segments[2] : "operations");
        ArrayNode parameters = operation.putArray("parameters");
        boolean body = !method.equals("get") && !method.equals("delete");
        entry.request().forEach((name, declaration) -> {
            boolean inPath = entry.path().contains("{" + name + "}");
            if (inPath || !body) {
                parameters.addObject().put("name", name).put("in", inPath ? "path" : "query")
                        .put("required", inPath || RequestSchema.isRequired(name, declaration))
                        .set("schema", RequestSchema.member(name, declaration));
                if (parameters.get(parameters.size() - 1).at("/schema/type").asText().equals("array")) {
                    ((ObjectNode) parameters.get(parameters.size() - 1)).put("explode", false);
                }
            }
        });
        header(parameters, "X-Request-Id", "Comes back in the reply; one is made if there is none", "^[A-Za-z0-9._-]{1,64}$");
        if (entry.limit() != null) {
            header(parameters, "Prefer", "How long to wait for a permit, such as wait=2", null);
        }
        if (entry.order()) {
            header(parameters, "Idempotency-Key", "The same key again gives the first reply again and no second order", null);
        }
        if (body && !entry.request().isEmpty()) {
            operation.putObject("requestBody")
                    .put("required", entry.request().values().stream().anyMatch(text -> text.contains("required")))
                    .putObject("content").putObject(JSON).set("schema", RequestSchema.of(entry.request()));
        }
        ArrayNode security = operation.putArray("security");
        if (!entry.need().anyOf().isEmpty()) {
            for (String scheme : SCHEMES) {
                ArrayNode scopes = security.addObject().putArray(scheme);
                new TreeSet<>(entry.need().anyOf()).forEach(scope -> scopes.add(scope.toString()));
            }
        }
        responses(operation.putObject("responses"), entry);
    }

    private static void header(ArrayNode parameters, String name, String description, String pattern) {
        ObjectNode schema = parameters.addObject().put("name", name).put("in", "header").put("description", description)
                .putObject("schema").put("type", "string");
        if (pattern != null) {
            schema.put("description", "Anything not like " + pattern + " is replaced");
        }
    }

    private void responses(ObjectNode responses, RouteCatalogue.Entry entry) {
        if (SOCKETS.contains(entry.id())) {
            responses.putObject("101").put("description", "A WebSocket of JSON messages");
        }
        if (STREAMS.contains(entry.id())) {
            responses.putObject("200").put("description", "Server-sent events, without an end").putObject("content")
                    .putObject("text/event-stream")
                    .putObject("schema").put("type", "string");
        }
        boolean known = document.at("/components/schemas").has(entry.id());
        String reply = SCHEMAS + (known ? entry.id() : "reply");
        if (responses.isEmpty()) {
            response(responses, "200", "Done", JSON, reply);
            hasUnknownReplies |= !known;
        }
        if (entry.id().startsWith("health")) {
            response(responses, "503", "It cannot serve", JSON, reply);
        }
        problems(entry).forEach((status, codes) -> {
            if (!responses.has(status)) {
                response(responses, status, String.join(", ", codes), ProblemJson.TYPE, SCHEMAS + "problem");
            }
        });
        response(responses, "default", "An error; its code says which", ProblemJson.TYPE, SCHEMAS + "problem");
    }

    /** The codes by status; those of orders for orders alone. */
    private static Map<String, List<String>> problems(RouteCatalogue.Entry entry) {
        Map<String, List<String>> problems = new TreeMap<>();
        for (ProblemCode code : ProblemCode.values()) {
            if (code != ProblemCode.CALLER_GONE && (entry.order() || !OF_ORDERS.contains(code))) {
                problems.computeIfAbsent(Integer.toString(code.status()), status -> new ArrayList<>()).add(code.name());
            }
        }
        return problems;
    }

    private static void response(ObjectNode responses, String status, String description, String type, String schema) {
        responses.putObject(status).put("description", description).putObject("content").putObject(type).putObject("schema")
                .put("$ref", schema);
    }
}
