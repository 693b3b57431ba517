package io.kisgateway.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Small classes; why one is not is written down. */
class ClassSizeTest {

    private static final int MOST = 300;
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([\\w.]+)` \\| [^|]{20,} \\|$");

    @Test
    void whatIsLongerHasAReason() throws IOException {
        Set<String> longer = new TreeSet<>();
        Path root = Path.of("src/main/java/io/kisgateway");
        for (Path file : Sources.texts(root.toString())) {
            try (var lines = Files.lines(file)) {
                if (lines.count() > MOST) {
                    longer.add(root.relativize(file).toString().replace(".java", "").replace('/', '.'));
                }
            }
        }
        Set<String> reasons = ROW.matcher(Files.readString(Path.of("docs/adr/0007-longer-classes.md"))).results().map(row -> row.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(reasons).containsAll(longer);
    }
}
