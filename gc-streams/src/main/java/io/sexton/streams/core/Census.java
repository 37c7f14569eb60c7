package io.sexton.streams.core;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * All files of a partition at one moment, counted. Immutable. Each tracked file is in use, or garbage that something
 * keeps, or condemned.
 *
 * @param byState how many files are in each state, and their bytes as far as sizes are known
 * @param inUse files that are no garbage, each once, by what they are needed for
 * @param kept garbage that is not condemned, by what keeps it; a file is counted under each of its reasons
 * @param condemned files that are condemned, each once, by what their deletion waits for
 * @param oldest the garbage file that has been garbage for longest, condemned or not
 */
public record Census(
        Map<String, Count> byState,
        Map<Explanation.Reason, Count> inUse,
        Map<Explanation.Reason, Count> kept,
        Map<Condemned, Count> condemned,
        Optional<Garbage> oldest) {

    /** How far the deletion of a condemned file has come. */
    public enum Condemned {
        /** Its command is out, and no report has come yet. */
        WAITS_FOR_REPORT,
        /** The deleter has failed at it and tries again. */
        RETRYING,
        /** The deleter cannot delete it; an operator's Retry is awaited. */
        STUCK
    }

    public Census {
        byState = Map.copyOf(byState);
        inUse = Map.copyOf(inUse);
        kept = Map.copyOf(kept);
        condemned = Map.copyOf(condemned);
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
