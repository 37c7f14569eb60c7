package io.sexton.proto;

import com.google.protobuf.Duration;
import io.sexton.v1.Tick;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The problem with one field of a message. The static methods check fields that several messages have; each returns
 * null if there is no problem. Immutable and safe for use by any thread.
 *
 * @param field name of the field, as in the schema: {@code manifest_edit.added[2].path}
 * @param problem a phrase with the field as its subject ("is empty")
 */
public record FieldProblem(String field, String problem) {

    /** Longest id, store or producer, in bytes of UTF-8. */
    public static final int MAX_ID_BYTES = 256;

    /** Longest etag, region glob or path prefix, in bytes of UTF-8. */
    public static final int MAX_TEXT_BYTES = 1024;

    /** Longest ttl of a pin, and longest timeout of a compaction. */
    public static final java.time.Duration LONGEST_TTL = java.time.Duration.ofDays(30);

    /** Longest of all other durations: a hundred years. */
    public static final java.time.Duration LONGEST_DURATION = java.time.Duration.ofDays(36_525);

    /** Checks an id: not empty, at most {@value #MAX_ID_BYTES} bytes of UTF-8, no control characters. */
    public static @Nullable FieldProblem id(String field, String id) {
        return problem(field, Text.problemWithId(id));
    }

    /** Checks an optional id: as {@link #id}, but it may be empty. */
    public static @Nullable FieldProblem name(String field, String name) {
        return problem(field, Text.problemWithName(name));
    }

    /** Checks a text that is repeated unchanged: at most {@value #MAX_TEXT_BYTES} bytes of UTF-8. */
    public static @Nullable FieldProblem text(String field, String text) {
        return problem(field, Text.problemWithUtf8(text, MAX_TEXT_BYTES));
    }

    /** Checks an epoch or a version: unsigned and below 2^63, because a larger one is a negative number by mistake. */
    public static @Nullable FieldProblem number(String field, long unsigned) {
        return unsigned < 0 ? new FieldProblem(field, Long.toUnsignedString(unsigned) + " is not below 2^63") : null;
    }

    private static @Nullable FieldProblem problem(String field, @Nullable String problem) {
        return problem == null ? null : new FieldProblem(field, problem);
    }

    /** Checks a path by the rules of {@link FilePath}. */
    public static @Nullable FieldProblem path(String field, String path) {
        Optional<String> problem = FilePath.problemWith(path);
        return problem.isEmpty() ? null : new FieldProblem(field, problem.get());
    }

    /** Checks paths by the rules of {@link FilePath}. */
    public static @Nullable FieldProblem paths(String field, List<String> paths) {
        for (int i = 0; i < paths.size(); i++) {
            Optional<String> problem = FilePath.problemWith(paths.get(i));
            if (problem.isPresent()) {
                return new FieldProblem(field + "[" + i + "]", problem.get());
            }
        }
        return null;
    }

    /** Checks a duration: not negative, at most {@link #LONGEST_DURATION}. */
    public static @Nullable FieldProblem duration(String field, Duration duration) {
        return duration(field, duration, LONGEST_DURATION);
    }

    /** Checks a ttl or timeout: not negative, at most {@link #LONGEST_TTL}. */
    public static @Nullable FieldProblem ttl(String field, Duration ttl) {
        return duration(field, ttl, LONGEST_TTL);
    }

    private static @Nullable FieldProblem duration(String field, Duration duration, java.time.Duration longest) {
        if (duration.getSeconds() < 0 || duration.getNanos() < 0) {
            return new FieldProblem(field, "is negative");
        }
        boolean isTooLong = duration.getSeconds() > longest.toSeconds()
                || java.time.Duration.ofSeconds(duration.getSeconds(), duration.getNanos())
                                .compareTo(longest)
                        > 0;
        return isTooLong ? new FieldProblem(field, "is longer than " + longest.toDays() + " days") : null;
    }

    /** Checks the fields of a tick. */
    public static @Nullable FieldProblem tick(Tick tick) {
        if (!tick.hasWallClock()) {
            return new FieldProblem("tick.wall_clock", "is not set");
        }
        return first(id("tick.ticker", tick.getTicker()), duration("tick.uptime", tick.getUptime()));
    }

    /** Returns the first problem that is not null. */
    public static @Nullable FieldProblem first(@Nullable FieldProblem... problems) {
        for (FieldProblem problem : problems) {
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }

    @Override
    public String toString() {
        return field + ": " + problem;
    }
}
