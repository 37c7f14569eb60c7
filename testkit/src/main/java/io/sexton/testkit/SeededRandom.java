package io.sexton.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * A sequence of random numbers that is the same for the same seed, on every platform. Tests extend it with draws of
 * their domain. Not for use by several threads.
 *
 * <p>Seeds are part of tables, golden logs and regression tests: each method takes a fixed number of draws for the same
 * arguments and state, and a change of that number or of the algorithm changes what all seeds mean.
 */
public class SeededRandom implements RandomGenerator {
    private static final int PERCENT = 100;
    private static final int PERMILLE = 1000;

    private final SplittableRandom random;

    /** Creates the sequence of a seed. */
    public SeededRandom(long seed) {
        random = new SplittableRandom(seed);
    }

    /**
     * Returns the sequence of one component: the same for the same seed and label. Components with labels of their own
     * do not change each other's draws.
     */
    public static SeededRandom of(long seed, String label) {
        long mixed = seed;
        for (int i = 0; i < label.length(); i++) {
            mixed = (mixed ^ label.charAt(i)) * 0x9E3779B97F4A7C15L;
            mixed ^= mixed >>> 29;
        }
        return new SeededRandom(mixed);
    }

    @Override
    public final int nextInt() {
        return random.nextInt();
    }

    @Override
    public final long nextLong() {
        return random.nextLong();
    }

    @Override
    public final void nextBytes(byte[] bytes) {
        random.nextBytes(bytes);
    }

    /** Returns true with the probability {@code 1 / times}. */
    public final boolean oneIn(int times) {
        return random.nextInt(times) == 0;
    }

    /** Returns true with a probability in hundredths. */
    public final boolean percent(int chances) {
        return random.nextInt(PERCENT) < chances;
    }

    /** Returns true with a probability in thousandths; without a draw if it is 0. */
    public final boolean permille(int chances) {
        return chances > 0 && random.nextInt(PERMILLE) < chances;
    }

    /** Returns a number from 0 to below the bound. */
    public final int below(int bound) {
        return random.nextInt(bound);
    }

    /** Returns a number, both bounds included. */
    public final long between(long least, long most) {
        return random.nextLong(least, most + 1);
    }

    /** Returns a duration in whole milliseconds, both bounds included. */
    public final Duration between(Duration least, Duration most) {
        long from = least.toMillis();
        long to = most.toMillis();
        return from >= to ? least : Duration.ofMillis(between(from, to));
    }

    /** Returns a delay: up to the typical one, and once in 20 times from that up to the longest. */
    public final Duration delay(Duration typical, Duration longest) {
        return oneIn(20) ? between(typical, longest) : between(Duration.ZERO, typical);
    }

    /** Returns one element. */
    public final <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    /** Returns one of the values. */
    @SafeVarargs
    @SuppressWarnings("varargs") // read only
    public final <T> T any(T... of) {
        return of[random.nextInt(of.length)];
    }

    /** Returns up to so many different elements, in random order. */
    public final <T> List<T> some(List<T> of, int most) {
        List<T> left = new ArrayList<>(of);
        List<T> some = new ArrayList<>();
        for (int count = random.nextInt(most + 1); count > 0 && !left.isEmpty(); count--) {
            some.add(left.remove(random.nextInt(left.size())));
        }
        return some;
    }
}
