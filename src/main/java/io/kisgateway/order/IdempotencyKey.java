package io.kisgateway.order;

import io.kisgateway.call.Problem;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads an {@code Idempotency-Key}: a structured string as in the IETF's draft, or the same without its quotes. */
final class IdempotencyKey {

    static final String HEADER = "Idempotency-Key";

    /** Visible ASCII without what would need quoting, or would make a list of it. */
    private static final Pattern KEY = Pattern.compile("(\"?)([!#-+\\--:<-\\[\\]-~]{1,255})\\1");

    private IdempotencyKey() {}

    /** @throws Problem if the header is none */
    static String parse(String header) {
        Matcher matcher = KEY.matcher(header.strip());
        if (!matcher.matches()) {
            throw Problem.invalid(HEADER, HEADER + " must be one string of 1 to 255 visible ASCII characters, without"
                    + " quote, backslash, comma or semicolon inside");
        }
        return matcher.group(2);
    }
}
