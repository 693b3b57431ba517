package io.kisgateway.testing;

import io.kisgateway.call.Scope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The tables of docs/security.md: who can do what. */
public final class ScopeTable {

    private static final Pattern ROW = Pattern.compile("\\| ([A-Za-z ]+) \\| `([^`]+)` \\| ([a-z: ]+) \\|");

    private ScopeTable() {}

    /**
     * One line.
     *
     * @param call what is asked for, word by word
     */
    public record Row(String port, List<String> call, String scopes) {

        /** Whether a client with this scope and no other may. */
        public boolean allows(Scope scope) {
            return scopes.equals("open") || scopes.equals("any")
                    || Arrays.stream(scopes.split(" or ")).anyMatch(one -> Set.of(one.split(" and ")).equals(Set.of(scope.toString())));
        }

        public boolean isOpen() {
            return scopes.equals("open");
        }

        /** A word of the call, or nothing. */
        public String word(int number) {
            return number < call.size() ? call.get(number) : "";
        }
    }

    public static List<Row> of(String... ports) {
        List<Row> rows = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(Path.of("docs", "security.md"))) {
                Matcher matcher = ROW.matcher(line);
                if (matcher.matches() && List.of(ports).contains(matcher.group(1))) {
                    rows.add(new Row(matcher.group(1), List.of(matcher.group(2).split(" ")), matcher.group(3)));
                }
            }
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param key makes a client with one scope, and gives its key */
    public static Map<Scope, String> keys(Function<Scope, String> key) {
        return Arrays.stream(Scope.values())
                .collect(Collectors.toMap(Function.identity(), key, (one, other) -> one, () -> new EnumMap<>(Scope.class)));
    }
}
