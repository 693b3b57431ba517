package io.kisgateway.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What stands in deploy/. */
final class DeployFiles {

    static final Path FOLDER = Path.of("deploy");
    private static final YAMLMapper YAML = new YAMLMapper();

    private DeployFiles() {}

    /** The documents of a YAML file, anchors and merge keys resolved. */
    static List<JsonNode> documents(Path file) {
        try {
            Iterable<Object> loaded = new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(Files.readString(file));
            return Stream.iterate(loaded.iterator(), it -> it.hasNext(), it -> it).map(it -> YAML.<JsonNode>valueToTree(it.next()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode document(String file) {
        List<JsonNode> all = documents(FOLDER.resolve(file));
        if (all.size() != 1) {
            throw new AssertionError(file + " holds " + all.size() + " documents");
        }
        return all.get(0);
    }

    /** Every file below a folder of deploy/ with this ending. */
    static List<Path> below(String folder, String ending) {
        try (Stream<Path> files = Files.walk(FOLDER.resolve(folder))) {
            return files.filter(Files::isRegularFile).filter(file -> file.toString().endsWith(ending)).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A list of {@code {name, value}} as a map. */
    static Map<String, String> environment(JsonNode list) {
        Map<String, String> environment = new LinkedHashMap<>();
        for (JsonNode variable : list) {
            environment.put(variable.path("name").asText(), variable.path("value").asText());
        }
        return environment;
    }

    static Map<String, String> members(JsonNode object) {
        Map<String, String> members = new LinkedHashMap<>();
        object.properties().forEach(member -> members.put(member.getKey(), member.getValue().asText()));
        return members;
    }

    /** What the Dockerfile sets for a variable. */
    static String image(String variable) {
        Matcher matcher = Pattern.compile("(?m)(?:^ENV |[ \\\\]|^\\s+)" + variable + "=(\\S+)").matcher(dockerfile());
        if (!matcher.find()) {
            throw new AssertionError("the Dockerfile does not set " + variable);
        }
        return matcher.group(1);
    }

    static String dockerfile() {
        try {
            return Files.readString(Path.of("Dockerfile"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
