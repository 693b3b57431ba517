package io.kisgateway.simulator;

/** Who bought and who sold on a day: net quantities of private people, foreigners and institutions add up to nothing. */
record Investors(long people, long foreign, long institutions) {

    private static final long MILLION_WON = 1_000_000;

    static Investors of(Noise noise, Issue issue, Bar bar) {
        long day = bar.date().toEpochDay() * 31 + issue.code().hashCode();
        long foreign = bar.volume() * noise.wave(day, 1, 90_000) / Noise.MILLION;
        long institutions = bar.volume() * noise.wave(day + 7, 1, 60_000) / Noise.MILLION;
        return new Investors(-foreign - institutions, foreign, institutions);
    }

    Fields writeTo(Fields row, Bar bar, boolean known) {
        long price = bar.close();
        write(row, "ntby_qty", known, people, foreign, institutions);
        write(row, "ntby_tr_pbmn", known, value(people, price), value(foreign, price), value(institutions, price));
        long p = bought(bar, 60, people);
        long f = bought(bar, 25, foreign);
        long o = bought(bar, 15, institutions);
        write(row, "shnu_vol", known, p, f, o);
        write(row, "shnu_tr_pbmn", known, value(p, price), value(f, price), value(o, price));
        write(row, "seln_vol", known, p - people, f - foreign, o - institutions);
        return write(row, "seln_tr_pbmn", known,
                value(p - people, price), value(f - foreign, price), value(o - institutions, price));
    }

    private static Fields write(Fields row, String what, boolean known, long prsn, long frgn, long orgn) {
        return row.with("prsn_" + what, known ? Long.toString(prsn) : "")
                .with("frgn_" + what, known ? Long.toString(frgn) : "")
                .with("orgn_" + what, known ? Long.toString(orgn) : "");
    }

    private static long bought(Bar bar, int percent, long net) {
        return Math.max(net, 0) + bar.volume() * percent / 100;
    }

    private static long value(long quantity, long price) {
        return quantity * price / MILLION_WON;
    }
}
