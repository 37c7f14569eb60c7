package io.sexton.proto;

import com.google.protobuf.Duration;
import io.sexton.v1.Tick;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with one field of a message. The static methods look at what several messages have; each answers null
 * where nothing is wrong. Immutable and safe for use by any thread.
 *
 * @param field as in the schema: {@code manifest_edit.added[2].path}
 * @param problem a phrase with the field as its subject ("is empty")
 */
public record FieldProblem(String field, String problem) {

    public static @Nullable FieldProblem id(String field, String id) {
        return id.isEmpty() ? new FieldProblem(field, "is empty") : null;
    }

    public static @Nullable FieldProblem path(String field, String path) {
        Optional<String> problem = FilePath.problemWith(path);
        return problem.isEmpty() ? null : new FieldProblem(field, problem.get());
    }

    public static @Nullable FieldProblem paths(String field, List<String> paths) {
        for (int i = 0; i < paths.size(); i++) {
            Optional<String> problem = FilePath.problemWith(paths.get(i));
            if (problem.isPresent()) {
                return new FieldProblem(field + "[" + i + "]", problem.get());
            }
        }
        return null;
    }

    /** No length of time in the schema may be negative. */
    public static @Nullable FieldProblem duration(String field, Duration duration) {
        return duration.getSeconds() < 0 || duration.getNanos() < 0 ? new FieldProblem(field, "is negative") : null;
    }

    public static @Nullable FieldProblem tick(Tick tick) {
        if (!tick.hasWallClock()) {
            return new FieldProblem("tick.wall_clock", "is not set");
        }
        return first(id("tick.ticker", tick.getTicker()), duration("tick.uptime", tick.getUptime()));
    }

    /** The first that is not null. */
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
