package io.kisgateway.realtime;

/** Told of everything in order, by one thread at a time; what it throws ends its subscription. */
public interface RecordListener {

    void onRecord(MarketRecord record);

    /** Once when a gap begins, and once more when it has ended. */
    void onGap(Gap gap);

    /** The last thing it is told: it was too slow, or the gateway goes down. */
    void onDropped(String reason);
}
