package io.sexton.streams.core;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * All files of a partition at one moment, counted. Immutable.
 *
 * @param byState how many files are in each state, and their bytes as far as sizes are known
 * @param kept garbage that is not condemned, by what keeps it
 * @param oldest the garbage file that has been garbage for longest, condemned or not
 */
public record Census(Map<String, Count> byState, Map<Explanation.Reason, Count> kept, Optional<Garbage> oldest) {
    public Census {
        byState = Map.copyOf(byState);
        kept = Map.copyOf(kept);
    }

    /** @param bytes of those whose size is known */
    public record Count(long files, long bytes) {
        static final Count NONE = new Count(0, 0);

        Count and(long moreBytes) {
            return new Count(files + 1, bytes + moreBytes);
        }

        /** Of this one's files and the other's. */
        public Count plus(Count other) {
            return new Count(files + other.files, bytes + other.bytes);
        }
    }

    /** @param since when it became garbage */
    public record Garbage(String region, String path, Instant since) {}
}
