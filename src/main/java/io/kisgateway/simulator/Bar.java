package io.kisgateway.simulator;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A day's (or week's, month's, year's) prices; {@code value} is the turnover in won. */
public record Bar(LocalDate date, long open, long high, long low, long close, long volume, long value) {

    Bar merge(Bar later) {
        return new Bar(later.date, open, Math.max(high, later.high), Math.min(low, later.low), later.close,
                volume + later.volume, value + later.value);
    }

    static List<Bar> newest(List<Bar> oldestFirst, int count) {
        List<Bar> bars = new ArrayList<>(oldestFirst);
        Collections.reverse(bars);
        return bars.size() > count ? bars.subList(0, count) : bars;
    }
}
