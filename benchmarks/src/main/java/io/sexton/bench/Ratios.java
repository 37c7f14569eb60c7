package io.sexton.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/** A comparison with a baseline, in alternation, so that both have the same noise. */
final class Ratios {
    private Ratios() {}

    /** A measured work, which prepares itself, runs, and returns the seconds of the run. */
    interface Measured {
        double seconds() throws Exception;
    }

    /** A part of the work. */
    interface Work {
        void run() throws Exception;
    }

    /** Prints rates, and the ratio of the rates. */
    static void compare(
            String unit, int units, int rounds, String what, Measured measured, String baseline, Measured other)
            throws Exception {
        double[] ratios = new double[rounds];
        for (int round = -2; round < rounds; round++) { // the first two warm up
            boolean measuredFirst = round % 2 == 0;
            double first = measuredFirst ? measured.seconds() : other.seconds();
            double second = measuredFirst ? other.seconds() : measured.seconds();
            double itself = units / (measuredFirst ? first : second);
            double base = units / (measuredFirst ? second : first);
            if (round >= 0) {
                ratios[round] = itself / base;
                System.out.printf(
                        Locale.ROOT,
                        "round %d: %s %,.0f %s, %s %,.0f (ratio %.2f)%n",
                        round + 1,
                        what,
                        itself,
                        unit,
                        baseline,
                        base,
                        ratios[round]);
            }
        }
        print("ratio of " + what + " to " + baseline, ratios);
    }

    static void print(String what, double[] ratios) {
        Arrays.sort(ratios);
        System.out.printf(
                Locale.ROOT,
                "%s: min %.2f, median %.2f, max %.2f%n",
                what,
                ratios[0],
                ratios[ratios.length / 2],
                ratios[ratios.length - 1]);
    }

    /** Returns the time of all work with that many threads. */
    static double seconds(int threads, List<Work> all) throws Exception {
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            long begin = System.nanoTime();
            List<Future<?>> parts = all.stream()
                    .map(work -> pool.submit(() -> {
                        work.run();
                        return null;
                    }))
                    .collect(Collectors.toList());
            for (Future<?> part : parts) {
                part.get();
            }
            return (System.nanoTime() - begin) / 1e9;
        }
    }
}
