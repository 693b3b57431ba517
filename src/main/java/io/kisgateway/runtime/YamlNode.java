package io.kisgateway.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A piece of YAML that knows its line: a map, a list, or a text.
 *
 * @param text    as written, or null if this is a map or a list
 * @param members of a map
 * @param items   of a list
 * @param json    the same as JSON
 */
public record YamlNode(int line, String text, Map<String, YamlNode> members, List<YamlNode> items, JsonNode json) {

    private static final int MAX_DEPTH = 100;

    /** Text that is not YAML. */
    public static final class Malformed extends Exception {

        private static final long serialVersionUID = 1L;

        private final int line;

        Malformed(int line, String reason) {
            super(reason, null, false, false);
            this.line = line;
        }

        public int line() {
            return line;
        }
    }

    /** The one document of a text; nothing if it is empty. */
    public static Optional<YamlNode> parse(String text) throws Malformed {
        Optional<Node> document = compose(text);
        return document.isEmpty() ? Optional.empty() : Optional.of(of(document.get()));
    }

    /** A document that has been composed. */
    public static YamlNode of(Node document) throws Malformed {
        return of(document, lineOf(document), 0);
    }

    /** The one document of a text, as the parser has it. */
    public static Optional<Node> compose(String text) throws Malformed {
        try {
            return new Compose(LoadSettings.builder().setAllowNonScalarKeys(true).build()).composeString(text);
        } catch (MarkedYamlEngineException e) {
            boolean atTheEnd = e.getProblem().contains("end of stream");
            Optional<Mark> where = atTheEnd ? e.getContextMark().or(e::getProblemMark) : e.getProblemMark().or(e::getContextMark);
            throw new Malformed(where.map(mark -> mark.getLine() + 1).orElse(1), "not YAML: " + plain(e.getProblem()));
        } catch (YamlEngineException e) {
            throw new Malformed(1, "not YAML: " + e.getMessage());
        }
    }

    /** What the parser says, and what is most often the reason. */
    private static String plain(String problem) {
        if (problem.startsWith("found character") && !problem.contains("TAB")) {
            return problem.replaceFirst(" that cannot start.*", " at the beginning of a text; put the text in quotes");
        }
        if (problem.startsWith("mapping values are not allowed")) {
            return problem + "; a text with a colon in it needs quotes, and the line above a blank after its colon";
        }
        if (problem.startsWith("expected <block end>")) {
            return "this line does not continue what is above it; see how far it is indented, and the blank after - and :";
        }
        if (problem.startsWith("could not find expected ':'")) {
            return "a name is not followed by a colon and a blank here, or a text goes on that is not indented";
        }
        if (problem.contains("another document")) {
            return "a file holds one document, without --- in between";
        }
        return problem.contains("end of stream") ? "a quote or bracket that is opened here is not closed" : problem;
    }

    private static int lineOf(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }

    /** @param line of the key, where there is one: that is where people look */
    private static YamlNode of(Node node, int line, int depth) throws Malformed {
        if (depth > MAX_DEPTH) {
            throw new Malformed(line, "nested more than " + MAX_DEPTH + " deep");
        }
        if (node instanceof MappingNode mapping) {
            return map(mapping, line, depth);
        }
        if (node instanceof SequenceNode sequence) {
            List<YamlNode> items = new ArrayList<>();
            ArrayNode json = JsonNodeFactory.instance.arrayNode();
            for (Node child : sequence.getValue()) {
                YamlNode item = of(child, lineOf(child), depth + 1);
                items.add(item);
                json.add(item.json);
            }
            return new YamlNode(line, null, Map.of(), items, json);
        }
        ScalarNode scalar = (ScalarNode) node;
        return new YamlNode(line, scalar.getValue(), Map.of(), List.of(), scalar(scalar));
    }

    private static YamlNode map(MappingNode mapping, int line, int depth) throws Malformed {
        Map<String, YamlNode> members = new LinkedHashMap<>();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw new Malformed(lineOf(tuple.getKeyNode()), "a value that begins with { needs quotes: \"{{…}}\"");
            }
            YamlNode member = of(tuple.getValueNode(), lineOf(key), depth + 1);
            if (members.put(key.getValue(), member) != null) {
                throw new Malformed(lineOf(key), key.getValue() + " is there twice");
            }
            json.set(key.getValue(), member.json);
        }
        return new YamlNode(line, null, members, List.of(), json);
    }

    private static JsonNode scalar(ScalarNode scalar) {
        Tag tag = scalar.getTag();
        String text = scalar.getValue();
        if (Tag.NULL.equals(tag)) {
            return NullNode.instance;
        }
        if (Tag.BOOL.equals(tag)) {
            return BooleanNode.valueOf(Boolean.parseBoolean(text));
        }
        try {
            if (Tag.INT.equals(tag)) {
                return JsonNodeFactory.instance.numberNode(new BigInteger(text));
            }
            if (Tag.FLOAT.equals(tag)) {
                return DecimalNode.valueOf(new BigDecimal(text));
            }
        } catch (NumberFormatException e) {
            return TextNode.valueOf(text);
        }
        return TextNode.valueOf(text);
    }

    public boolean isMap() {
        return json.isObject();
    }

    public boolean isList() {
        return json.isArray();
    }

    public Optional<YamlNode> member(String name) {
        return Optional.ofNullable(members.get(name));
    }

    /** The text of a member, or null. */
    public String text(String name) {
        YamlNode member = members.get(name);
        return member == null ? null : member.text;
    }

    /** The line of what a JSON pointer points to, or of the nearest thing around it. */
    public int lineAt(String pointer) {
        YamlNode node = this;
        for (String step : pointer.split("/")) {
            if (step.isEmpty()) {
                continue;
            }
            String name = step.replace("~1", "/").replace("~0", "~");
            YamlNode next = node.isList() && name.matches("\\d{1,6}") && Integer.parseInt(name) < node.items.size()
                    ? node.items.get(Integer.parseInt(name)) : node.members.get(name);
            if (next == null) {
                break;
            }
            node = next;
        }
        return node.line;
    }
}
