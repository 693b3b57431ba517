package io.kisgateway.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.kisgateway.routes.RouteCatalogue;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.OutputUnit;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import io.vertx.openapi.validation.ResponseValidator;
import io.vertx.openapi.validation.ValidatableResponse;
import java.net.URI;
import java.util.List;

/** The OpenAPI document of the shipped routes, held against what really goes over the wire. */
final class ApiContract {

    private static final String JSON = "application/json";
    private static final String PROBLEM = "application/problem+json";

    private final OpenAPIContract contract;
    private final ResponseValidator replies;

    private ApiContract(Vertx vertx, OpenAPIContract contract) {
        this.contract = contract;
        this.replies = ResponseValidator.create(vertx, contract);
    }

    /** Made when the first reply comes in; tests of one process share it. */
    private static final class Shared {
        private static final ApiContract CONTRACT = load();
    }

    static ApiContract shared() {
        return Shared.CONTRACT;
    }

    private static ApiContract load() {
        try {
            String yaml = RouteCatalogue.shipped(id -> "").openApi("test");
            // The library knows of no media type but application/json; which of both it is, is compared below.
            String json = new YAMLMapper().readTree(yaml).toString().replace(PROBLEM, JSON).replace("text/event-stream", JSON);
            Vertx vertx = Vertx.vertx();
            return new ApiContract(vertx, Patience.result(OpenAPIContract.from(vertx, new JsonObject(json)).toCompletionStage()
                    .toCompletableFuture()));
        } catch (Exception e) {
            throw new AssertionError("the OpenAPI document is not one", e);
        }
    }

    /** Fails if the exchange is not as the document says. */
    void check(String method, URI uri, String body, Http.Reply reply) {
        Operation operation = contract.findOperation(uri.getRawPath(), HttpMethod.valueOf(method));
        if (operation == null && reply.status() < 400 || uri.getPath().startsWith("/docs") || uri.getPath().equals("/openapi.yaml")) {
            // A route that a test brought along, or the documentation itself.
            return;
        }
        checkReply(operation == null ? contract.operation("stats") : operation, reply);
        if (operation != null && isTaken(reply)) {
            checkRequest(operation, uri, body);
        }
    }

    private void checkReply(Operation operation, Http.Reply reply) {
        String contentType = reply.header("Content-Type");
        boolean problem = reply.status() >= 400 && !operation.getOperationId().startsWith("health");
        assertThat(contentType).as("%s %s", operation.getOperationId(), reply).isEqualTo(problem ? PROBLEM : JSON);
        try {
            Patience.result(replies.validate(ValidatableResponse.create(reply.status(), Buffer.buffer(reply.text()), JSON),
                    operation.getOperationId()).toCompletionStage().toCompletableFuture());
        } catch (Exception e) {
            throw new AssertionError("not as the OpenAPI document says: " + operation.getOperationId() + " " + reply.status() + " "
                    + reply.text(), e);
        }
    }

    /** Whether the gateway found nothing wrong with the request itself. */
    private static boolean isTaken(Http.Reply reply) {
        return reply.status() < 300 || reply.status() == 422 || reply.status() == 429 || reply.status() > 500;
    }

    private void checkRequest(Operation operation, URI uri, String body) {
        if (body != null && operation.getRequestBody() == null) {
            assertThat(body.isBlank() ? new JsonObject() : new JsonObject(body)).as(operation.getOperationId() + " takes no members")
                    .isEmpty();
        }
        if (body != null && operation.getRequestBody() != null && !(body.isBlank() && !operation.getRequestBody().isRequired())) {
            valid(operation, operation.getRequestBody().getContent().get(JSON).getSchema(),
                    numbers(operation.getRequestBody().getContent().get(JSON).getSchema(), new JsonObject(body)));
        }
        for (Parameter parameter : operation.getParameters()) {
            if (parameter.getIn().toString().equals("query") && uri.getRawQuery() != null) {
                for (String pair : uri.getQuery().split("&")) {
                    if (pair.startsWith(parameter.getName() + "=")) {
                        String value = pair.substring(parameter.getName().length() + 1);
                        valid(operation, parameter.getSchema(), "array".equals(parameter.getSchema().get("type"))
                                ? new JsonArray(List.of(value.split(","))) : value);
                    }
                }
            }
        }
    }

    /** Whole numbers may also come as strings of digits: older clients send them so, and the document says it in words. */
    private static JsonObject numbers(JsonSchema schema, JsonObject body) {
        JsonObject properties = schema.get("properties");
        for (String name : body.fieldNames().toArray(String[]::new)) {
            String types = properties == null || properties.getJsonObject(name) == null ? ""
                    : properties.getJsonObject(name).getValue("type").toString();
            if (body.getValue(name) instanceof String text && types.contains("integer") && text.matches("[0-9]{1,18}")) {
                body.put(name, Long.parseLong(text));
            }
        }
        return body;
    }

    private void valid(Operation operation, JsonSchema schema, Object value) {
        OutputUnit result = contract.getSchemaRepository().validator(schema).validate(value);
        assertThat(result.getValid()).as("%s takes %s, but the OpenAPI document does not: %s", operation.getOperationId(), value,
                result.getErrors()).isTrue();
    }
}
