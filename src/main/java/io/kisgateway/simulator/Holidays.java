package io.kisgateway.simulator;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** chk-holiday (facts 3.8): a calendar without end. */
final class Holidays {

    private static final int ROWS = 24;

    private final Quoting quoting;

    Holidays(Quoting quoting) {
        this.quoting = quoting;
    }

    Reply holidays(KisCall call) {
        Optional<LocalDate> first = Texts.parseDate(call.nextPage() && !call.get("CTX_AREA_NK").isEmpty()
                ? call.get("CTX_AREA_NK") : call.get("BASS_DT"));
        if (first.isEmpty()) {
            return quoting.invalid(call, "BASS_DT");
        }
        List<Fields> rows = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            rows.add(holidayRow(first.get().plusDays(i)));
        }
        String next = Texts.date(first.get().plusDays(ROWS));
        return quoting.envelope().success(call.trId(), "KIOK0500", call.nextPage() ? "M" : "F", new Fields()
                .with("ctx_area_nk", Texts.padded(next, 20))
                .with("ctx_area_fk", Texts.padded(call.get("BASS_DT"), 20))
                .with("output", rows));
    }

    private static Fields holidayRow(LocalDate date) {
        return new Fields()
                .with("bass_dt", Texts.date(date))
                .with("wday_dvsn_cd", "0" + (date.getDayOfWeek().getValue() % 7 + 1))
                .with("bzdy_yn", TradingDays.isBusinessDay(date))
                .with("tr_day_yn", TradingDays.isBusinessDay(date))
                .with("opnd_yn", TradingDays.isOpen(date))
                .with("sttl_day_yn", TradingDays.isOpen(date));
    }
}
