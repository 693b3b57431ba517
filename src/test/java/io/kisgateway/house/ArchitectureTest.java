package io.kisgateway.house;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of packages in docs/architecture.md is what the code is like. */
class ArchitectureTest {

    private static final String ROOT = "io.kisgateway";
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z.]+)` \\| [^|]+ \\| ([^|]+) \\|$");
    private static final Pattern NAME = Pattern.compile("`([a-z.]+)`");
    private static final JavaClasses CLASSES = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    /** What each package may know, by its name below the root; the root itself is "". */
    private static Map<String, Set<String>> table() throws IOException {
        Map<String, Set<String>> table = new TreeMap<>();
        ROW.matcher(Files.readString(Path.of("docs/architecture.md"))).results().forEach(row -> table.put(row.group(1), knows(row)));
        table.put("", table.remove(ROOT));
        return table;
    }

    private static Set<String> knows(MatchResult row) {
        return NAME.matcher(row.group(2)).results().map(name -> name.group(1)).collect(Collectors.toCollection(TreeSet::new));
    }

    private static String packageOf(JavaClass type) {
        return type.getPackageName().equals(ROOT) ? "" : type.getPackageName().substring(ROOT.length() + 1);
    }

    @Test
    void eachPackageIsInTheTable() throws IOException {
        assertThat(table().keySet()).isEqualTo(CLASSES.stream().map(ArchitectureTest::packageOf).collect(Collectors.toSet()));
    }

    @Test
    void aPackageKnowsExactlyWhatTheTableSays() throws IOException {
        Map<String, Set<String>> found = new TreeMap<>();
        for (JavaClass type : CLASSES) {
            Set<String> known = found.computeIfAbsent(packageOf(type), name -> new TreeSet<>());
            type.getDirectDependenciesFromSelf().stream().map(dependency -> dependency.getTargetClass().getBaseComponentType())
                    .filter(target -> target.getPackageName().startsWith(ROOT)).map(ArchitectureTest::packageOf).forEach(known::add);
            known.remove(packageOf(type));
        }
        found.put("", Set.of());
        assertThat(found).isEqualTo(table());
    }

    @Test
    void noCircleAndNobodyKnowsTheStartUpOrTheSimulator() throws IOException {
        slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(CLASSES);
        assertThat(table().values()).allSatisfy(known -> assertThat(known).doesNotContain("", "simulator"));
    }

    /**
     * Package-private is the wall: a package within a package would take it down, so only what has one door of its own is one.
     * Others may see its records.
     */
    @Test
    void packagesAreFlat() throws IOException {
        assertThat(table().keySet()).filteredOn(name -> name.contains(".")).containsExactly("order.journal");
        CLASSES.stream().filter(type -> packageOf(type).equals("order.journal"))
                .flatMap(type -> type.getDirectDependenciesToSelf().stream())
                .filter(dependency -> !packageOf(dependency.getOriginClass()).startsWith("order"))
                .forEach(dependency -> assertThat(dependency.getTargetClass().isRecord()).as(dependency.getDescription()).isTrue());
    }
}
