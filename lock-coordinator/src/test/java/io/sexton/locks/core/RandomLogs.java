package io.sexton.locks.core;

import io.sexton.proto.LogRecord;
import java.util.List;
import java.util.stream.Stream;

/** Random logs for the tests of other packages. */
public final class RandomLogs {
    private RandomLogs() {}

    public static List<LogRecord> of(long seed, int records) {
        LogGenerator generator = new LogGenerator(seed);
        return Stream.generate(generator::next).limit(records).toList();
    }
}
