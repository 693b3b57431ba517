package io.kisgateway.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Operators read what failed, not how its class is called: {@code redis.Reason} and {@code runtime.Stages} have the words. */
class FaultsInWordsTest {

    private static final Pattern NAME = Pattern.compile("\\b(?:e|failure|fault|cause|result\\.cause\\(\\))\\)?"
            + "\\.(?:getClass\\(\\)\\.get(?:Simple)?Name|toString)\\(\\)");

    @Test
    void noLineOfALogNamesAClassOfAFault() throws IOException {
        Map<String, Long> named = new TreeMap<>();
        for (Path file : Sources.texts("src/main/java")) {
            String path = file.toString();
            long found = NAME.matcher(Files.readString(file)).results().count();
            if (found > 0 && !path.contains("/simulator/") && !path.endsWith("redis/Reason.java")
                    && !path.endsWith("runtime/Stages.java")) {
                named.put(path, found);
            }
        }
        assertThat(named).isEmpty();
    }
}
