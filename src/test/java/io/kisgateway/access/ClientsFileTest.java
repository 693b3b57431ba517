package io.kisgateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.testing.TestFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A wrong line of CLIENTS_FILE is told with file, line and reason. */
class ClientsFileTest {

    private static final String KEY = "\"sha256:" + "a1".repeat(32) + "\"";
    private final Path file = TestFolder.create().resolve("clients.yaml");

    private String problems(String text) throws IOException {
        Files.writeString(file, text);
        try {
            ClientsFile.read(file, Set.of("https://accounts.google.com"));
            return "";
        } catch (InvalidClients e) {
            return e.getMessage();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "name: a|may: [reed]|5|reed is no scope",
        "name: a|may: []|5|may must list scopes",
        "name: A b|may: [buy]|3|name must be 1 to 40 lower case",
        "name: none|may: [buy]|3|and not none",
        "name: a|may: [buy], scopes: [buy]|5|not YAML",
        "name: a|max_value: 0|5|max_value must be a whole number",
        "name: a|max_value: 1e6|5|max_value must be a whole number",
        "name: a|share: 120%|5|share must be",
        "name: a|limit: often|5|limit must be one limit",
        "name: a|stocks: [5930]|5|5930 is no stock code",
        "name: a|identity: {issuer: \"https://evil.example\", subject: x}|5|is not in AUTH_ISSUERS",
        "name: a|identity: {issuer: \"https://accounts.google.com\"}|5|identity needs a subject or an email",
        "name: a|wish: more|5|wish is not known here"})
    void isToldWithItsLine(String name, String line, int at, String reason) throws IOException {
        String text = "clients:\n  # a comment\n  - " + name + "\n    keys: [" + KEY + "]\n    " + line + "\n"
                + (line.startsWith("may") ? "" : "    may: [buy]\n");
        assertThat(problems(text)).contains(file + ":" + at + ": ").contains(reason);
    }

    @Test
    void aKeyInClearIsNotShownAgain() throws IOException {
        String text = problems("clients:\n  - name: a\n    may: [buy]\n    keys: [kisgw_a_secretsecretsecretsecretsecretsecretsecret]\n");
        assertThat(text).contains(":4: a key is written as").doesNotContain("secretsecret");
    }

    @Test
    void nobodyIsTwoClients() throws IOException {
        assertThat(problems(
                "clients:\n  - name: a\n    may: [buy]\n    keys: [" + KEY + "]\n  - name: b\n    may: [buy]\n    keys: [" + KEY + "]\n"))
                .contains(":7: this key is there already");
        assertThat(problems("clients:\n  - name: a\n    may: [buy]\n    keys: [" + KEY + "]\n  - name: a\n    may: [buy]\n    keys: []\n"))
                .contains(":5: there is a client a already");
        assertThat(problems("clients:\n  - name: a\n    may: [buy]\n")).contains("neither keys nor identity");
    }

    @Test
    void whatIsNoFileOfClientsIsTold() throws IOException {
        assertThat(problems("")).contains(":1: the file has one member, clients");
        assertThat(problems("clients: none")).contains("clients: a list");
        assertThat(problems("clients:\n\t- a")).contains(":2: not YAML");
        Files.delete(file);
        assertThat(Files.exists(file)).isFalse();
    }
}
