package io.sexton.streams.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Makes a failing log short: leaves out records for as long as what is left still fails. */
final class Shrinker {

    private Shrinker() {}

    /**
     * The records that are needed to fail, in their order and with their offsets: none of them alone can be left out.
     *
     * @param fails whether a log fails; true of {@code log}
     */
    static List<LogRecord> shrink(List<LogRecord> log, Predicate<List<LogRecord>> fails) {
        List<LogRecord> shortest = log;
        for (int length = Math.max(1, log.size() / 2); length >= 1; length /= 2) {
            boolean shorter = true;
            while (shorter) {
                int before = shortest.size();
                shortest = leaveOut(shortest, length, fails);
                shorter = length == 1 && shortest.size() < before;
            }
        }
        return shortest;
    }

    /** Tries to leave out each run of so many records, from the end. */
    private static List<LogRecord> leaveOut(List<LogRecord> log, int length, Predicate<List<LogRecord>> fails) {
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

    /** The log as JSON lines, to be read by people or replayed. */
    static String toJsonLines(List<LogRecord> log) {
        return log.stream().map(LogRecord::toJson).collect(Collectors.joining("\n"));
    }
}
