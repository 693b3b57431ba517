package io.kisgateway.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.schibsted.spt.data.jslt.Expression;
import com.schibsted.spt.data.jslt.Function;
import com.schibsted.spt.data.jslt.impl.DotExpression;
import com.schibsted.spt.data.jslt.impl.ExpressionImpl;
import com.schibsted.spt.data.jslt.impl.ExpressionNode;
import com.schibsted.spt.data.jslt.impl.FunctionExpression;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A mapping, compiled, and what it reads of KIS's reply. */
final class Mapping {

    /** Of these KIS sends the one or the other; what a mapping falls back to is not always there. */
    private static final String FALLBACK = "fallback";
    private static final Set<String> CONTAINERS = Set.of("output", "output1", "output2");

    private final Expression expression;
    private final UnseenMembers unseen;

    private Mapping(Expression expression, UnseenMembers unseen) {
        this.expression = expression;
        this.unseen = unseen;
    }

    static Mapping of(String name, Expression expression, Collection<Function> functions) {
        Map<String, MappingFunction> ours = new HashMap<>();
        functions.forEach(function -> {
            if (function instanceof MappingFunction own) {
                ours.put(own.getName(), own);
            }
        });
        Set<String> members = new TreeSet<>();
        if (expression instanceof ExpressionImpl root) {
            root.getChildren().forEach(node -> walk(node, ours, members));
        }
        members.removeAll(CONTAINERS);
        return new Mapping(expression, new UnseenMembers(name, members));
    }

    /** Tells functions where they are called, and collects the members of the reply that are read. */
    private static void walk(ExpressionNode node, Map<String, MappingFunction> ours, Set<String> members) {
        if (node == null) {
            return;
        }
        List<ExpressionNode> children = node.getChildren();
        if (node instanceof FunctionExpression call) {
            MappingFunction function = ours.get(call.getFunctionName());
            if (function != null && !children.isEmpty()) {
                call.resolve(function.at(children.stream().map(Object::toString).toList()));
            }
        }
        if (node instanceof DotExpression) {
            String path = node.toString();
            String member = path.substring(path.lastIndexOf('.') + 1);
            if (!member.isEmpty()) {
                members.add(member);
            }
        }
        boolean either = node instanceof FunctionExpression call && FALLBACK.equals(call.getFunctionName());
        children.forEach(child -> {
            if (!either || !(child instanceof DotExpression)) {
                walk(child, ours, members);
            }
        });
    }

    JsonNode apply(Map<String, JsonNode> variables, JsonNode input) {
        return expression.apply(variables, input);
    }

    /** The same, looking out for its members together with others. */
    Mapping with(UnseenMembers shared) {
        return new Mapping(expression, shared);
    }

    UnseenMembers unseen() {
        return unseen;
    }
}
