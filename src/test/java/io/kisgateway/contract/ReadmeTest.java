package io.kisgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.call.ProblemCode;
import io.kisgateway.settings.Setting;
import io.kisgateway.testing.Rig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The READMEs are true. */
class ReadmeTest {

    private static final Pattern EXAMPLE = Pattern.compile("(?m)^post (\\S+)\\s+'([^']*)'");
    private static final Pattern TABLE = Pattern.compile("(?s)<!-- settings -->\\n(.*)<!-- /settings -->");

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "README.ko.md"})
    void everyCurlExampleAnswers(String file) throws IOException {
        List<MatchResult> examples = EXAMPLE.matcher(read(file)).results().toList();
        assertThat(examples).hasSizeGreaterThanOrEqualTo(6);
        try (Rig rig = Rig.unlimited()) {
            for (MatchResult example : examples) {
                assertThat(rig.http().post(example.group(1), example.group(2)).status()).as(example.group()).isEqualTo(200);
            }
        }
    }

    @Test
    void theSettingsTableIsTheProgramsOwn() throws IOException {
        MatchResult table = TABLE.matcher(read("README.md")).results().findFirst().orElseThrow();
        assertThat(table.group(1)).as("put this between the markers:%n%s", settings()).isEqualTo(settings());
    }

    private static String settings() {
        return Stream.of(Setting.values())
                .map(setting -> "| `%s` | %s | %s | %s |%n".formatted(setting,
                        setting.defaultText() == null ? "–" : '`' + setting.defaultText() + '`', setting.mayHold(), setting.meaning()))
                .collect(Collectors.joining("", "| Variable | Default | May hold | Meaning |\n|---|---|---|---|\n", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "README.ko.md"})
    void everySettingAndEveryProblemIsNamed(String file) throws IOException {
        String text = read(file);
        for (Setting setting : Setting.values()) {
            assertThat(text).contains("`" + setting + "`");
        }
        for (ProblemCode code : ProblemCode.values()) {
            if (code.status() != 499) {
                assertThat(text).as(code.name()).contains("`" + code + "`");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "README.ko.md"})
    void everyLinkLeadsSomewhere(String file) throws IOException {
        Pattern.compile("\\]\\(([^):#]+)\\)").matcher(read(file)).results()
                .forEach(link -> assertThat(Path.of(link.group(1))).as(link.group(1)).exists());
    }

    /** A name that is not there runs no test, and Maven calls that a success. */
    @Test
    void whatContributingNamesIsThere() throws IOException {
        String text = read("CONTRIBUTING.md");
        List<MatchResult> tests = Pattern.compile("-Dtest='?(\\w+)(?:#(\\w+))?").matcher(text).results().toList();
        List<MatchResult> classes = Pattern.compile("(?m)^\\|.*\\| `([\\w.]+)`").matcher(text).results().toList();

        assertThat(tests).hasSizeGreaterThan(1).allSatisfy(test -> assertThat(Files.readString(source("src/test/java", test.group(1))))
                .contains("void " + (test.group(2) == null ? "" : test.group(2))));
        assertThat(classes).hasSizeGreaterThan(3).allSatisfy(one -> assertThat(source("src/main/java", one.group(1))).exists());
    }

    private static Path source(String folder, String name) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(folder))) {
            return files.filter(file -> file.toString().endsWith('/' + name.replace('.', '/') + ".java")).findFirst().orElseThrow();
        }
    }

    private static String read(String file) throws IOException {
        return Files.readString(Path.of(file));
    }
}
