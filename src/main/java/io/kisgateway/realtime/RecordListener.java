package io.kisgateway.realtime;

import java.util.List;

/** Told of everything in order, by one thread at a time; what it throws ends its subscription. */
public interface RecordListener {

    /** Those that have come since, at least one. */
    void onRecords(List<MarketRecord> records);

    /** Once when a gap begins, and once more when it has ended. */
    void onGap(Gap gap);

    /** One that it had is gone: KIS takes it no more, or an operator has given it up. */
    void onLost(Registration registration, String reason);

    /** The last thing it is told: it was too slow, or the gateway goes down. */
    void onDropped(String reason);
}
