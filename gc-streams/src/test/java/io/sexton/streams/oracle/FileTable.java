package io.sexton.streams.oracle;

import com.google.protobuf.Timestamp;
import io.sexton.streams.oracle.Coverage.Column;
import io.sexton.streams.oracle.Fact.Told;
import io.sexton.streams.oracle.NaiveFile.Condemnation;
import io.sexton.streams.oracle.NaiveFile.State;
import io.sexton.streams.oracle.NaiveRegion.RunningCompaction;
import io.sexton.v1.FileRef;
import org.jspecify.annotations.Nullable;

/** The table of section 5, a method for each column. */
final class FileTable {

    private final Moment moment;
    private final NaiveRegion region;

    FileTable(Moment moment) {
        this.moment = moment;
        this.region = moment.region();
    }

    /** Column "edit adds": LIVE from every state. */
    void editAdds(String path, long version) {
        NaiveFile file = enter(path, Column.EDIT_ADDS);
        makeLive(file);
        // "`added`: the lowest version that an edit made it LIVE with since it was unknown or GONE"
        Long added = file.added;
        file.added = added == null ? version : Stamp.min(added, version);
        // "`live_since`: the stamp that last made it LIVE; an edit that adds a LIVE path sets it too, and counts as a
        // change of state."
        file.liveSince = moment.stamp(version);
    }

    /** Column "snapshot names it". */
    void snapshotNames(String path, NaiveRegion.RunningSnapshot snapshot) {
        NaiveFile file = enter(path, Column.SNAPSHOT_NAMES);
        long version = snapshot.version;
        if (version == 0 && file.state != State.UNKNOWN && file.changedAt > snapshot.chunk0) {
            // "A snapshot of version 0 names only files whose state has not changed since chunk 0"
            moment.met(Rule.SNAPSHOT_OF_VERSION_0_PASSES_OVER_A_CHANGED_FILE);
            return;
        }
        Long added = file.added;
        if (added != null && Stamp.above(added, version)) {
            // "a snapshot that names the file lowers it to at most the snapshot's version"
            moment.met(Rule.SNAPSHOT_LOWERS_ADDED);
            file.added = version;
        }
        // "A named file becomes LIVE at once, unless its `removed` stamp is above the snapshot's." Not asked of version
        // 0, whose order is the log's: every removal without a version would be above it, so that a file whose adding
        // was lost could not be healed (I1).
        Stamp removed = file.removed;
        if (version != 0 && removed != null && removed.above(moment.stamp(version))) {
            moment.met(Rule.SNAPSHOT_NAMES_WHAT_WAS_REMOVED_LATER);
            return;
        }
        if (file.state == State.LIVE) {
            return;
        }
        makeLive(file);
        file.liveSince = moment.stamp(version);
        // "0 when a snapshot made it LIVE first"
        if (file.added == null) {
            file.added = 0L;
        }
    }

    /** Columns "edit adds" and "snapshot names it": "LIVE", from CONDEMNED "LIVE + revoke + conflict". */
    private void makeLive(NaiveFile file) {
        if (file.state == State.CONDEMNED) {
            revokeWithConflict(file);
        }
        become(file, State.LIVE);
    }

    /** Column "edit removes". */
    void editRemoves(String path, long version) {
        NaiveFile file = enter(path, Column.EDIT_REMOVES);
        switch (file.state) {
            // "An edit that removes a GONE path changes nothing." OBSOLETE: "– (first time stands)".
            case GONE, OBSOLETE, CONDEMNED -> {}
            case UNKNOWN, LIVE, UNREFERENCED, TEMP, ABANDONED, ABORTED -> makeObsolete(file, version);
        }
    }

    /** Column "snapshot lacks it", of a LIVE file that it takes away. */
    void snapshotLacks(NaiveFile file, long version) {
        moment.coverage().met(file.state, Column.SNAPSHOT_LACKS);
        makeObsolete(file, version);
    }

    private void makeObsolete(NaiveFile file, long version) {
        become(file, State.OBSOLETE);
        // "0 […] when it became OBSOLETE without having been LIVE"
        if (file.added == null) {
            file.added = 0L;
        }
        // "`removed`: the version that made it OBSOLETE; of an unversioned edit or snapshot: infinite."
        file.removed = Stamp.ofRemoval(region.epoch, version);
        file.due = moment.at() + moment.policy().obsoleteLinger();
    }

    void fileWritten(FileRef ref) {
        NaiveFile file = enter(ref.getPath(), Column.FILE_WRITTEN);
        switch (file.state) {
            case LIVE, TEMP -> {}
            case OBSOLETE -> toBeConfirmed(file);
            case UNKNOWN, GONE, UNREFERENCED, ABANDONED, ABORTED -> makeUnreferenced(file);
            case CONDEMNED -> {
                revokeWithConflict(file);
                makeUnreferenced(file);
            }
        }
        sighted(file, ref);
    }

    /**
     * Column "Inventory".
     *
     * @param chunk0 offset of the inventory's chunk 0
     */
    void inventory(FileRef ref, long chunk0) {
        NaiveFile file = enter(ref.getPath(), Column.INVENTORY);
        switch (file.state) {
            case GONE -> {
                // "evidence that files exist, except for a path that became GONE at or after chunk 0"
                if (file.changedAt >= chunk0) {
                    moment.met(Rule.INVENTORY_PASSES_OVER_GONE);
                    return;
                }
                makeUnreferenced(file);
            }
            case UNKNOWN -> makeUnreferenced(file);
            case LIVE, OBSOLETE, UNREFERENCED, TEMP, ABANDONED, ABORTED, CONDEMNED -> {}
        }
        sighted(file, ref);
    }

    void compactionTemp(String path, String compaction) {
        NaiveFile file = enter(path, Column.COMPACTION_TEMP);
        switch (file.state) {
            case LIVE, OBSOLETE, CONDEMNED -> moment.reject(path);
            // "– (first compaction stands)"
            case TEMP -> {}
            case UNKNOWN, GONE, UNREFERENCED, ABANDONED, ABORTED -> {
                become(file, State.TEMP);
                file.compaction = compaction;
            }
        }
    }

    /** Column "compaction ends or dies", of a leftover that a failed compaction names. */
    void leftover(String path) {
        NaiveFile file = enter(path, Column.LEFTOVER);
        switch (file.state) {
            case UNKNOWN, GONE, UNREFERENCED -> abandon(file);
            case TEMP -> {
                // What was TEMP of the failed compaction itself is ABANDONED by now.
                // "A leftover that is TEMP of another running compaction is rejected."
                if (file.compaction != null && region.compactions.containsKey(file.compaction)) {
                    moment.met(Rule.LEFTOVER_OF_ANOTHER_COMPACTION);
                    moment.reject(path);
                } else {
                    abandon(file);
                }
            }
            case LIVE, OBSOLETE, ABANDONED, ABORTED, CONDEMNED -> {}
        }
    }

    /** Column "compaction ends or dies", of a file that is TEMP of it. */
    void compactionEnds(NaiveFile file) {
        moment.coverage().met(file.state, Column.COMPACTION_ENDS);
        abandon(file);
    }

    /** The same, of one that died. */
    void compactionDies(NaiveFile file) {
        moment.coverage().met(file.state, Column.COMPACTION_DIES);
        abandon(file);
        // "but nobody has said that a dead one's commit failed, so its files are to be confirmed"
        toBeConfirmed(file);
    }

    private void abandon(NaiveFile file) {
        become(file, State.ABANDONED);
        file.due = moment.at() + moment.policy().tempLinger();
    }

    void writeFailed(String path) {
        NaiveFile file = enter(path, Column.WRITE_FAILED);
        switch (file.state) {
            case LIVE -> moment.reject(path);
            case UNKNOWN, GONE, UNREFERENCED, TEMP -> {
                become(file, State.ABORTED);
                file.due = moment.at() + moment.policy().tempLinger();
            }
            case OBSOLETE, ABANDONED, ABORTED, CONDEMNED -> {}
        }
    }

    /** "the file is ABANDONED, due at once, reason STALE_TEMP_MANIFEST, `since` the clock" */
    void staleTempManifest(String path) {
        NaiveFile file = region.file(path);
        become(file, State.ABANDONED);
        file.staleTempManifest = true;
        file.due = moment.at();
    }

    /** "what is tracked and not CONDEMNED or GONE becomes UNREFERENCED@" when a new life begins. */
    void newLife(NaiveFile file) {
        become(file, State.UNREFERENCED);
        file.due = moment.at() + moment.policy().orphanLinger();
    }

    /** "GONE" by a report or by a complete inventory. "`added` is forgotten at GONE". */
    void gone(NaiveFile file) {
        become(file, State.GONE);
        file.added = null;
    }

    /** "REVOKED: back to the state it was condemned from, due as before." */
    void revoked(NaiveFile file, Condemnation condemnation) {
        boolean toBeConfirmed = file.toBeConfirmed;
        boolean stale = file.staleTempManifest;
        String compaction = file.compaction;
        long since = file.since;
        condemnation.revoked = true;
        become(file, condemnation.from);
        file.toBeConfirmed = toBeConfirmed;
        file.staleTempManifest = stale;
        file.compaction = compaction;
        file.since = since;
        // docs/adr/0007: TEMP of a compaction that has ended gets another one to die with, after the policy's timeout.
        if (file.state == State.TEMP && compaction != null && !region.compactions.containsKey(compaction)) {
            RunningCompaction again = new RunningCompaction(compaction);
            again.timeout = moment.policy().compactionTimeout();
            region.compactions.put(compaction, again);
        }
    }

    /**
     * "CHANGED […]: UNREFERENCED@, its size, time and etag unknown; in a retention-only region LIVE without times."
     */
    void changed(NaiveFile file, Condemnation condemnation) {
        condemnation.revoked = true;
        makeUnreferenced(file);
        file.time = null;
    }

    /** What a condemnation does to the state; everything else stays, for a report that takes it back. */
    void condemn(NaiveFile file, Condemnation condemnation) {
        file.state = State.CONDEMNED;
        file.changedAt = moment.offset();
        file.candidateAt = null;
        file.inventoryEvidence = null;
        file.dryRunSent = false;
        file.condemnation = condemnation;
    }

    /** "a change of state, a put-back or becoming 'to be confirmed' ends that" (being a candidate). */
    void toBeConfirmed(NaiveFile file) {
        file.toBeConfirmed = true;
        file.candidateAt = null;
    }

    /**
     * "where the table says UNREFERENCED for FileWritten and Inventory, the file is LIVE" (retention-only regions); so
     * it is after CHANGED.
     */
    private void makeUnreferenced(NaiveFile file) {
        if (region.retentionOnly) {
            become(file, State.LIVE);
        } else {
            become(file, State.UNREFERENCED);
            file.due = moment.at() + moment.policy().orphanLinger();
        }
    }

    /** "Each sighting that is not CONDEMNED replaces its times." One that takes back a condemnation is none any more. */
    private void sighted(NaiveFile file, FileRef ref) {
        if (file.state == State.CONDEMNED) {
            return;
        }
        // "at (`data_until`, else `modified_at`) + `retention`"
        Long dataUntil = usable(ref.hasDataUntil(), ref.getDataUntil());
        Long modifiedAt = usable(ref.hasModifiedAt(), ref.getModifiedAt());
        if (region.retentionOnly) {
            moment.met(
                    dataUntil != null
                            ? Rule.RETENTION_BY_DATA_UNTIL
                            : modifiedAt != null ? Rule.RETENTION_BY_MODIFIED_AT : Rule.RETENTION_WITHOUT_TIME);
        }
        file.time = dataUntil != null ? dataUntil : modifiedAt;
    }

    /** "a time at or before 1970 or after the fact's counts as unset" */
    private @Nullable Long usable(boolean set, Timestamp timestamp) {
        if (!set) {
            return null;
        }
        long time = Millis.of(timestamp);
        if (time > 0 && time <= moment.at()) {
            return time;
        }
        if (region.retentionOnly) {
            moment.met(time > 0 ? Rule.RETENTION_TIME_AFTER_THE_FACT : Rule.RETENTION_TIME_BEFORE_1970);
        }
        return null;
    }

    /** "'Revoke + conflict' is a `RevokeCommand` for the path and a `ManifestConflict` notice." */
    private void revokeWithConflict(NaiveFile file) {
        Condemnation condemnation = file.condemnation;
        if (condemnation != null) {
            condemnation.revoked = true;
        }
        moment.out().add(new Fact.Revoke(region.id, file.path));
        moment.tell(Told.Kind.MANIFEST_CONFLICT, file.path);
    }

    private NaiveFile enter(String path, Column column) {
        NaiveFile file = region.file(path);
        moment.coverage().met(file.state, column);
        return file;
    }

    private void become(NaiveFile file, State state) {
        if (file.state == State.GONE && state != State.GONE) {
            // "`added` is forgotten at GONE, `removed` when a GONE path is seen again."
            file.removed = null;
        }
        file.state = state;
        file.since = moment.at();
        file.changedAt = moment.offset();
        file.candidateAt = null;
        file.toBeConfirmed = false;
        file.staleTempManifest = false;
        // "Evidence of an inventory does not survive a change of state".
        file.inventoryEvidence = null;
        file.dryRunSent = false;
        file.compaction = null;
        region.files.put(file.path, file);
    }
}
