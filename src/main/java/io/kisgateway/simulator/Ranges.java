package io.kisgateway.simulator;

import java.time.LocalDate;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** Ranges of the days before {@code day}; null where there are no such days. {@code before} is the day before. */
record Ranges(LocalDate day, Range days250, Range year, Range weeks52, Bar before) {

    /** The highest and the lowest day of a stretch of days. */
    record Range(Bar highest, Bar lowest) {

        static Range of(List<Bar> bars) {
            return bars.isEmpty() ? null : new Range(Collections.max(bars, Comparator.comparingLong(Bar::high)),
                    Collections.min(bars, Comparator.comparingLong(Bar::low)));
        }

        static Range with(Range past, Bar today) {
            return past == null ? new Range(today, today)
                    : new Range(today.high() >= past.highest.high() ? today : past.highest,
                            today.low() <= past.lowest.low() ? today : past.lowest);
        }
    }
}
