package io.sexton.simulation.kernel;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Seeded random numbers. Each component of a world has its own sequence, so that draws of one component change none of
 * another.
 */
public final class Dice {
    private static final int PERMILLE = 1000;

    private final SplittableRandom random;

    private Dice(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Returns the sequence of one component: the same for the same seed and label, independent of other draws. */
    public static Dice of(long seed, String label) {
        long mixed = seed;
        for (int i = 0; i < label.length(); i++) {
            mixed = (mixed ^ label.charAt(i)) * 0x9E3779B97F4A7C15L;
            mixed ^= mixed >>> 29;
        }
        return new Dice(mixed);
    }

    /** Returns true with a probability in thousandths. */
    public boolean permille(int chances) {
        return chances > 0 && random.nextInt(PERMILLE) < chances;
    }

    /** Returns true with the probability {@code 1 / times}. */
    public boolean oneIn(int times) {
        return random.nextInt(times) == 0;
    }

    /** Returns a number from 0 to below the bound. */
    public int below(int bound) {
        return random.nextInt(bound);
    }

    /** Returns a duration in whole milliseconds, both bounds included. */
    public Duration between(Duration least, Duration most) {
        long from = least.toMillis();
        long to = most.toMillis();
        return from >= to ? least : Duration.ofMillis(random.nextLong(from, to + 1));
    }

    /** Returns a network delay: mostly short, and up to the bound once in a while. */
    public Duration delay(Duration typical, Duration longest) {
        return oneIn(20) ? between(typical, longest) : between(Duration.ZERO, typical);
    }

    /** Returns one element. */
    public <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    /** Returns 64 random bits. */
    public long bits() {
        return random.nextLong();
    }
}
