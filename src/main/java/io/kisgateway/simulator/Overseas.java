package io.kisgateway.simulator;

import io.kisgateway.runtime.Resources;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A handful of foreign issues: their price, and a balance of some of them. Nothing can be traded but by a stub. */
final class Overseas {

    private static final int DECIMALS = 4;

    private final Envelope envelope;
    private final InstantSource clock;
    private final LedgerReplies replies;
    private final Noise noise;
    private final List<Foreign> issues = new ArrayList<>();

    Overseas(Envelope envelope, SimulatorOptions options) {
        this.envelope = envelope;
        this.clock = options.clock();
        this.replies = new LedgerReplies(envelope, options.mode());
        this.noise = new Noise(options.seed()).of(-3);
        for (String[] row : Resources.table("/simulator/overseas.csv", ",")) {
            issues.add(new Foreign(row[0], row[1], row[2], row[3], row[4], Long.parseLong(row[5]),
                    Long.parseLong(row[6]), Long.parseLong(row[7])));
        }
    }

    /** Prices in ten-thousandths of the currency. */
    private record Foreign(String quotedOn, String tradedOn, String symbol, String name, String currency, long level,
            long held, long boughtAt) {}

    private long price(Foreign issue, long second) {
        long wander = noise.wave(second + issue.symbol().hashCode(), 60, 4_000)
                + noise.wave(second + issue.symbol().hashCode(), 86_400, 30_000);
        return (issue.level() + issue.level() * wander / Noise.MILLION) / 100 * 100;
    }

    private static BigDecimal decimal(long tenThousandths) {
        return BigDecimal.valueOf(tenThousandths, DECIMALS);
    }

    /** A symbol nobody knows is answered like any other, with blanks. */
    Reply price(KisCall call) {
        Optional<Foreign> issue = issues.stream().filter(one -> one.quotedOn().equals(call.get("EXCD"))
                && one.symbol().equalsIgnoreCase(call.get("SYMB"))).findFirst();
        return envelope.success(call.trId(), "MCA00000", "", new Fields()
                .with("output", issue.map(this::priceFields).orElseGet(Overseas::blankPrice)));
    }

    private Fields priceFields(Foreign issue) {
        Instant now = clock.instant();
        long last = price(issue, now.getEpochSecond());
        long base = price(issue, now.getEpochSecond() / 86_400 * 86_400);
        long volume = 1_000_000 + Math.abs(noise.wave(now.getEpochSecond() / 60, 30, 900_000));
        return new Fields()
                .with("rsym", "D" + issue.quotedOn() + issue.symbol())
                .with("zdiv", DECIMALS)
                .with("base", decimal(base))
                .with("pvol", volume)
                .with("last", decimal(last))
                .with("sign", Market.sign(last - base))
                .with("diff", decimal(Math.abs(last - base)))
                .with("rate", Texts.percent(last - base, base))
                .with("tvol", volume)
                .with("tamt", volume * (last / 10_000))
                .with("ordy", "매도불가");
    }

    private static Fields blankPrice() {
        return new Fields().same("", "rsym", "zdiv", "base", "pvol", "last", "sign", "diff", "rate", "tvol", "tamt", "ordy");
    }

    Reply balance(KisCall call) {
        List<Foreign> held = issues.stream().filter(one -> one.held() > 0
                && (one.tradedOn().equals(call.get("OVRS_EXCG_CD")) || usAll(call, one))).toList();
        long cost = 0;
        long value = 0;
        List<Fields> rows = new ArrayList<>();
        for (Foreign one : held) {
            long now = price(one, clock.instant().getEpochSecond());
            cost += one.boughtAt() * one.held();
            value += now * one.held();
            rows.add(row(call, one, now));
        }
        return envelope.success(call.trId(), held.isEmpty() ? replies.nothing() : replies.done(), "D", new Fields()
                .with("ctx_area_fk200", Texts.padded(call.get("CANO") + "^" + call.get("ACNT_PRDT_CD") + "^", 200))
                .with("ctx_area_nk200", Texts.padded("", 200))
                .with("output1", rows)
                .with("output2", new Fields()
                        .with("frcr_pchs_amt1", decimal(cost))
                        .with("ovrs_rlzt_pfls_amt", "0.00000")
                        .with("ovrs_tot_pfls", decimal(value - cost))
                        .with("rlzt_erng_rt", "0.00000000")
                        .with("tot_evlu_pfls_amt", decimal(value))
                        .with("tot_pftrt", Texts.ratio(value - cost, cost, 100, 8))
                        .with("frcr_buy_amt_smtl1", decimal(cost))
                        .with("ovrs_rlzt_pfls_amt2", "0.00000")
                        .with("frcr_buy_amt_smtl2", decimal(cost))));
    }

    /** NASD stands for all of the United States. */
    private static boolean usAll(KisCall call, Foreign one) {
        return call.get("OVRS_EXCG_CD").equals("NASD") && one.currency().equals("USD");
    }

    private static Fields row(KisCall call, Foreign one, long now) {
        long profit = (now - one.boughtAt()) * one.held();
        return new Fields()
                .with("cano", call.get("CANO"))
                .with("acnt_prdt_cd", call.get("ACNT_PRDT_CD"))
                .with("prdt_type_cd", "512")
                .with("ovrs_pdno", one.symbol())
                .with("ovrs_item_name", one.name())
                .with("frcr_evlu_pfls_amt", decimal(profit))
                .with("evlu_pfls_rt", Texts.percent(profit, one.boughtAt() * one.held()))
                .with("pchs_avg_pric", decimal(one.boughtAt()))
                .with("ovrs_cblc_qty", one.held())
                .with("ord_psbl_qty", one.held())
                .with("frcr_pchs_amt1", decimal(one.boughtAt() * one.held()))
                .with("ovrs_stck_evlu_amt", decimal(now * one.held()))
                .with("now_pric2", decimal(now))
                .with("tr_crcy_cd", one.currency())
                .with("ovrs_excg_cd", one.tradedOn())
                .with("loan_type_cd", "10")
                .with("loan_dt", "")
                .with("expd_dt", "");
    }
}
