package io.sexton.streams.oracle;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import java.time.Instant;

/**
 * The arithmetic of times: "All arithmetic is in whole milliseconds, rounded down." (section 4) Distant times are cut
 * to a bound, so that no sum of them overflows.
 */
final class Millis {

    static final long SECOND = 1000;
    static final long MINUTE = 60 * SECOND;
    static final long HOUR = 60 * MINUTE;
    static final long DAY = 24 * HOUR;

    /** About 140,000 years. */
    private static final long BOUND = 1L << 52;

    private Millis() {}

    static long of(Timestamp timestamp) {
        return of(timestamp.getSeconds(), timestamp.getNanos());
    }

    static long of(Duration duration) {
        return of(duration.getSeconds(), duration.getNanos());
    }

    static Instant instant(long millis) {
        return Instant.ofEpochMilli(millis);
    }

    private static long of(long seconds, int nanos) {
        long bounded = Math.clamp(seconds, -BOUND / SECOND, BOUND / SECOND);
        return bounded * SECOND + Math.floorDiv(nanos, 1_000_000);
    }
}
