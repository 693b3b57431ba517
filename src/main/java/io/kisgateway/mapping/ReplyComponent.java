package io.kisgateway.mapping;

import com.schibsted.spt.data.jslt.Function;
import com.schibsted.spt.data.jslt.JsltException;
import com.schibsted.spt.data.jslt.Parser;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.ResourceHelper;

/**
 * How KIS's reply becomes the caller's: {@code reply:mappings/snapshot.jslt}, a JSLT file on the class path or, with
 * {@code file:}, outside the jar; or {@code reply:inline} with the mapping in the parameter {@code template}. It sees
 * the exchange's variables as {@code $name} and this package's functions, and is compiled when the route is made.
 */
public final class ReplyComponent extends DefaultComponent {

    private final Collection<Function> functions;

    public ReplyComponent(Collection<Function> functions) {
        this.functions = List.copyOf(functions);
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        Object template = parameters.remove("template");
        if (remaining.equals("inline") != (template != null)) {
            throw new IllegalArgumentException("a mapping is either reply:inline with the parameter template, or reply:<file>");
        }
        try (Reader source = template == null ? open(remaining) : new StringReader(template.toString())) {
            return new ReplyEndpoint(uri, this, new Parser(source).withFunctions(functions)
                    .withObjectFilter("true").withSource(remaining).compile());
        } catch (JsltException e) {
            throw new IllegalArgumentException("mapping " + remaining + ": " + e.getMessage(), e);
        }
    }

    private Reader open(String resource) throws IOException {
        return new InputStreamReader(
                ResourceHelper.resolveMandatoryResourceAsInputStream(getCamelContext(), resource), StandardCharsets.UTF_8);
    }
}
