package io.kisgateway.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.schibsted.spt.data.jslt.JsltException;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.Reply;
import io.kisgateway.call.StepEndpoint;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.Category;
import org.apache.camel.Exchange;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultProducer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One mapping; each route that uses it compiles it anew, so that a changed file is seen by a changed route. */
@UriEndpoint(firstVersion = "0.1.0", scheme = "reply", title = "Reply", syntax = "reply:name", producerOnly = true, category = Category.API)
final class ReplyEndpoint extends StepEndpoint {

    private static final Logger LOG = LoggerFactory.getLogger(ReplyEndpoint.class);

    @UriPath(description = "A JSLT file of the routes folder or of the gateway, such as mappings/order.jslt, or inline")
    @Metadata(required = true)
    private final String name;
    @UriParam(description = "With reply:inline, the mapping itself")
    private final String template;

    /** @param template the mapping itself, or null if it is in the file of that name */
    ReplyEndpoint(String uri, ReplyComponent component, String name, String template) {
        super(uri, component);
        this.name = name;
        this.template = template;
    }

    @Override
    public ReplyComponent getComponent() {
        return (ReplyComponent) super.getComponent();
    }

    @Override
    public Producer createProducer() throws Exception {
        Mapping compiled = getComponent().isCompiledAtOnce(name, template) ? getComponent().compile(name, template) : null;
        return new DefaultProducer(this) {

            private volatile Mapping mapping = compiled;

            @Override
            public void process(Exchange exchange) throws IOException {
                if (mapping == null) {
                    mapping = getComponent().compile(name, template);
                }
                exchange.getMessage().setBody(map(mapping, exchange));
            }
        };
    }

    private Reply map(Mapping mapping, Exchange exchange) {
        if (!(exchange.getMessage().getBody() instanceof JsonNode input)) {
            throw new IllegalStateException(getEndpointUri() + " shapes KIS's reply, and there is none that has no shape yet");
        }
        mapping.unseen().look(input);
        try {
            if (mapping.apply(variables(exchange), input) instanceof ObjectNode members) {
                if (members.path("data").isNull()) {
                    LOG.warn("The mapping {} made nothing of KIS's reply: a member that it names is not there", name);
                    throw Problem.of(ProblemCode.KIS_UNREADABLE, "KIS's reply lacks what the mapping " + name + " makes data of");
                }
                return new Reply(members);
            }
        } catch (JsltException e) {
            // Not its message, which may quote the reply.
            LOG.warn("The mapping {} could not use KIS's reply, line {}, column {}", name, e.getLine(), e.getColumn());
            throw Problem.of(ProblemCode.KIS_UNREADABLE, "KIS's reply does not fit the mapping " + name).causedBy(e);
        } catch (Unreadable e) {
            Problem problem = e.problem(input);
            LOG.warn("The mapping {} could not use KIS's reply: {}", name, problem.getMessage());
            throw problem;
        }
        throw new IllegalStateException("a mapping must yield an object: " + getEndpointUri());
    }

    private static Map<String, JsonNode> variables(Exchange exchange) {
        Map<String, JsonNode> nodes = new HashMap<>();
        exchange.getVariables().forEach((name, value) -> {
            if (value instanceof String text) {
                nodes.put(name, TextNode.valueOf(text));
            } else if (value instanceof Long number) {
                nodes.put(name, LongNode.valueOf(number));
            } else if (value instanceof Boolean bool) {
                nodes.put(name, BooleanNode.valueOf(bool));
            } else if (value instanceof JsonNode node) {
                nodes.put(name, node);
            }
        });
        return nodes;
    }
}
