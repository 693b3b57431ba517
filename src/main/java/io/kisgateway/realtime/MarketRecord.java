package io.kisgateway.realtime;

import java.time.Instant;

/** One record of KIS, in clear. */
public final class MarketRecord {

    private final long sequence;
    private final String trId;
    private final String trKey;
    private final String text;
    private final Instant receivedAt;
    private final boolean notice;
    private volatile byte[] frame;

    /**
     * @param sequence   ascends on each instance, and is the same on all of them
     * @param trKey      what was registered; empty if the record does not tell, and all who have registered its TR get it
     * @param text       its fields, joined by ^
     * @param receivedAt when the instance with the session got it
     */
    MarketRecord(long sequence, String trId, String trKey, String text, Instant receivedAt) {
        this.sequence = sequence;
        this.trId = trId;
        this.trKey = trKey;
        this.text = text;
        this.receivedAt = receivedAt;
        this.notice = Registration.isNotice(trId);
    }

    public long sequence() {
        return sequence;
    }

    public String trId() {
        return trId;
    }

    public String trKey() {
        return trKey;
    }

    public String text() {
        return text;
    }

    public Instant receivedAt() {
        return receivedAt;
    }

    /** For a client of KIS, as a frame of its WebSocket: made once for all of them, but for a notice. */
    byte[] frame(NoticeKey own) {
        if (notice) {
            return TextFrame.of("1|" + trId + "|001|" + own.encrypt(text));
        }
        byte[] made = frame;
        if (made == null) {
            made = TextFrame.of("0|" + trId + "|001|" + text);
            frame = made;
        }
        return made;
    }

    @Override
    public String toString() {
        return "MarketRecord[" + sequence + " " + trId + "]";
    }
}
