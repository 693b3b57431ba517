package io.kisgateway.call;

import java.util.Objects;

/** What KIS said, for the caller's eyes: its message code and text, blanks trimmed. Either may be empty, none null. */
public record KisMessage(String msgCd, String msg1) {

    public KisMessage {
        msgCd = Objects.requireNonNullElse(msgCd, "").strip();
        msg1 = Objects.requireNonNullElse(msg1, "").strip();
    }
}
