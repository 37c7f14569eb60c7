package io.sexton.streams.oracle;

import io.sexton.v1.Disposition;
import io.sexton.v1.Reason;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The state of one path of one region (section 5). */
final class NaiveFile {

    enum State {
        UNKNOWN,
        GONE,
        LIVE,
        OBSOLETE,
        UNREFERENCED,
        TEMP,
        ABANDONED,
        ABORTED,
        CONDEMNED
    }

    final String path;
    State state = State.UNKNOWN;

    /** The fact's time of the state: the "@" of the table. */
    long since;

    /** The due time of an OBSOLETE, UNREFERENCED, ABANDONED or ABORTED file. */
    long due;

    /** "a stale temporary manifest at once": ABANDONED without a linger. */
    boolean staleTempManifest;

    /** Offset of the last change of state. */
    long changedAt;

    /**
     * Offset of the last FileWritten: it "counts as a change of state where it is asked what is older than chunk 0".
     */
    long writtenAt = -1;

    /**
     * "A *listed* file (nothing but inventories, ticks, reports and a new life has changed its state since it was
     * unknown or GONE)".
     */
    boolean listed;

    /** Offset at which an edit or snapshot last made it OBSOLETE; a report that reverts a condemnation keeps it. */
    long obsoleteAt = -1;

    /** "or if a snapshot made it so" */
    boolean obsoleteBySnapshot;

    /** LIVE, and the last complete inventory did not name it. */
    boolean missed;

    /** "the LIVE files that it missed count as missing no more" */
    boolean excused;

    /** Offset of the tick that made it a candidate. */
    @Nullable
    Long candidateAt;

    /** OBSOLETE, ABANDONED or ABORTED, without evidence yet that no manifest names it. */
    boolean toBeConfirmed;

    /** Chunk 0 of the last complete and sound inventory that named it after it last changed state. */
    @Nullable
    Long inventoryEvidence;

    /** "the command goes out, once until the file's state changes or any PolicySet is applied to the partition" */
    boolean dryRunSent;

    @Nullable
    Long added;

    @Nullable
    Stamp removed;

    @Nullable
    Stamp liveSince;

    /** The compaction of a TEMP file. */
    @Nullable
    String compaction;

    /**
     * The start of its retention: `data_until`, else `modified_at`, of the last sighting; null if neither is usable.
     */
    @Nullable
    Long time;

    /** The present condemnation, or the last one. */
    @Nullable
    Condemnation condemnation;

    NaiveFile(String path) {
        this.path = path;
    }

    boolean is(State... states) {
        return Set.of(states).contains(state);
    }

    /** "Tracked means known and not GONE" */
    boolean tracked() {
        return !is(State.UNKNOWN, State.GONE);
    }

    /**
     * "*pending* (its condemnation was revoked and no report of what became of it, at or after its last command, has
     * come yet […])"
     */
    boolean pending() {
        Condemnation last = condemnation;
        return state != State.CONDEMNED && last != null && last.revoked && !last.reported;
    }

    static final class Condemnation {
        /** Offset of the tick that began it. */
        final long beganAt;

        final State from;
        final Reason reason;
        final long since;

        int attempt = 1;
        long lastCommand;

        /** The disposition of the last command. */
        @Nullable
        Disposition disposition;

        /** Set once the last command was reported. */
        boolean reported;

        /** "FAILED_RETRYABLE (one per emission […])": offsets of the emissions that had one. */
        final Set<Long> failedEmissions = new HashSet<>();

        boolean stuck;

        /** The time of the next emission, if not stuck. */
        long emitAgainAt;

        /** Set if it did not end in GONE, or ended in GONE while a later command is pending. */
        boolean revoked;

        Condemnation(long beganAt, State from, Reason reason, long since) {
            this.beganAt = beganAt;
            this.lastCommand = beganAt;
            this.from = from;
            this.reason = reason;
            this.since = since;
        }
    }
}
