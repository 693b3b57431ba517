package io.kisgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Korean pages have what the English ones have: the same sections, commands, settings, codes, beans, keys and alerts. */
class KoreanPagesTest {

    private static final Pattern BLOCK = Pattern.compile("(?s)```\\w*\\n(.*?)```");
    private static final Pattern CODE = Pattern.compile("`([^`\\n]+)`");
    /** Settings and codes, paths, beans, keys in Redis, rights and commands there. */
    private static final Pattern NAME =
            Pattern.compile("[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|/(?:admin|health|stats|metrics|jolokia|console)[\\w/-]*"
                    + "|(?:type|name)=[\\w-]+|\\w+(?:-\\w+)?:\\{[^`]+|\\+\\w+|https?://[\\w.:/-]+");
    private static final Pattern ALERT = Pattern.compile("\\bKis[A-Z]\\w+\\b");

    private static String read(String file) throws IOException {
        String text = Files.readString(Path.of(file));
        // What is said of each setting stands in English only, and who is not named is told by ReadmeTest.
        return text.replaceAll("(?s)```mermaid.*?```", "").replaceAll("(?s)<!-- settings -->.*<!-- /settings -->", "")
                .replaceAll("(?s)\\n\\| 무엇 \\| 변수 \\|.*?\\n\\n", "\n");
    }

    /** The alerts' own are rows of a table in Korean. */
    private static List<String> sections(String text) {
        return BLOCK.matcher(text).replaceAll("").lines().filter(line -> line.matches("#+ .*") && !line.startsWith("### Kis"))
                .map(line -> line.substring(0, line.indexOf(' '))).toList();
    }

    /** Without comments and drawings. */
    private static List<String> commands(String text) {
        return BLOCK.matcher(text).results().flatMap(block -> block.group(1).lines()).map(line -> line.replaceAll("\\s*# .*", "").strip())
                .filter(line -> !line.isEmpty() && !line.contains("─")).toList();
    }

    private static Set<String> names(String text, Pattern pattern) {
        return CODE.matcher(BLOCK.matcher(text).replaceAll("")).results().map(code -> code.group(1))
                .flatMap(code -> pattern.matcher(code).results()).map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> alerts(String text) {
        return ALERT.matcher(text).results().map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
    }

    @ParameterizedTest
    @CsvSource({"README.md,README.ko.md", "docs/orders.md,docs/ko/orders.md", "docs/limits.md,docs/ko/limits.md",
        "docs/operations.md,docs/ko/operations.md"})
    void haveWhatTheEnglishHave(String english, String korean) throws IOException {
        String first = read(english);
        String second = read(korean);
        assertThat(sections(second)).hasSizeGreaterThan(3).isEqualTo(sections(first));
        assertThat(commands(second)).isNotEmpty().isEqualTo(commands(first));
        assertThat(names(second, NAME)).hasSizeGreaterThan(5).isEqualTo(names(first, NAME));
        assertThat(alerts(second)).isEqualTo(alerts(first));
    }
}
