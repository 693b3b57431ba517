package io.kisgateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.routes.RouteChecker;
import io.kisgateway.routes.RouteProblem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each folder of wrong route files holds, in expected.txt, exactly what the check says of it. */
class WrongRoutesTest {

    private static final Path FOLDERS = Path.of("src/test/resources/wrong-routes");

    /** The schema is large; it is read once. */
    private static final RouteChecker CHECKER = RouteChecks.checker(null, false);

    static Stream<Path> folders() throws IOException {
        try (Stream<Path> folders = Files.list(FOLDERS)) {
            return folders.filter(Files::isDirectory).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("folders")
    void everyWrongFileIsToldByFileLineAndReason(Path folder) throws IOException {
        boolean ownMappings = Files.isDirectory(folder.resolve("mappings"));
        List<RouteProblem> problems = (ownMappings ? RouteChecks.checker(folder, false) : CHECKER).check(folder);

        String told = problems.stream().map(RouteProblem::toString).map(line -> line.replace(folder + "/", ""))
                .collect(Collectors.joining("\n"));
        assertThat(told).isEqualTo(Files.readString(folder.resolve("expected.txt")).strip());
    }

    @Test
    void theShippedRoutesAreRight() {
        assertThat(CHECKER.checkShipped()).isEmpty();
    }

    @Test
    void theRouteInTheReadmeIsRight(@TempDir Path folder) throws IOException {
        Matcher example = Pattern.compile("```yaml\\n(- route:.*?)```", Pattern.DOTALL).matcher(Files.readString(Path.of("README.md")));
        assertThat(example.find()).isTrue();
        assertThat(example.group(1).lines().count()).as("about 15 lines").isLessThanOrEqualTo(16);
        Files.writeString(folder.resolve("readme.camel.yaml"), example.group(1));

        assertThat(CHECKER.check(folder)).isEmpty();
    }

    @Test
    void theCommandExitsWith1AndAProblemPerLine() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Path folder = FOLDERS.resolve("unknown-bean");

        int status = RouteChecks.command(List.of(folder.toString()), Map.of(), new PrintStream(out, true, StandardCharsets.UTF_8));

        assertThat(status).isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith(folder.resolve("my.camel.yaml") + ":13: there is no bean throtle");
    }

    @Test
    void anEmptyFolderIsNotCalledRight(@TempDir Path folder) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        int status = RouteChecks.command(List.of(folder.toString()), Map.of(), new PrintStream(out, true, StandardCharsets.UTF_8));

        assertThat(status).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("There is no *.camel.yaml file");
    }

    @Test
    void aFolderThatIsNotThereIsAProblem() throws IOException {
        assertThat(CHECKER.check(Path.of("no-such-folder"))).hasToString("[no-such-folder:1: there is no such folder]");
    }
}
