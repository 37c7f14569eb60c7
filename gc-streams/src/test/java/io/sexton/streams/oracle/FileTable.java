package io.sexton.streams.oracle;

import com.google.protobuf.Timestamp;
import io.sexton.streams.oracle.Coverage.Column;
import io.sexton.streams.oracle.Fact.CountedOnce;
import io.sexton.streams.oracle.NaiveFile.Condemnation;
import io.sexton.streams.oracle.NaiveFile.State;
import io.sexton.streams.oracle.NaiveRegion.NewLife;
import io.sexton.streams.oracle.NaiveRegion.RunningCompaction;
import io.sexton.v1.FileRef;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The table of section 5, with a method for each column. */
final class FileTable {

    private static final long START_OF_1971 =
            Instant.parse("1971-01-01T00:00:00Z").toEpochMilli();

    private final RecordContext context;
    private final NaiveRegion region;

    FileTable(RecordContext context) {
        this.context = context;
        this.region = context.region();
    }

    /** Column "edit adds": LIVE from every state. */
    void editAdds(String path, long version) {
        NaiveFile file = enter(path, Column.EDIT_ADDS);
        revokeIfPending(file);
        if (file.state == State.LIVE) {
            context.met(Rule.EDIT_ADDS_WHAT_IS_LIVE);
        }
        makeLive(file);
        // "`added`: the lowest version that an edit made it LIVE with since it was unknown or GONE"
        Long added = file.added;
        file.added = added == null ? version : Stamp.min(added, version);
        // "`live_since`: the stamp that last made it LIVE; an edit that adds a LIVE path sets it too, lowers `added` to
        // at
        // most its version, and counts as a change of state."
        file.liveSince = context.stamp(version);
    }

    /** Column "snapshot names it". */
    void snapshotNames(String path, NaiveRegion.RunningSnapshot snapshot) {
        named(enter(path, Column.SNAPSHOT_NAMES), snapshot);
    }

    /**
     * "when the last chunk has come, all named files that have changed state since chunk 0 are tested so once more"
     */
    void snapshotNamesOnceMore(String path, NaiveRegion.RunningSnapshot snapshot) {
        NaiveFile file = region.file(path);
        if (file.state != State.UNKNOWN && file.changedAt > snapshot.chunk0) {
            State before = file.state;
            named(file, snapshot);
            if (file.state != before) {
                context.met(Rule.SNAPSHOT_OVERTAKES_AN_EDIT);
            }
        }
    }

    private void named(NaiveFile file, NaiveRegion.RunningSnapshot snapshot) {
        long version = snapshot.version;
        if (version == 0 && file.state != State.UNKNOWN && file.changedAt > snapshot.chunk0) {
            // "A snapshot of version 0 names only files whose state has not changed since chunk 0"
            context.met(Rule.SNAPSHOT_OF_VERSION_0_PASSES_OVER_A_CHANGED_FILE);
            return;
        }
        Long added = file.added;
        if (added != null && Stamp.above(added, version)) {
            // "a snapshot that names the file lowers it to at most the snapshot's version"
            context.met(Rule.SNAPSHOT_LOWERS_ADDED);
            file.added = version;
        }
        if (wasRemovedLater(file, snapshot)) {
            return;
        }
        if (file.state == State.LIVE) {
            return;
        }
        makeLive(file);
        file.liveSince = context.stamp(version);
        // "0 when a snapshot made it LIVE first"
        if (file.added == null) {
            file.added = 0L;
        }
    }

    /**
     * "A named file becomes LIVE at once, unless its `removed` stamp is above the snapshot's (an infinite one of the
     * same epoch only if the file has changed state since chunk 0)".
     */
    private boolean wasRemovedLater(NaiveFile file, NaiveRegion.RunningSnapshot snapshot) {
        Stamp removed = file.removed;
        if (removed == null || !removed.above(context.stamp(snapshot.version))) {
            return false;
        }
        if (removed.infinite() && removed.epoch() == region.epoch && file.changedAt < snapshot.chunk0) {
            context.met(Rule.SNAPSHOT_NAMES_WHAT_WAS_REMOVED_WITHOUT_VERSION);
            return false;
        }
        context.met(
                removed.infinite()
                        ? Rule.SNAPSHOT_NAMES_WHAT_WAS_REMOVED_WITHOUT_VERSION_LATER
                        : Rule.SNAPSHOT_NAMES_WHAT_WAS_REMOVED_LATER);
        return true;
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
            // "An edit that removes a GONE path changes nothing."
            case GONE, CONDEMNED -> {}
            case OBSOLETE -> removedAgain(file, version);
            case UNKNOWN, LIVE, UNREFERENCED, TEMP, ABANDONED, ABORTED -> makeObsolete(file, version, false);
        }
    }

    /**
     * "An edit with a version that removes what the log already has as OBSOLETE contradicts the log if a gap has opened
     * since it became so (this edit's own included), or if a snapshot made it so".
     */
    private void removedAgain(NaiveFile file, long version) {
        Long gap = region.lastGapAt;
        boolean gapSince = gap != null && gap > file.obsoleteAt;
        if (version == 0 || !(gapSince || file.obsoleteBySnapshot)) {
            // "Otherwise it is a repetition, and changes nothing."
            context.met(Rule.REMOVED_AGAIN_REPETITION);
            return;
        }
        context.met(gapSince ? Rule.REMOVED_AGAIN_AFTER_A_GAP : Rule.REMOVED_AGAIN_AFTER_A_SNAPSHOT);
        // "Then it is OBSOLETE@ afresh, `removed` becomes the edit's stamp, and what was to be confirmed stays so."
        boolean toBeConfirmed = file.toBeConfirmed;
        makeObsolete(file, version, false);
        file.toBeConfirmed = toBeConfirmed;
    }

    /** Column "snapshot lacks it", of a LIVE file that it takes away. */
    void snapshotLacks(NaiveFile file, long version) {
        context.coverage().met(file.state, Column.SNAPSHOT_LACKS);
        makeObsolete(file, version, true);
    }

    private void makeObsolete(NaiveFile file, long version, boolean bySnapshot) {
        become(file, State.OBSOLETE);
        file.obsoleteAt = context.offset();
        file.obsoleteBySnapshot = bySnapshot;
        // "0 […] when it became OBSOLETE without having been LIVE"
        if (file.added == null) {
            file.added = 0L;
        }
        // "`removed`: the version that made it OBSOLETE; of an unversioned edit or snapshot: infinite."
        file.removed = Stamp.ofRemoval(region.epoch, version);
        file.due = context.at() + context.policy().obsoleteLinger();
    }

    void fileWritten(FileRef ref) {
        NaiveFile file = enter(ref.getPath(), Column.FILE_WRITTEN);
        revokeIfPending(file);
        switch (file.state) {
            case LIVE, TEMP -> {}
            case OBSOLETE -> toBeConfirmed(file);
            case UNKNOWN, GONE, UNREFERENCED, ABANDONED, ABORTED -> become(file, unreferenced());
            case CONDEMNED -> {
                revokeWithConflict(file);
                become(file, unreferenced());
            }
        }
        file.writtenAt = context.offset();
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
                    context.met(Rule.INVENTORY_PASSES_OVER_GONE);
                    return;
                }
                becomeListed(file, unreferenced());
            }
            case UNKNOWN -> becomeListed(file, unreferenced());
            case LIVE, OBSOLETE, UNREFERENCED, TEMP, ABANDONED, ABORTED, CONDEMNED -> {}
        }
        sighted(file, ref);
    }

    void compactionTemp(String path, String compaction) {
        NaiveFile file = enter(path, Column.COMPACTION_TEMP);
        revokeIfPending(file);
        switch (file.state) {
            case LIVE, OBSOLETE, CONDEMNED -> context.reject(path);
            case TEMP -> {
                // "of another compaction: rejected; else –"
                if (!compaction.equals(file.compaction)) {
                    context.met(Rule.TEMP_OF_ANOTHER_COMPACTION);
                    context.reject(path);
                }
            }
            case UNKNOWN, GONE, UNREFERENCED, ABANDONED, ABORTED -> {
                become(file, State.TEMP);
                file.compaction = compaction;
            }
        }
    }

    /** Column "compaction ends or dies", of a leftover that a failed compaction names. */
    void leftover(String path) {
        NaiveFile file = enter(path, Column.LEFTOVER);
        revokeIfPending(file);
        switch (file.state) {
            case UNKNOWN, GONE, UNREFERENCED -> abandon(file);
            case TEMP -> {
                // Files that were TEMP of the failed compaction itself are ABANDONED already.
                // "A leftover that is TEMP of another running compaction is rejected."
                if (file.compaction != null && region.compactions.containsKey(file.compaction)) {
                    context.met(Rule.LEFTOVER_OF_ANOTHER_COMPACTION);
                    context.reject(path);
                } else {
                    abandon(file);
                }
            }
            case LIVE, OBSOLETE, ABANDONED, ABORTED, CONDEMNED -> {}
        }
    }

    /** Column "compaction ends or dies", of a file that is TEMP of it. */
    void compactionEnds(NaiveFile file) {
        context.coverage().met(file.state, Column.COMPACTION_ENDS);
        abandon(file);
    }

    /** Column "compaction ends or dies", of a file that is TEMP of a dead one. */
    void compactionDies(NaiveFile file) {
        context.coverage().met(file.state, Column.COMPACTION_DIES);
        abandon(file);
        // "but nobody has said that a dead one's commit failed, so its files are to be confirmed"
        toBeConfirmed(file);
    }

    /** "to be confirmed, if its edit was ignored as a duplicate" */
    void compactionEndsWithoutItsEdit(NaiveFile file) {
        context.met(Rule.COMPACTION_COMPLETED_WITH_A_DUPLICATE);
        compactionEnds(file);
        toBeConfirmed(file);
    }

    private void abandon(NaiveFile file) {
        become(file, State.ABANDONED);
        file.due = context.at() + context.policy().tempLinger();
    }

    void writeFailed(String path) {
        NaiveFile file = enter(path, Column.WRITE_FAILED);
        switch (file.state) {
            case LIVE -> context.reject(path);
            case UNKNOWN, GONE, UNREFERENCED, TEMP -> {
                become(file, State.ABORTED);
                file.due = context.at() + context.policy().tempLinger();
            }
            case OBSOLETE, ABANDONED, ABORTED, CONDEMNED -> {}
        }
    }

    /** "the file is ABANDONED, due at once, reason STALE_TEMP_MANIFEST, `since` the clock" */
    void staleTempManifest(String path) {
        NaiveFile file = region.file(path);
        becomeListed(file, State.ABANDONED);
        file.staleTempManifest = true;
        file.due = context.at();
    }

    /**
     * "what is tracked and not CONDEMNED or GONE becomes UNREFERENCED@, those that were LIVE with `removed` = the old
     * version + 1"
     *
     * @param from the state before the new life, or the one to which a condemned file returns
     */
    void newLife(NaiveFile file, State from, NewLife life) {
        if (from == State.LIVE) {
            // The stamp is of the old life, so it has the old epoch. Else a first snapshot of the new life, at a lower
            // version, could not name the file (I1).
            context.met(Rule.NEW_LIFE_OF_A_LIVE_FILE);
            file.removed = Stamp.of(life.oldEpoch(), life.removed());
        }
        becomeListed(file, State.UNREFERENCED);
    }

    /**
     * "A new life makes what it tracks LIVE, with its times; what is CONDEMNED becomes LIVE without times and is
     * pending" (retention-only regions).
     */
    void newRetentionOnlyLife(NaiveFile file) {
        Condemnation condemnation = file.condemnation;
        if (file.state == State.CONDEMNED && condemnation != null) {
            context.met(Rule.NEW_RETENTION_ONLY_LIFE_OF_A_CONDEMNED_FILE);
            condemnation.revoked = true;
            file.time = null;
        } else {
            context.met(Rule.NEW_RETENTION_ONLY_LIFE);
        }
        becomeListed(file, State.LIVE);
    }

    /** "GONE" by a report or by a complete inventory. "`added` is forgotten at GONE". */
    void gone(NaiveFile file) {
        becomeListed(file, State.GONE);
        file.added = null;
    }

    /**
     * "REVOKED: back to the state it was condemned from, due as before; if a new life of the region has begun since,
     * what the new life makes of such a state."
     */
    void revoked(NaiveFile file, Condemnation condemnation) {
        NewLife life = region.newLife;
        if (life != null && life.offset() > condemnation.beganAt) {
            context.met(Rule.REVOKED_AFTER_A_NEW_LIFE);
            condemnation.revoked = true;
            newLife(file, condemnation.from, life);
            return;
        }
        boolean toBeConfirmed = file.toBeConfirmed;
        boolean stale = file.staleTempManifest;
        String compaction = file.compaction;
        long since = file.since;
        long due = file.due;
        condemnation.revoked = true;
        becomeListed(file, condemnation.from);
        file.toBeConfirmed = toBeConfirmed;
        file.staleTempManifest = stale;
        file.compaction = compaction;
        file.since = since;
        file.due = due;
        // docs/adr/0007: TEMP of a compaction that has ended gets another one to die with, after the policy's timeout.
        if (file.state == State.TEMP && compaction != null && !region.compactions.containsKey(compaction)) {
            RunningCompaction again = new RunningCompaction(compaction);
            again.timeout = context.policy().compactionTimeout();
            region.compactions.put(compaction, again);
        }
    }

    /**
     * "CHANGED […]: UNREFERENCED@, its size, time and etag unknown; in a retention-only region LIVE without times."
     */
    void changed(NaiveFile file, Condemnation condemnation) {
        condemnation.revoked = true;
        becomeListed(file, unreferenced());
        file.time = null;
    }

    /** Condemns the file. Only its state changes: a report may revert the condemnation. */
    void condemn(NaiveFile file, Condemnation condemnation) {
        file.state = State.CONDEMNED;
        file.changedAt = context.offset();
        file.candidateAt = null;
        file.inventoryEvidence = null;
        file.dryRunSent = false;
        file.missed = false;
        file.excused = false;
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
    private State unreferenced() {
        return region.retentionOnly ? State.LIVE : State.UNREFERENCED;
    }

    /**
     * "Each sighting that is not CONDEMNED replaces its times." One that takes back a condemnation is none any more.
     */
    private void sighted(NaiveFile file, FileRef ref) {
        // "count as missing no more until their state changes, or an edit, a FileWritten or an inventory names them"
        if (file.excused) {
            context.met(Rule.EXCUSED_FILE_SEEN);
        }
        file.missed = false;
        file.excused = false;
        if (file.state == State.CONDEMNED) {
            return;
        }
        // "at (`data_until`, else `modified_at`) + `retention`"
        Long dataUntil = usable(ref.hasDataUntil(), ref.getDataUntil());
        Long modifiedAt = usable(ref.hasModifiedAt(), ref.getModifiedAt());
        if (region.retentionOnly) {
            context.met(
                    dataUntil != null
                            ? Rule.RETENTION_BY_DATA_UNTIL
                            : modifiedAt != null ? Rule.RETENTION_BY_MODIFIED_AT : Rule.RETENTION_WITHOUT_TIME);
        }
        file.time = dataUntil != null ? dataUntil : modifiedAt;
    }

    /** "a time before 1971 (a number in the wrong unit) counts as unset, one after the fact's is taken as it is" */
    private @Nullable Long usable(boolean set, Timestamp timestamp) {
        if (!set) {
            return null;
        }
        long time = Millis.of(timestamp);
        boolean before1971 = time < START_OF_1971;
        if (region.retentionOnly && before1971) {
            context.met(Rule.RETENTION_TIME_BEFORE_1971);
        }
        if (region.retentionOnly && time > context.at()) {
            context.met(Rule.RETENTION_TIME_AFTER_THE_FACT);
        }
        return before1971 ? null : time;
    }

    /** "'Revoke + conflict' is a `RevokeCommand` for the path and a `ManifestConflict` notice." */
    private void revokeWithConflict(NaiveFile file) {
        Condemnation condemnation = file.condemnation;
        if (condemnation != null) {
            condemnation.revoked = true;
        }
        context.out().add(new Fact.Revoke(region.id, file.path));
        context.countedOnce(CountedOnce.Kind.MANIFEST_CONFLICT, file.path);
    }

    /**
     * "the path stays *pending*, and an edit, a FileWritten or a compaction that makes it known again sends a
     * `RevokeCommand` for it" (section 7, "Reports")
     */
    private void revokeIfPending(NaiveFile file) {
        if (file.state == State.GONE && file.pending()) {
            context.met(Rule.KNOWN_AGAIN_WHILE_PENDING);
            context.out().add(new Fact.Revoke(region.id, file.path));
        }
    }

    private NaiveFile enter(String path, Column column) {
        NaiveFile file = region.file(path);
        context.coverage().met(file.state, column);
        return file;
    }

    /** Changes the state by an inventory, a tick, a report or a new life. */
    private void becomeListed(NaiveFile file, State state) {
        boolean listed = file.listed || file.is(State.UNKNOWN, State.GONE);
        become(file, state);
        file.listed = listed;
    }

    /** Changes the state by any other event. */
    private void become(NaiveFile file, State state) {
        if (file.state == State.GONE && state != State.GONE) {
            // "`added` is forgotten at GONE, `removed` when a GONE path is seen again."
            file.removed = null;
        }
        file.state = state;
        file.since = context.at();
        file.changedAt = context.offset();
        file.candidateAt = null;
        file.toBeConfirmed = false;
        file.staleTempManifest = false;
        // "Evidence of an inventory does not survive a change of state".
        file.inventoryEvidence = null;
        file.dryRunSent = false;
        file.compaction = null;
        file.listed = false;
        file.missed = false;
        file.excused = false;
        if (state == State.UNREFERENCED) {
            file.due = context.at() + context.policy().orphanLinger();
        }
        region.files.put(file.path, file);
    }
}
