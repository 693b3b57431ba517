package io.kisgateway.simulator;

/** What does not move about a listed issue. {@code price} is the level its prices wander around. */
record Issue(String code, String name, Kind kind, String market, String sector, long price, long shares, long eps,
        long bps, long faceValue, int marginRate, long volume, int days) {

    enum Kind { STOCK, ETF, ETN, INDEX }

    static Issue parse(String[] row) {
        return new Issue(row[0], row[1], Kind.valueOf(row[2]), row[3], row[4], Long.parseLong(row[5]),
                Long.parseLong(row[6]), Long.parseLong(row[7]), Long.parseLong(row[8]), Long.parseLong(row[9]),
                Integer.parseInt(row[10]), Long.parseLong(row[11]), Integer.parseInt(row[12]));
    }

    /** Index values are held in hundredths, so that they are whole numbers too. */
    static Issue parseIndex(String[] row) {
        return new Issue(row[0], row[1], Kind.INDEX, "", "", Long.parseLong(row[2]), Long.parseLong(row[4]), 0, 0, 0,
                0, Long.parseLong(row[3]), 1_200);
    }

    static Issue madeUp(int number) {
        return new Issue(Integer.toString(900_000 + number), "모의종목%05d".formatted(number), Kind.STOCK, "KOSDAQ", "기타",
                10_000 + 10L * number, 10_000_000, 500, 8_000, 500, 100, 100_000, 300);
    }

    /** Facts section 6: the price grid, the same for KOSPI and KOSDAQ since 2023-01-25; flat for ETF and ETN. */
    long tick(long price) {
        return switch (kind) {
            case INDEX -> 1;
            case ETN -> 5;
            case ETF -> price < 2_000 ? 1 : 5;
            case STOCK -> stockTick(price);
        };
    }

    private static long stockTick(long price) {
        if (price < 2_000) {
            return 1;
        }
        if (price < 5_000) {
            return 5;
        }
        if (price < 20_000) {
            return 10;
        }
        if (price < 50_000) {
            return 50;
        }
        if (price < 200_000) {
            return 100;
        }
        return price < 500_000 ? 500 : 1_000;
    }

    boolean onGrid(long price) {
        return price > 0 && price % tick(price) == 0;
    }

    long toGrid(long price) {
        long tick = tick(price);
        return Math.max(tick, price / tick * tick);
    }

    /** 상한가: 30 % over the base, cut to the grid. */
    long upperLimit(long base) {
        return toGrid(base + base * 3 / 10);
    }

    /** 하한가: 30 % under the base, on the grid. */
    long lowerLimit(long base) {
        long bound = base - base * 3 / 10;
        long floor = toGrid(bound);
        return floor >= bound ? floor : floor + tick(floor);
    }
}
