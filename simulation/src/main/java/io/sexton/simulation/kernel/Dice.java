package io.sexton.simulation.kernel;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/** Seeded chance. Each part of a world has dice of its own, so that what one part does shifts no other part's luck. */
public final class Dice {
    private static final int PERMILLE = 1000;

    private final SplittableRandom random;

    private Dice(long seed) {
        random = new SplittableRandom(seed);
    }

    /** The dice of one part: the same for the same seed and label, whatever else was drawn. */
    public static Dice of(long seed, String label) {
        long mixed = seed;
        for (int i = 0; i < label.length(); i++) {
            mixed = (mixed ^ label.charAt(i)) * 0x9E3779B97F4A7C15L;
            mixed ^= mixed >>> 29;
        }
        return new Dice(mixed);
    }

    /** True that many times in a thousand. */
    public boolean permille(int chances) {
        return chances > 0 && random.nextInt(PERMILLE) < chances;
    }

    /** True once in so many times. */
    public boolean oneIn(int times) {
        return random.nextInt(times) == 0;
    }

    /** From 0 to below the bound. */
    public int below(int bound) {
        return random.nextInt(bound);
    }

    /** Both bounds included, in whole milliseconds. */
    public Duration between(Duration least, Duration most) {
        long from = least.toMillis();
        long to = most.toMillis();
        return from >= to ? least : Duration.ofMillis(random.nextLong(from, to + 1));
    }

    /** Short most of the time, and up to the bound once in a while: how long things take in networks. */
    public Duration delay(Duration typical, Duration longest) {
        return oneIn(20) ? between(typical, longest) : between(Duration.ZERO, typical);
    }

    /** One element. */
    public <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    /** Sixty-four random bits. */
    public long bits() {
        return random.nextLong();
    }
}
