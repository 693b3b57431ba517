package io.kisgateway.call;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What KIS said, for the caller's eyes: its message code and text, blanks trimmed. Either may be empty, none null. KIS knows the
 * credentials that it is sent, and a text that repeats one is for callers who must not: no word of KIS is as long as a credential.
 */
public record KisMessage(String msgCd, String msg1) {

    private static final Pattern CREDENTIAL = Pattern.compile("[A-Za-z0-9+/=_.-]{32,}");

    public KisMessage {
        msgCd = Objects.requireNonNullElse(msgCd, "").strip();
        msg1 = CREDENTIAL.matcher(Objects.requireNonNullElse(msg1, "").strip()).replaceAll("…");
    }
}
