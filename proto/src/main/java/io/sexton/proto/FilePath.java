package io.sexton.proto;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The path of a file within its region: relative to the region's root, with {@code /} between its segments.
 *
 * <p>A path is never empty and has no empty, {@code .} or {@code ..} segment, so none begins or ends with {@code /}.
 * It is well-formed Unicode without control characters (U+0000 to U+001F, U+007F to U+009F), of at most
 * {@value #MAX_BYTES} bytes in UTF-8. Two paths name the same file exactly when their characters are equal: there is no
 * normalization and no case folding.
 *
 * <p>Paths are ordered by their UTF-8 bytes, unsigned. That is also the order of the keys in the stores, so folds in
 * memory and on disk emit the same commands (I8).
 *
 * <p>Immutable and safe for use by any thread.
 *
 * @param value the path as text, as in events and commands
 */
public record FilePath(String value) implements Comparable<FilePath> {

    /** Longest path, in bytes of UTF-8. */
    public static final int MAX_BYTES = 1024;

    /** @throws IllegalArgumentException if {@link #problemWith} finds a problem, which the message contains */
    public FilePath {
        Optional<String> problem = problemWith(value);
        if (problem.isPresent()) {
            throw new IllegalArgumentException("not a path: " + Text.quoted(value) + " " + problem.get());
        }
    }

    /**
     * Returns the path with this text.
     *
     * @throws IllegalArgumentException if the text is not a path; the message gives the reason and is safe to log
     */
    public static FilePath of(String value) {
        return new FilePath(value);
    }

    /**
     * Returns the problem with a text that is not a path, for callers that report it without an exception.
     *
     * @return a phrase with the path as its subject ("is empty"); empty if the text is a path
     */
    public static Optional<String> problemWith(String value) {
        return Optional.ofNullable(problemOrNull(value));
    }

    private static @Nullable String problemOrNull(String value) {
        if (value.isEmpty()) {
            return "is empty";
        }
        int segmentStart = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (Text.isControl(c)) {
                return "has a control character at index " + i;
            }
            if (c == '/') {
                String problem = problemWithSegment(value, segmentStart, i);
                if (problem != null) {
                    return problem;
                }
                segmentStart = i + 1;
            }
        }
        String problem = problemWithSegment(value, segmentStart, value.length());
        return problem != null ? problem : Text.problemWithUtf8(value, MAX_BYTES);
    }

    private static @Nullable String problemWithSegment(String path, int from, int to) {
        int length = to - from;
        if (length == 0) {
            return from == 0 ? "begins with '/'" : to == path.length() ? "ends with '/'" : "has an empty segment";
        }
        if (length == 1 && path.charAt(from) == '.') {
            return "has a '.' segment";
        }
        // WARNING: a path that passes here with '..' can name a file of another region (I1).
        if (length == 2 && path.charAt(from) == '.' && path.charAt(from + 1) == '.') {
            return "has a '..' segment";
        }
        return null;
    }

    @Override
    public int compareTo(FilePath other) {
        return Text.compareAsUtf8(value, other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
