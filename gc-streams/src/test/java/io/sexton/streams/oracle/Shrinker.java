package io.sexton.streams.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The reduction of a failing log: removes records as long as the rest still fails. */
final class Shrinker {

    private Shrinker() {}

    /**
     * Returns the records that are needed to fail, in their order and with their offsets: no single one can be removed.
     *
     * @param fails returns whether a log fails; true for {@code log}
     */
    static List<LogRecord> shrink(List<LogRecord> log, Predicate<List<LogRecord>> fails) {
        List<LogRecord> shortest = log;
        for (int length = Math.max(1, log.size() / 2); length >= 1; length /= 2) {
            boolean shorter = true;
            while (shorter) {
                int before = shortest.size();
                shortest = removeRuns(shortest, length, fails);
                shorter = length == 1 && shortest.size() < before;
            }
        }
        return shortest;
    }

    /** Removes each run of so many records without which the log still fails, from the end. */
    private static List<LogRecord> removeRuns(List<LogRecord> log, int length, Predicate<List<LogRecord>> fails) {
        List<LogRecord> kept = log;
        for (int from = kept.size() - length; from > -length; from -= length) {
            List<LogRecord> without = new ArrayList<>(kept.subList(0, Math.max(0, from)));
            without.addAll(kept.subList(from + length, kept.size()));
            if (fails.test(without)) {
                kept = without;
            }
        }
        return kept;
    }

    /** Returns the log as JSON lines, to be read or replayed. */
    static String toJsonLines(List<LogRecord> log) {
        return log.stream().map(LogRecord::toJson).collect(Collectors.joining("\n"));
    }
}
