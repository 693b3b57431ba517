package io.kisgateway.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.schibsted.spt.data.jslt.Function;
import io.kisgateway.runtime.GatewayModule;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.CamelContext;

/** {@code reply:}, and the functions that mappings may call. */
public final class MappingModule implements GatewayModule {

    private final ReplyComponent component;
    private final Mappings mappings;

    /**
     * @param folder     where mappings are looked for first, or null
     * @param issueNames the name of a stock or index, by its code, while it is known
     */
    public MappingModule(Path folder, Clock clock, java.util.function.Function<String, Optional<String>> issueNames) {
        List<Function> functions = new ArrayList<>(new Functions(clock).all());
        functions.add(new MappingFunction("issue-name", 1, 1,
                code -> issueNames.apply(code[0].asText()).<JsonNode>map(TextNode::valueOf).orElse(NullNode.instance)));
        this.mappings = new Mappings(folder);
        this.component = new ReplyComponent(functions, mappings, false);
    }

    @Override
    public void configure(CamelContext camelContext) {
        camelContext.getRegistry().bind("reply", component);
    }

    /** Members that mappings read and no reply of KIS has had so far, by the mapping's name. */
    public Map<String, Set<String>> unseenMembers() {
        return component.unseen();
    }

    public Mappings mappings() {
        return mappings;
    }
}
