package io.sexton.streams.query;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The counts of all files of a partition after one record. Immutable. Each tracked file is in use, or garbage that is
 * kept, or condemned.
 *
 * @param byState files by state, and their bytes as far as sizes are known
 * @param inUse files that are no garbage, each once, by their use
 * @param kept garbage that is not condemned, by reason; a file is counted under each of its reasons
 * @param condemned condemned files, each once, by the progress of their deletion
 * @param oldest the garbage file that has been garbage for longest, condemned or not
 */
public record Census(
        Map<String, Count> byState,
        Map<Explanation.KeptBy, Count> inUse,
        Map<Explanation.KeptBy, Count> kept,
        Map<Condemned, Count> condemned,
        Optional<Garbage> oldest) {

    /** The progress of the deletion of a condemned file. */
    public enum Condemned {
        /** Its command was emitted, and no report has arrived yet. */
        WAITS_FOR_REPORT,
        /** The deleter has failed and retries. */
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

    /**
     * A number of files and their size.
     *
     * @param bytes of the files whose size is known
     */
    public record Count(long files, long bytes) {
        static final Count NONE = new Count(0, 0);

        Count and(long moreBytes) {
            return new Count(files + 1, bytes + moreBytes);
        }

        /** Returns the sum of two counts. */
        public Count plus(Count other) {
            return new Count(files + other.files, bytes + other.bytes);
        }
    }

    /**
     * A garbage file.
     *
     * @param since when it became garbage
     */
    public record Garbage(String region, String path, Instant since) {}
}
