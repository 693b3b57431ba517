package io.kisgateway.simulator;

import java.time.LocalDate;

/** A day's (or week's, month's, year's) prices; {@code value} is the turnover in won. */
public record Bar(LocalDate date, long open, long high, long low, long close, long volume, long value) {

    Bar merge(Bar later) {
        return new Bar(later.date, open, Math.max(high, later.high), Math.min(low, later.low), later.close,
                volume + later.volume, value + later.value);
    }
}
