package io.kisgateway.simulator;

import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The records of the realtime TRs. Their columns have the names of the REST operations' members, so each value is
 * looked up in what inquire-price and inquire-asking-price-exp-ccn would answer at this moment.
 */
final class RealtimeRecords {

    private static final String NOTHING = "0";

    private final Market market;
    private final Depth depth;
    private final Noise crowd;
    private final InstantSource clock;
    private final Map<String, Long> trades = new HashMap<>();

    RealtimeRecords(Market market, Depth depth, SimulatorOptions options) {
        this.market = market;
        this.depth = depth;
        this.crowd = new Noise(options.seed()).of(-3);
        this.clock = options.clock();
    }

    /** Empty if there is nothing to say of such a key: a code that nobody knows. */
    Optional<String> next(RealtimeTr tr, String key) {
        Optional<Issue> issue = market.stock(key);
        if (issue.isEmpty() && tr.kind() == RealtimeTr.Kind.PLAYED) {
            return Optional.empty();
        }
        Map<String, String> values = issue.map(known -> of(known, trades.merge(tr.id() + key, 1L, Long::sum)))
                .orElseGet(HashMap::new);
        // Two of KIS's lists do not begin with the key.
        values.put(tr.columns().contains("mksc_shrn_iscd") ? "mksc_shrn_iscd" : tr.columns().get(0), key);
        return Optional.of(tr.columns().stream().map(column -> values.getOrDefault(column, NOTHING))
                .collect(Collectors.joining("^")));
    }

    void reset() {
        trades.clear();
    }

    /** The number of the trade shows in the counts of trades of both sides, which grow by one with each. */
    private Map<String, String> of(Issue issue, long number) {
        Instant now = clock.instant();
        Market.Quote quote = market.quote(issue, now);
        Bar today = quote.today();
        Map<String, String> values =
                PriceOutput.of(Optional.of(quote), known -> market.ranges(known, now)).texts();
        values.putAll(depth.levels(quote).texts());
        values.putAll(Depth.expected(quote).texts());
        Fields trade = new Fields()
                .with("stck_cntg_hour", Texts.time(now))
                .with("bsop_hour", Texts.time(now))
                .with("bsop_date", Texts.date(today.date()))
                .with("cntg_vol", 1 + Math.abs(crowd.wave(number, 1, 500)))
                .with("seln_cntg_csnu", number / 2)
                .with("shnu_cntg_csnu", number - number / 2)
                .with("ntby_cntg_csnu", number % 2)
                .with("seln_cntg_smtn", today.volume() / 2)
                .with("shnu_cntg_smtn", today.volume() - today.volume() / 2)
                .with("ccld_dvsn", number % 2 == 0 ? "5" : "1")
                .with("cttr", "100.00")
                .with("shnu_rate", "0.50")
                .with("prdy_vol_vrss_acml_vol_rate", values.get("prdy_vrss_vol_rate"))
                .with("new_mkop_cls_code", "20")
                .with("trht_yn", quote.halted())
                .with("vi_stnd_prc", quote.base());
        against(trade, "oprc", today.open(), quote.price());
        against(trade, "hgpr", today.high(), quote.price());
        against(trade, "lwpr", today.low(), quote.price());
        values.putAll(trade.texts());
        return values;
    }

    private static void against(Fields trade, String name, long reference, long price) {
        trade.with(name + "_hour", "090000")
                .with(name + "_vrss_prpr_sign", Market.sign(price - reference))
                .with(name + "_vrss_prpr", price - reference);
    }
}
