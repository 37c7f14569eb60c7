package io.sexton.streams.query;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The state of one file, with the reasons why it is kept (I7). Immutable.
 *
 * @param state as in section 5 of the design: LIVE, OBSOLETE, ...; UNKNOWN if no event named the file
 * @param since the time of the fact that led to the state; for CONDEMNED, to the state before it; empty for UNKNOWN
 * @param factOffset of the fact that led to the state, in the file's partition; for CONDEMNED, of the tick that
 *     condemned the file, so not of the fact that {@code since} is the time of; empty for UNKNOWN
 * @param details further facts about the state, such as the command of a condemned file
 * @param keptBy all reasons why it is kept, in no order of importance; empty if it is UNKNOWN or GONE
 */
public record Explanation(
        String state, Optional<Instant> since, OptionalLong factOffset, List<String> details, List<Keeper> keptBy) {

    public Explanation {
        details = List.copyOf(details);
        keptBy = List.copyOf(keptBy);
    }

    /** The reason why a file is kept. The reason why one goes is {@link io.sexton.v1.Reason}. */
    public enum KeptBy {
        /** It is in the manifest. */
        LIVE,
        /** A running compaction writes it. */
        RUNNING_COMPACTION,
        /** Its lingering time, or its retention, has not ended. */
        LINGER,
        /** A retention-only region's policy keeps files for ever, or nothing is known of the file's age. */
        NO_RETENTION,
        /** Its region was never opened. */
        REGION_NOT_OPENED,
        /** Its region's history has a gap: a snapshot must close it. */
        GAP,
        /** A RegionOpened with another store or root was rejected. */
        MOVE_REFUSED,
        /** A snapshot of the manifest that begins later must be complete. */
        AWAITS_SNAPSHOT,
        /** A complete inventory that begins later must name it. */
        AWAITS_INVENTORY,
        /** The policy condemns no orphans. */
        NEVER_CONFIRMED,
        /** The path does not match the policy's pattern. */
        FILE_PATTERN,
        /** Its companion exists. */
        COMPANION,
        /** A compaction of the region must complete first. */
        AWAITS_COMPACTION,
        /** A reader has pinned it, by version or by path. */
        READER,
        /** Another region refers to it. */
        REFERENCE,
        /** An operator's hold covers it. */
        HOLD,
        /** The guard has latched the region: an approval is awaited. */
        APPROVAL,
        /** The policy is a dry run: it shows deletions only. */
        DRY_RUN,
        /** It is condemned; the deleter's report has not arrived. */
        AWAITS_REPORT,
        /** The deleter cannot delete it; an operator's Retry is awaited. */
        STUCK,
        /**
         * A snapshot, an inventory or another large change of its region is not applied to all files: ticks resume it.
         */
        UNFINISHED_WORK,
        /** Nothing: the next tick condemns it, or emits its command again. */
        NEXT_TICK
    }

    /**
     * A reason why the file is kept, with its details.
     *
     * @param detail for people, a phrase
     * @param sinceOffset of the fact that began it, if there is one
     * @param until when it ends by itself, if it does
     */
    public record Keeper(KeptBy reason, String detail, OptionalLong sinceOffset, Optional<Instant> until) {
        static Keeper of(KeptBy reason, String detail) {
            return new Keeper(reason, detail, OptionalLong.empty(), Optional.empty());
        }

        Keeper since(long offset) {
            return new Keeper(reason, detail, OptionalLong.of(offset), until);
        }

        Keeper until(Instant end) {
            return new Keeper(reason, detail, sinceOffset, Optional.of(end));
        }
    }
}
