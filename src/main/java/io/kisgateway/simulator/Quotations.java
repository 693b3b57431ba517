package io.kisgateway.simulator;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Stock quotations: present price, daily and minute bars, investors, holidays (facts 3.1, 3.3, 3.4, 3.6-3.8). */
final class Quotations {

    private static final Set<String> MARKETS = Set.of("J", "NX", "UN", "W");
    private static final int DAILY_ROWS = 30;
    private static final int CHART_ROWS = 100;
    private static final int MINUTE_ROWS = 30;
    private static final int MINUTES_A_DAY = 390;
    private static final int HOLIDAY_ROWS = 24;

    private final Market market;
    private final Envelope envelope;
    private final InstantSource clock;
    private final Noise people;

    Quotations(Market market, Envelope envelope, SimulatorOptions options) {
        this.market = market;
        this.envelope = envelope;
        this.clock = options.clock();
        this.people = new Noise(options.seed()).of(-1);
    }

    Reply price(KisCall call) {
        return quoted(call, issue -> envelope.success(call.trId(), "MCA00000", "",
                new Fields(4).with("output", PriceOutput.of(issue.map(this::quote), known -> market.ranges(known, clock.instant())))));
    }

    private Market.Quote quote(Issue issue) {
        return market.quote(issue, clock.instant());
    }

    private Reply quoted(KisCall call, Function<Optional<Issue>, Reply> answer) {
        if (!MARKETS.contains(call.get("FID_COND_MRKT_DIV_CODE"))) {
            return envelope.failure(call.trId(), "OPSQ2001");
        }
        return answer.apply(market.stock(call.get("FID_INPUT_ISCD")));
    }

    Reply dailyPrice(KisCall call) {
        Optional<Period> period = Period.of(call.get("FID_PERIOD_DIV_CODE"));
        if (period.isEmpty()) {
            return invalid(call, "PERIOD_DIV_CODE");
        }
        // Facts 3.3: 0 unadjusted, 1 adjusted.
        boolean adjusted = call.get("FID_ORG_ADJ_PRC").equals("1");
        return quoted(call, issue -> {
            List<Fields> rows = issue.map(known -> dailyRows(known, period.get(), adjusted)).orElse(List.of());
            return envelope.success(call.trId(), "MCA00000", "", new Fields(4).with("output", rows));
        });
    }

    private List<Fields> dailyRows(Issue issue, Period period, boolean adjusted) {
        Instant now = clock.instant();
        LocalDate today = Session.at(now, market.marketHours()).date();
        // One bar more than is shown, for the first one's change.
        List<Bar> daily = market.lastBars(issue, today, (DAILY_ROWS + 1) * period.mostTradingDays(), now);
        List<Bar> bars = newest(period.merge(daily), DAILY_ROWS + 1);
        List<Fields> rows = new ArrayList<>();
        for (int i = 0; i < Math.min(DAILY_ROWS, bars.size()); i++) {
            Bar bar = original(issue, bars.get(i), adjusted);
            Bar before = i + 1 < bars.size() ? bars.get(i + 1) : bars.get(i);
            long base = before.close() * ratio(issue, bars.get(i), adjusted);
            rows.add(new Fields(14)
                    .with("stck_bsop_date", Texts.date(bar.date()))
                    .with("stck_oprc", bar.open())
                    .with("stck_hgpr", bar.high())
                    .with("stck_lwpr", bar.low())
                    .with("stck_clpr", bar.close())
                    .with("acml_vol", bar.volume())
                    .with("prdy_vrss_vol_rate", Texts.percent(bar.volume() - before.volume(), before.volume()))
                    .with("prdy_vrss", bar.close() - base)
                    .with("prdy_vrss_sign", sign(bar.close() - base))
                    .with("prdy_ctrt", Texts.percent(bar.close() - base, base))
                    .with("hts_frgn_ehrt", foreignShare(issue, bar.date()))
                    .with("frgn_ntby_qty", Investors.of(people, issue, bar).foreign())
                    .with("flng_cls_code", "00")
                    .with("acml_prtt_rate", "0.00"));
        }
        return rows;
    }

    Reply itemChart(KisCall call) {
        Optional<Period> period = Period.of(call.get("FID_PERIOD_DIV_CODE"));
        if (period.isEmpty()) {
            return invalid(call, "PERIOD_DIV_CODE");
        }
        Optional<LocalDate> from = Texts.parseDate(call.get("FID_INPUT_DATE_1"));
        Optional<LocalDate> to = Texts.parseDate(call.get("FID_INPUT_DATE_2"));
        if (from.isEmpty() || to.isEmpty()) {
            return invalid(call, from.isEmpty() ? "INPUT_DATE_1" : "INPUT_DATE_2");
        }
        // Facts 3.4: 0 adjusted, 1 original - the reverse of the daily price TR.
        boolean adjusted = !call.get("FID_ORG_ADJ_PRC").equals("1");
        return quoted(call, issue -> envelope.success(call.trId(), "MCA00000", "", new Fields(5)
                .with("output1", issue.map(known -> chartHead(quote(known))).orElseGet(() -> new Fields(0)))
                .with("output2", issue.map(known -> chartRows(known, from.get(), to.get(), period.get(), adjusted))
                        .orElse(List.of()))));
    }

    private Fields chartHead(Market.Quote quote) {
        Issue issue = quote.issue();
        Bar bar = quote.today();
        Bar before = Optional.ofNullable(market.ranges(issue, clock.instant()).before()).orElse(bar);
        return new Fields(32)
                .with("prdy_vrss", quote.change())
                .with("prdy_vrss_sign", quote.sign())
                .with("prdy_ctrt", Texts.percent(quote.change(), quote.base()))
                .with("stck_prdy_clpr", quote.base())
                .with("acml_vol", bar.volume())
                .with("acml_tr_pbmn", bar.value())
                .with("hts_kor_isnm", issue.name())
                .with("stck_prpr", quote.price())
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
        List<Bar> bars = newest(period.merge(daily), CHART_ROWS + 1);
        List<Fields> rows = new ArrayList<>();
        for (int i = 0; i < Math.min(CHART_ROWS, bars.size()) && !bars.get(i).date().isBefore(from); i++) {
            Bar bar = original(issue, bars.get(i), adjusted);
            long last = i + 1 < bars.size() ? bars.get(i + 1).close() : bars.get(i).open();
            long base = last * ratio(issue, bars.get(i), adjusted);
            rows.add(new Fields(13)
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
                    .with("prdy_vrss_sign", sign(bar.close() - base))
                    .with("prdy_vrss", bar.close() - base)
                    .with("revl_issu_reas", ""));
        }
        return rows;
    }

    private long ratio(Issue issue, Bar bar, boolean adjusted) {
        return adjusted ? 1 : market.splitRatio(issue, bar.date());
    }

    /** The bar as it was traded then: before a split prices were higher and fewer shares changed hands. */
    private Bar original(Issue issue, Bar bar, boolean adjusted) {
        long ratio = ratio(issue, bar, adjusted);
        return ratio == 1 ? bar : new Bar(bar.date(), bar.open() * ratio, bar.high() * ratio, bar.low() * ratio,
                bar.close() * ratio, bar.volume() / ratio, bar.value());
    }

    Reply minuteChart(KisCall call) {
        String hour = call.get("FID_INPUT_HOUR_1");
        if (!hour.matches("([01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]")) {
            return invalid(call, "INPUT_HOUR_1");
        }
        LocalTime asked = LocalTime.of(Integer.parseInt(hour.substring(0, 2)), Integer.parseInt(hour.substring(2, 4)));
        return quoted(call, issue -> envelope.success(call.trId(), "MCA00000", "", new Fields(5)
                .with("output1", issue.map(known -> minuteHead(quote(known))).orElseGet(() -> new Fields(0)))
                .with("output2", issue.map(known -> minuteRows(known, asked)).orElse(List.of()))));
    }

    private static Fields minuteHead(Market.Quote quote) {
        return new Fields(8)
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
        Instant now = clock.instant();
        Session session = Session.at(now, market.marketHours());
        ZonedDateTime open = Texts.seoul(session.start());
        ZonedDateTime close = session.date().atTime(Session.CLOSE).atZone(Texts.SEOUL);
        ZonedDateTime latest = Texts.seoul(now).isAfter(close) ? close : Texts.seoul(now);
        ZonedDateTime wanted = session.date().atTime(asked).atZone(Texts.SEOUL);
        // Facts 3.6: an hour that is still to come is answered with the present.
        ZonedDateTime minute = (wanted.isAfter(latest) ? latest : wanted).withSecond(0).withNano(0);
        List<Fields> rows = new ArrayList<>();
        for (; rows.size() < MINUTE_ROWS && !minute.isBefore(open); minute = minute.minusMinutes(1)) {
            Instant end = minute.plusMinutes(1).isAfter(latest) ? latest.toInstant() : minute.plusMinutes(1).toInstant();
            rows.add(minuteRow(issue, session, minute, end));
        }
        return rows;
    }

    private Fields minuteRow(Issue issue, Session session, ZonedDateTime minute, Instant end) {
        long first = market.priceAt(issue, session, minute.toInstant());
        long last = market.priceAt(issue, session, end);
        long volume = issue.volume() / MINUTES_A_DAY;
        long minutes = Duration.between(session.start(), minute.toInstant()).toMinutes() + 1;
        return new Fields(8)
                .with("stck_bsop_date", Texts.date(session.date()))
                .with("stck_cntg_hour", Texts.time(minute.toInstant()))
                .with("stck_prpr", last)
                .with("stck_oprc", first)
                .with("stck_hgpr", Math.max(first, last))
                .with("stck_lwpr", Math.min(first, last))
                .with("cntg_vol", volume)
                .with("acml_tr_pbmn", volume * minutes * ((first + last) / 2));
    }

    Reply investors(KisCall call) {
        return quoted(call, issue -> envelope.success(call.trId(), "MCA00000", "", new Fields(4)
                .with("output", issue.map(this::investorRows).orElse(List.of()))));
    }

    private List<Fields> investorRows(Issue issue) {
        Instant now = clock.instant();
        LocalDate today = Session.at(now, market.marketHours()).date();
        boolean afterClose = Texts.seoul(now).isAfter(today.atTime(Session.CLOSE).atZone(Texts.SEOUL));
        List<Bar> bars = newest(market.lastBars(issue, today, DAILY_ROWS + 1, now), DAILY_ROWS + 1);
        List<Fields> rows = new ArrayList<>();
        for (int i = 0; i < Math.min(DAILY_ROWS, bars.size()); i++) {
            Bar bar = bars.get(i);
            long base = i + 1 < bars.size() ? bars.get(i + 1).close() : bar.open();
            Fields row = new Fields(22)
                    .with("stck_bsop_date", Texts.date(bar.date()))
                    .with("stck_clpr", bar.close())
                    .with("prdy_vrss", bar.close() - base)
                    .with("prdy_vrss_sign", sign(bar.close() - base));
            // Facts 3.7: today's figures only after the close, blank before.
            boolean known = afterClose || !bar.date().equals(today);
            rows.add(Investors.of(people, issue, bar).writeTo(row, bar, known));
        }
        return rows;
    }

    Reply holidays(KisCall call) {
        Optional<LocalDate> first = Texts.parseDate(call.nextPage() && !call.get("CTX_AREA_NK").isEmpty()
                ? call.get("CTX_AREA_NK") : call.get("BASS_DT"));
        if (first.isEmpty()) {
            return invalid(call, "BASS_DT");
        }
        List<Fields> rows = new ArrayList<>();
        for (int i = 0; i < HOLIDAY_ROWS; i++) {
            rows.add(holidayRow(first.get().plusDays(i)));
        }
        String next = Texts.date(first.get().plusDays(HOLIDAY_ROWS));
        return envelope.success(call.trId(), "KIOK0500", call.nextPage() ? "M" : "F", new Fields(6)
                .with("ctx_area_nk", Texts.padded(next, 20))
                .with("ctx_area_fk", Texts.padded(call.get("BASS_DT"), 20))
                .with("output", rows));
    }

    private static Fields holidayRow(LocalDate date) {
        return new Fields(6)
                .with("bass_dt", Texts.date(date))
                .with("wday_dvsn_cd", "0" + (date.getDayOfWeek().getValue() % 7 + 1))
                .with("bzdy_yn", TradingDays.isBusinessDay(date))
                .with("tr_day_yn", TradingDays.isBusinessDay(date))
                .with("opnd_yn", TradingDays.isOpen(date))
                .with("sttl_day_yn", TradingDays.isOpen(date));
    }

    private Reply invalid(KisCall call, String field) {
        return envelope.failure(call.trId(), "OPSQ2001", "ERROR : INPUT INVALID_CHECK_" + field);
    }

    private BigDecimal foreignShare(Issue issue, LocalDate date) {
        return BigDecimal.valueOf(2_500 + people.wave(date.toEpochDay() + issue.code().hashCode(), 90, 2_000), 2);
    }

    private static String sign(long change) {
        return change == 0 ? "3" : change > 0 ? "2" : "5";
    }

    static List<Bar> newest(List<Bar> oldestFirst, int count) {
        List<Bar> bars = new ArrayList<>(oldestFirst);
        Collections.reverse(bars);
        return bars.size() > count ? bars.subList(0, count) : bars;
    }
}
