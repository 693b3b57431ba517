package io.kisgateway.simulator;

import java.time.LocalDate;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** FID_PERIOD_DIV_CODE: what one row of a chart stands for. */
enum Period {
    D(1, 1), W(5, 7), M(23, 31), Y(250, 366);

    private final int mostTradingDays;
    private final int mostDays;

    Period(int mostTradingDays, int mostDays) {
        this.mostTradingDays = mostTradingDays;
        this.mostDays = mostDays;
    }

    static Optional<Period> of(String code) {
        for (Period period : values()) {
            if (period.name().equals(code)) {
                return Optional.of(period);
            }
        }
        return Optional.empty();
    }

    int mostTradingDays() {
        return mostTradingDays;
    }

    /** From where daily bars are needed to show so many rows up to a date; no further back than asked for. */
    LocalDate lookBack(LocalDate from, LocalDate to, int rows) {
        // Two calendar days for a trading day are enough for weekends and holidays.
        LocalDate enough = to.minusDays((long) rows * Math.max(2, mostDays));
        LocalDate withOneBefore = from.minusDays(Math.max(10, 2L * mostDays));
        return enough.isAfter(withOneBefore) ? enough : withOneBefore;
    }

    List<Bar> merge(List<Bar> daily) {
        if (this == D) {
            return daily;
        }
        List<Bar> merged = new ArrayList<>();
        for (Bar bar : daily) {
            int last = merged.size() - 1;
            if (last >= 0 && key(merged.get(last).date()) == key(bar.date())) {
                merged.set(last, merged.get(last).merge(bar));
            } else {
                merged.add(bar);
            }
        }
        return merged;
    }

    private int key(LocalDate date) {
        return switch (this) {
            case D -> (int) date.toEpochDay();
            case W -> date.get(IsoFields.WEEK_BASED_YEAR) * 100 + date.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
            case M -> date.getYear() * 100 + date.getMonthValue();
            case Y -> date.getYear();
        };
    }
}
