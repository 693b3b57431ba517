package io.kisgateway.realtime;

import java.time.Instant;

/**
 * One record of KIS, in clear.
 *
 * @param sequence   ascends on each instance, and is the same on all of them
 * @param trKey      what was registered; empty if the record does not tell, and all who have registered its TR get it
 * @param text       its fields, joined by ^
 * @param receivedAt when the instance with the session got it
 */
public record MarketRecord(long sequence, String trId, String trKey, String text, Instant receivedAt) {

    @Override
    public String toString() {
        return "MarketRecord[" + sequence + " " + trId + "]";
    }
}
