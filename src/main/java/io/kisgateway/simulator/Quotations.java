package io.kisgateway.simulator;

import io.kisgateway.runtime.KoreanTime;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Stock quotations: present price, the last thirty days or weeks, investors (facts 3.1, 3.3, 3.7). */
final class Quotations {

    private static final int DAILY_ROWS = 30;

    private final Market market;
    private final Quoting quoting;
    private final InstantSource clock;
    private final Noise people;

    Quotations(Quoting quoting, SimulatorOptions options) {
        this.market = quoting.market();
        this.quoting = quoting;
        this.clock = options.clock();
        this.people = new Noise(options.seed()).of(-1);
    }

    Reply price(KisCall call) {
        return quoting.quoted(call, issue -> quoting.done(call,
                new Fields().with("output", PriceOutput.of(issue.map(quoting::quote), known -> market.ranges(known, clock.instant())))));
    }

    Reply dailyPrice(KisCall call) {
        Optional<Period> period = Period.of(call.get("FID_PERIOD_DIV_CODE"));
        if (period.isEmpty()) {
            return quoting.invalid(call, "PERIOD_DIV_CODE");
        }
        // Facts 3.3: 0 unadjusted, 1 adjusted.
        boolean adjusted = call.get("FID_ORG_ADJ_PRC").equals("1");
        return quoting.quoted(call, issue -> {
            List<Fields> rows = issue.map(known -> dailyRows(known, period.get(), adjusted)).orElse(List.of());
            return quoting.done(call, new Fields().with("output", rows));
        });
    }

    private List<Fields> dailyRows(Issue issue, Period period, boolean adjusted) {
        Instant now = clock.instant();
        LocalDate today = Session.at(now, market.marketHours()).date();
        // One bar more than is shown, for the first one's change.
        List<Bar> daily = market.lastBars(issue, today, (DAILY_ROWS + 1) * period.mostTradingDays(), now);
        List<Bar> bars = Bar.newest(period.merge(daily), DAILY_ROWS + 1);
        List<Fields> rows = new ArrayList<>();
        for (int i = 0; i < Math.min(DAILY_ROWS, bars.size()); i++) {
            Bar bar = market.original(issue, bars.get(i), adjusted);
            Bar before = i + 1 < bars.size() ? bars.get(i + 1) : bars.get(i);
            long base = before.close() * market.ratio(issue, bars.get(i), adjusted);
            rows.add(new Fields()
                    .with("stck_bsop_date", Texts.date(bar.date()))
                    .with("stck_oprc", bar.open())
                    .with("stck_hgpr", bar.high())
                    .with("stck_lwpr", bar.low())
                    .with("stck_clpr", bar.close())
                    .with("acml_vol", bar.volume())
                    .with("prdy_vrss_vol_rate", Texts.percent(bar.volume() - before.volume(), before.volume()))
                    .with("prdy_vrss", bar.close() - base)
                    .with("prdy_vrss_sign", Market.sign(bar.close() - base))
                    .with("prdy_ctrt", Texts.percent(bar.close() - base, base))
                    .with("hts_frgn_ehrt", foreignShare(issue, bar.date()))
                    .with("frgn_ntby_qty", Investors.of(people, issue, bar).foreign())
                    .with("flng_cls_code", "00")
                    .with("acml_prtt_rate", "0.00"));
        }
        return rows;
    }

    Reply investors(KisCall call) {
        return quoting.quoted(call, issue -> quoting.done(call, new Fields()
                .with("output", issue.map(this::investorRows).orElse(List.of()))));
    }

    private List<Fields> investorRows(Issue issue) {
        Instant now = clock.instant();
        LocalDate today = Session.at(now, market.marketHours()).date();
        boolean afterClose = Texts.seoul(now).isAfter(today.atTime(Session.CLOSE).atZone(KoreanTime.KST));
        List<Bar> bars = Bar.newest(market.lastBars(issue, today, DAILY_ROWS + 1, now), DAILY_ROWS + 1);
        List<Fields> rows = new ArrayList<>();
        for (int i = 0; i < Math.min(DAILY_ROWS, bars.size()); i++) {
            Bar bar = bars.get(i);
            long base = i + 1 < bars.size() ? bars.get(i + 1).close() : bar.open();
            Fields row = new Fields()
                    .with("stck_bsop_date", Texts.date(bar.date()))
                    .with("stck_clpr", bar.close())
                    .with("prdy_vrss", bar.close() - base)
                    .with("prdy_vrss_sign", Market.sign(bar.close() - base));
            // Facts 3.7: today's figures only after the close, blank before.
            boolean known = afterClose || !bar.date().equals(today);
            rows.add(Investors.of(people, issue, bar).writeTo(row, bar, known));
        }
        return rows;
    }

    private BigDecimal foreignShare(Issue issue, LocalDate date) {
        return BigDecimal.valueOf(2_500 + people.wave(date.toEpochDay() + issue.code().hashCode(), 90, 2_000), 2);
    }
}
