package io.kisgateway.stream;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What one registers a kind of records for. */
enum KeyForm {
    STOCK_CODE("stock code", "[0-9A-Z]{6}|Q[0-9]{6}"),
    INDEX_CODE("index code", "[0-9]{4}"),
    TEXT("text", "[A-Za-z0-9._-]{1,40}"),
    /** The account's own records: nobody names a code for them, and KIS is told the HTS id. */
    ACCOUNT("account", "");

    private final String text;
    private final Pattern pattern;

    KeyForm(String text, String pattern) {
        this.text = text;
        this.pattern = Pattern.compile(pattern);
    }

    /** As a route has it. */
    static Optional<KeyForm> of(String text) {
        return Arrays.stream(values()).filter(form -> form.text.equals(text)).findFirst();
    }

    static String all() {
        return Arrays.stream(values()).map(KeyForm::toString).collect(Collectors.joining(", "));
    }

    boolean fits(String code) {
        return pattern.matcher(code).matches();
    }

    @Override
    public String toString() {
        return text;
    }
}
