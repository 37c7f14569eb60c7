package io.sexton.locks.core;

import io.sexton.fold.core.LogRecord;
import java.util.List;
import java.util.stream.Stream;

/** Random histories for the tests of other packages. */
public final class RandomLogs {
    private RandomLogs() {}

    public static List<LogRecord> of(long seed, int records) {
        History history = new History(seed);
        return Stream.generate(history::next).limit(records).toList();
    }
}
