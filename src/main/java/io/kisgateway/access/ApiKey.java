package io.kisgateway.access;

import io.kisgateway.runtime.KoreanTime;
import io.kisgateway.runtime.Sha256;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One key of a client, as CLIENTS_FILE has it: by its hash. A key has 256 bits of chance, so that no slow hash is needed.
 *
 * @param sha256 64 hex digits
 * @param from   it is valid from this moment, or null for ever since
 * @param until  it is valid before this moment, or null for ever
 */
record ApiKey(String sha256, Instant from, Instant until) {

    /** The shortest that is looked at; shorter ones could be guessed. */
    static final int SHORTEST = 32;

    static final String FORM = "\"sha256:HASH\", and after it the day it was made, \"from 2026-11-27\" or \"until 2026-12-05\"";

    private static final Pattern TEXT = Pattern.compile("sha256:([0-9a-fA-F]{64})(?:\\s+([0-9]{4}-[0-9]{2}-[0-9]{2}))?"
            + "(?:\\s+from\\s+([0-9]{4}-[0-9]{2}-[0-9]{2}))?(?:\\s+until\\s+([0-9]{4}-[0-9]{2}-[0-9]{2}))?");
    private static final int BYTES = 32;

    /** @return null if the text is none */
    static ApiKey parse(String text) {
        Matcher matcher = TEXT.matcher(text.strip());
        if (!matcher.matches()) {
            return null;
        }
        try {
            Instant from = matcher.group(3) == null ? null : LocalDate.parse(matcher.group(3)).atStartOfDay(KoreanTime.KST).toInstant();
            Instant until = matcher.group(4) == null ? null
                    : LocalDate.parse(matcher.group(4)).plusDays(1).atStartOfDay(KoreanTime.KST).toInstant();
            return new ApiKey(matcher.group(1).toLowerCase(java.util.Locale.ROOT), from, until);
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    boolean isValid(Instant now) {
        return (from == null || !now.isBefore(from)) && (until == null || now.isBefore(until));
    }

    /** A new one for a client, as it goes over the wire: scanners for secrets find it by its first letters. */
    static String generate(String client, SecureRandom random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return "kisgw_" + client + "_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static String hash(String key) {
        return Sha256.hex(key, BYTES);
    }
}
