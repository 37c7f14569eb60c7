package io.sexton.proto;

import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;

/**
 * Conversions between times of the schema and of the fold: whole milliseconds, rounded down (design, section 4). Times
 * outside of {@link #EARLIEST} to {@link #LATEST} are cut to that range, so that no input can overflow a sum.
 */
public final class Times {
    /** Far enough from the ends of {@code long} milliseconds that a thousand of the longest durations can be added. */
    public static final Instant LATEST = Instant.parse("+100000-01-01T00:00:00Z");

    public static final Instant EARLIEST = Instant.parse("-100000-01-01T00:00:00Z");
    public static final Duration LONGEST = Duration.ofDays(365L * 10_000);

    private Times() {}

    public static Instant of(Timestamp timestamp) {
        if (timestamp.getSeconds() >= LATEST.getEpochSecond()) {
            return LATEST;
        }
        if (timestamp.getSeconds() <= EARLIEST.getEpochSecond()) {
            return EARLIEST;
        }
        return Instant.ofEpochMilli(Math.addExact(
                Math.multiplyExact(timestamp.getSeconds(), 1000L), Math.floorDiv(timestamp.getNanos(), 1_000_000)));
    }

    public static Duration of(com.google.protobuf.Duration duration) {
        if (duration.getSeconds() >= LONGEST.toSeconds()) {
            return LONGEST;
        }
        if (duration.getSeconds() <= -LONGEST.toSeconds()) {
            return LONGEST.negated();
        }
        return Duration.ofMillis(Math.addExact(
                Math.multiplyExact(duration.getSeconds(), 1000L), Math.floorDiv(duration.getNanos(), 1_000_000)));
    }

    public static Timestamp toProto(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }

    public static com.google.protobuf.Duration toProto(Duration duration) {
        return com.google.protobuf.Duration.newBuilder()
                .setSeconds(duration.getSeconds())
                .setNanos(duration.getNano())
                .build();
    }

    public static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    public static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }

    public static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
