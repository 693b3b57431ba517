package io.kisgateway.simulator;

/** Wandering numbers in whole parts per million, the same for the same seed: prices need no floating point. */
final class Noise {

    static final long MILLION = 1_000_000;

    private final long seed;

    Noise(long seed) {
        this.seed = mix(seed);
    }

    Noise of(long stream) {
        return new Noise(seed ^ mix(stream + 1));
    }

    /** −amplitude … +amplitude, a straight line between one random point each {@code period}. */
    long wave(long position, long period, long amplitude) {
        long knot = Math.floorDiv(position, period);
        long along = Math.floorMod(position, period);
        long from = point(knot, period, amplitude);
        return from + (point(knot + 1, period, amplitude) - from) * along / period;
    }

    private long point(long knot, long period, long amplitude) {
        return Math.floorMod(mix(seed ^ (knot * 0x9E3779B97F4A7C15L + period)), 2 * amplitude + 1) - amplitude;
    }

    private static long mix(long value) {
        long z = value + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
