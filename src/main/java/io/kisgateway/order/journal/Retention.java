package io.kisgateway.order.journal;

import io.kisgateway.runtime.KoreanTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;

/** How long entries can be read, and how long a key gets its reply. */
public record Retention(Duration entries, Duration keys) {

    /** The oldest day of which no entry is gone yet. */
    public LocalDate oldestWhole(Instant now) {
        return KoreanTime.date(now.minus(entries)).plusDays(1);
    }

    /** Until when what belongs to a day is kept: as long as the last of its entries. */
    Instant endOf(LocalDate day) {
        return day.plusDays(1).atStartOfDay(KoreanTime.KST).toInstant().plus(entries);
    }
}
