package io.sexton.bench;

import java.util.Locale;

/**
 * The cost of many regions for deletions: the same number of due files in few regions and in many, each with all of
 * Sexton on an embedded broker (gc-streams, lock-coordinator, gc-deleter on local files), from the tick by which all of
 * them are due to the last report.
 *
 * <p>Arguments: files (100,000), few regions (10), many regions (10,000), rounds (3).
 */
public final class RegionsBenchmark {
    private RegionsBenchmark() {}

    public static void main(String[] args) throws Exception {
        int files = Arguments.number(args, 0, 100_000);
        int few = Arguments.number(args, 1, 10);
        int many = Arguments.number(args, 2, 10_000);
        int rounds = Arguments.number(args, 3, 3);
        System.out.printf(
                Locale.ROOT,
                "%,d due files, %d processors%n",
                files,
                Runtime.getRuntime().availableProcessors());
        double[] ratios = new double[rounds];
        for (int round = -1; round < rounds; round++) {
            Pipeline.Timing inFew = Pipeline.run(files, few);
            Pipeline.Timing inMany = Pipeline.run(files, many);
            if (round >= 0) { // the first round warms up
                ratios[round] = inMany.lastReport() / inFew.lastReport();
                print(round, few, inFew);
                print(round, many, inMany);
                System.out.printf(Locale.ROOT, "round %d: ratio %.2f%n", round + 1, ratios[round]);
            }
        }
        Ratios.print(String.format(Locale.ROOT, "%,d regions to %,d", many, few), ratios);
    }

    private static void print(int round, int regions, Pipeline.Timing times) {
        System.out.printf(
                Locale.ROOT,
                "round %d: %,6d regions: last command after %.1f s, last fence passed after %.1f s, last report after"
                        + " %.1f s; %,d commands, %,d fences, %,d reports%n",
                round + 1,
                regions,
                times.lastCommand(),
                times.lastFence(),
                times.lastReport(),
                times.commands(),
                times.fences(),
                times.reports());
    }
}
