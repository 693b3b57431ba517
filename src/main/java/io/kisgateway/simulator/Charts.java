package io.kisgateway.simulator;

import io.kisgateway.runtime.KoreanTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Period and minute charts of stocks (facts 3.4, 3.6). */
final class Charts {

    private static final int CHART_ROWS = 100;
    private static final int MINUTE_ROWS = 30;
    private static final int DAY_MINUTE_ROWS = 120;
    private static final int MINUTES_A_DAY = 390;

    private final Market market;
    private final Quoting quoting;
    private final InstantSource clock;

    Charts(Quoting quoting) {
        this.market = quoting.market();
        this.quoting = quoting;
        this.clock = quoting.clock();
    }

    Reply itemChart(KisCall call) {
        Optional<Period> period = Period.of(call.get("FID_PERIOD_DIV_CODE"));
        if (period.isEmpty()) {
            return quoting.invalid(call, "PERIOD_DIV_CODE");
        }
        Optional<LocalDate> from = Texts.parseDate(call.get("FID_INPUT_DATE_1"));
        Optional<LocalDate> to = Texts.parseDate(call.get("FID_INPUT_DATE_2"));
        if (from.isEmpty() || to.isEmpty()) {
            return quoting.invalid(call, from.isEmpty() ? "INPUT_DATE_1" : "INPUT_DATE_2");
        }
        // Facts 3.4: 0 adjusted, 1 original - the reverse of the daily price TR.
        boolean adjusted = !call.get("FID_ORG_ADJ_PRC").equals("1");
        return quoting.charted(call, this::chartHead, known -> chartRows(known, from.get(), to.get(), period.get(), adjusted));
    }

    private Fields chartHead(Market.Quote quote) {
        Issue issue = quote.issue();
        Bar bar = quote.today();
        Bar before = Optional.ofNullable(market.ranges(issue, clock.instant()).before()).orElse(bar);
        return minuteHead(quote)
                .with("stck_shrn_iscd", issue.code())
                .with("prdy_vol", before.volume())
                .with("stck_mxpr", quote.upperLimit())
                .with("stck_llam", quote.lowerLimit())
                .with("stck_oprc", bar.open())
                .with("stck_hgpr", bar.high())
                .with("stck_lwpr", bar.low())
                .with("stck_prdy_oprc", before.open())
                .with("stck_prdy_hgpr", before.high())
                .with("stck_prdy_lwpr", before.low())
                .with("askp", quote.price() + issue.tick(quote.price()))
                .with("bidp", quote.price())
                .with("prdy_vrss_vol", bar.volume() - before.volume())
                .with("vol_tnrt", Texts.percent(bar.volume(), issue.shares()))
                .with("stck_fcam", issue.faceValue())
                .with("lstn_stcn", issue.shares())
                .with("cpfn", issue.shares() * issue.faceValue() / PriceOutput.HUNDRED_MILLION)
                .with("hts_avls", issue.shares() * quote.price() / PriceOutput.HUNDRED_MILLION)
                .with("per", Texts.ratio(quote.price(), issue.eps(), 1, 2))
                .with("eps", Texts.ratio(issue.eps(), 1, 1, 2))
                .with("pbr", Texts.ratio(quote.price(), issue.bps(), 1, 2))
                .with("itewhol_loan_rmnd_ratem", "0.12");
    }

    private List<Fields> chartRows(Issue issue, LocalDate from, LocalDate to, Period period, boolean adjusted) {
        Instant now = clock.instant();
        LocalDate end = market.notAfterToday(to, now);
        List<Bar> daily = market.bars(issue, period.lookBack(from, end, CHART_ROWS + 1), end, now);
        List<Bar> bars = Bar.newest(period.merge(daily), CHART_ROWS + 1);
        List<Fields> rows = new ArrayList<>();
        for (int i = 0; i < Math.min(CHART_ROWS, bars.size()) && !bars.get(i).date().isBefore(from); i++) {
            Bar bar = market.original(issue, bars.get(i), adjusted);
            long last = i + 1 < bars.size() ? bars.get(i + 1).close() : bars.get(i).open();
            long base = last * market.ratio(issue, bars.get(i), adjusted);
            rows.add(new Fields()
                    .with("stck_bsop_date", Texts.date(bar.date()))
                    .with("stck_clpr", bar.close())
                    .with("stck_oprc", bar.open())
                    .with("stck_hgpr", bar.high())
                    .with("stck_lwpr", bar.low())
                    .with("acml_vol", bar.volume())
                    .with("acml_tr_pbmn", bar.value())
                    .with("flng_cls_code", "00")
                    .with("prtt_rate", "0.00")
                    .with("mod_yn", adjusted && market.splitRatio(issue, bar.date()) > 1)
                    .with("prdy_vrss_sign", Market.sign(bar.close() - base))
                    .with("prdy_vrss", bar.close() - base)
                    .with("revl_issu_reas", ""));
        }
        return rows;
    }

    Reply minuteChart(KisCall call) {
        Optional<LocalTime> hour = hour(call);
        if (hour.isEmpty()) {
            return quoting.invalid(call, "INPUT_HOUR_1");
        }
        LocalTime asked = hour.get();
        return quoting.charted(call, Charts::minuteHead, known -> minuteRows(known, asked));
    }

    private static Optional<LocalTime> hour(KisCall call) {
        String hour = call.get("FID_INPUT_HOUR_1");
        return hour.matches("([01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]")
                ? Optional.of(LocalTime.of(Integer.parseInt(hour.substring(0, 2)), Integer.parseInt(hour.substring(2, 4))))
                : Optional.empty();
    }

    private static Fields minuteHead(Market.Quote quote) {
        return new Fields()
                .with("prdy_vrss", quote.change())
                .with("prdy_vrss_sign", quote.sign())
                .with("prdy_ctrt", Texts.percent(quote.change(), quote.base()))
                .with("stck_prdy_clpr", quote.base())
                .with("acml_vol", quote.today().volume())
                .with("acml_tr_pbmn", quote.today().value())
                .with("hts_kor_isnm", quote.issue().name())
                .with("stck_prpr", quote.price());
    }

    private List<Fields> minuteRows(Issue issue, LocalTime asked) {
        return minutesOf(issue, Session.at(clock.instant(), market.marketHours()), asked, MINUTE_ROWS);
    }

    /** Newest first, back to the session's open. Facts 3.6: an hour still to come is answered with the present. */
    private List<Fields> minutesOf(Issue issue, Session session, LocalTime asked, int most) {
        ZonedDateTime now = Texts.seoul(clock.instant());
        ZonedDateTime open = Texts.seoul(session.start());
        ZonedDateTime close = session.date().atTime(Session.CLOSE).atZone(KoreanTime.KST);
        ZonedDateTime latest = now.isAfter(close) ? close : now;
        ZonedDateTime wanted = session.date().atTime(asked).atZone(KoreanTime.KST);
        ZonedDateTime minute = (wanted.isAfter(latest) ? latest : wanted).withSecond(0).withNano(0);
        List<Fields> rows = new ArrayList<>();
        for (; rows.size() < most && !minute.isBefore(open); minute = minute.minusMinutes(1)) {
            Instant end = minute.plusMinutes(1).isAfter(latest) ? latest.toInstant() : minute.plusMinutes(1).toInstant();
            rows.add(minuteRow(issue, session, minute, end));
        }
        return rows;
    }

    /** 주식일별분봉조회: up to 120 minutes back from an hour of any day, into the days before it if asked for. */
    Reply dayMinuteChart(KisCall call) {
        Optional<LocalDate> date = Texts.parseDate(call.get("FID_INPUT_DATE_1"));
        Optional<LocalTime> asked = hour(call);
        if (date.isEmpty() || asked.isEmpty()) {
            return quoting.invalid(call, date.isEmpty() ? "INPUT_DATE_1" : "INPUT_HOUR_1");
        }
        boolean before = call.get("FID_PW_DATA_INCU_YN").equals("Y");
        return quoting.charted(call, Charts::minuteHead, known -> dayMinuteRows(known, date.get(), asked.get(), before));
    }

    private List<Fields> dayMinuteRows(Issue issue, LocalDate asked, LocalTime hour, boolean before) {
        LocalDate day = market.notAfterToday(asked, clock.instant());
        List<Fields> rows = new ArrayList<>();
        if (TradingDays.isOpen(day)) {
            rows.addAll(minutesOf(issue, Session.of(day, market.marketHours()), hour, DAY_MINUTE_ROWS));
        }
        while (before && rows.size() < DAY_MINUTE_ROWS) {
            day = TradingDays.previous(day);
            rows.addAll(minutesOf(issue, Session.of(day, market.marketHours()), Session.CLOSE,
                    DAY_MINUTE_ROWS - rows.size()));
        }
        return rows;
    }

    private Fields minuteRow(Issue issue, Session session, ZonedDateTime minute, Instant end) {
        long first = market.priceAt(issue, session, minute.toInstant());
        long last = market.priceAt(issue, session, end);
        long volume = issue.volume() / MINUTES_A_DAY;
        long minutes = Duration.between(session.start(), minute.toInstant()).toMinutes() + 1;
        return new Fields()
                .with("stck_bsop_date", Texts.date(session.date()))
                .with("stck_cntg_hour", Texts.time(minute.toInstant()))
                .with("stck_prpr", last)
                .with("stck_oprc", first)
                .with("stck_hgpr", Math.max(first, last))
                .with("stck_lwpr", Math.min(first, last))
                .with("cntg_vol", volume)
                .with("acml_tr_pbmn", volume * minutes * ((first + last) / 2));
    }
}
