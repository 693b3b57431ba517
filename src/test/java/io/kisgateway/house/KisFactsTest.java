package io.kisgateway.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whoever reads "facts 3.9" in a comment finds it. */
class KisFactsTest {

    private static final Pattern CITED = Pattern.compile("[Ff]acts ((?:\\d+(?:\\.\\d+)?(?:: \\d+)?(?:, | and | to |-)?)+)");
    private static final Pattern NUMBER = Pattern.compile("(?<!: )\\b\\d+(?:\\.\\d+)?");
    private static final Pattern HEADING = Pattern.compile("(?m)^##+ (\\d+(?:\\.\\d+)?) ");

    @Test
    void everyCitedFactIsWrittenDown() throws IOException {
        Set<String> known = HEADING.matcher(Files.readString(Path.of("docs/kis-facts.md"))).results().map(heading -> heading.group(1))
                .collect(Collectors.toSet());
        Set<String> unknown = new TreeSet<>();
        int cited = 0;
        for (Path file : Sources.texts("src", "docs")) {
            Matcher matcher = CITED.matcher(Files.readString(file));
            while (matcher.find()) {
                cited++;
                try (Stream<String> numbers = NUMBER.matcher(matcher.group(1)).results().map(number -> number.group())) {
                    numbers.filter(number -> !known.contains(number)).forEach(number -> unknown.add(number + " in " + file));
                }
            }
        }
        assertThat(cited).isGreaterThan(50);
        assertThat(unknown).isEmpty();
    }
}
