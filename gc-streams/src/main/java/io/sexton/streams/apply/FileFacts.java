package io.sexton.streams.apply;

import io.sexton.fold.core.Times;
import io.sexton.proto.FilePath;
import io.sexton.streams.decide.Lingers;
import io.sexton.streams.decide.TransitionTable;
import io.sexton.streams.decide.TransitionTable.Cause;
import io.sexton.streams.decide.TransitionTable.Effect;
import io.sexton.streams.model.EffectivePolicy;
import io.sexton.streams.model.Fact;
import io.sexton.streams.model.FileState;
import io.sexton.streams.model.Stamps;
import io.sexton.streams.row.FileRow;
import io.sexton.streams.row.Stamp;
import io.sexton.streams.state.Region;
import io.sexton.streams.state.State;
import io.sexton.v1.FileRef;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The applier of facts about single files, by the table of section 5; keeps their versions. Not thread safe. */
final class FileFacts {
    private static final Instant EARLIEST_TIME = Instant.parse("1971-01-01T00:00:00Z");

    private final State state;
    private final Outbox out;

    FileFacts(State state, Outbox out) {
        this.state = state;
        this.out = out;
    }

    /** Applies an edit that adds the file. {@code version} 0: the database has no versions. */
    void applyAddition(Region region, FileRef ref, long version, Fact fact) {
        FilePath path = FilePath.of(ref.getPath());
        FileRow old = state.files().get(region, path);
        Consumer<FileRow.Builder> details = row -> {
            row.setLiveSince(region.stamp(version));
            row.setAdded(row.hasAdded() ? lower(row.getAdded(), version) : version);
            row.setRef(merged(row.getRef(), ref));
        };
        if (old != null && FileState.of(old) == FileState.LIVE) {
            // An addition counts as a change of state even for a LIVE file: no running snapshot or inventory may remove
            // it.
            FileRow.Builder row = old.toBuilder().setChangedOffset(fact.offset());
            row.clearInventoryOffset()
                    .clearInventoryBeforeOffset()
                    .clearDryRunGeneration()
                    .clearExcused();
            noteKnown(row, fact);
            details.accept(row);
            state.files().replace(region, path, old, row, region.isGone() ? region.dropDue() : null);
            return;
        }
        applyEffect(
                Cause.EDIT_ADDS,
                TransitionTable.effect(Cause.EDIT_ADDS, FileState.of(old)),
                region,
                path,
                old,
                fact,
                details);
    }

    /**
     * Applies an edit that removes the file.
     *
     * @param gap whether the edit itself shows that edits before it are missing
     */
    void applyRemoval(Region region, FilePath path, long version, boolean gap, Fact fact) {
        FileRow old = state.files().get(region, path);
        if (old != null && FileState.of(old) == FileState.OBSOLETE) {
            if (version != 0 && (gap || mayHaveBeenLive(region, old))) {
                boolean toBeConfirmed = old.getToBeConfirmed();
                become(
                        region,
                        path,
                        old,
                        FileState.OBSOLETE,
                        fact,
                        row -> obsolete(row.setToBeConfirmed(toBeConfirmed), region.stamp(version)));
            }
            return;
        }
        Effect effect = TransitionTable.effect(Cause.EDIT_REMOVES, FileState.of(old));
        applyEffect(
                Cause.EDIT_REMOVES,
                effect,
                region,
                path,
                old,
                fact,
                row -> obsolete(row, removalStamp(region.stamp(version))));
    }

    /**
     * Returns whether an OBSOLETE file that is removed again may have been LIVE in between, because an event was
     * missed. WARNING: such a path may have been live until now. With the time of its first removal it could go at once
     * (I3).
     */
    private static boolean mayHaveBeenLive(Region region, FileRow obsolete) {
        return obsolete.getRemovedBySnapshot()
                || (region.row().hasLastGapOffset() && region.row().getLastGapOffset() > obsolete.getFactOffset());
    }

    /**
     * Applies a chunk that names the file, of the snapshot that began at {@code announced}.
     *
     * @return whether a source other than inventories named the file before the snapshot
     */
    boolean applySnapshotEntry(Region region, FileRef ref, long version, long announced, Fact fact) {
        FilePath path = FilePath.of(ref.getPath());
        FileRow old = state.files().get(region, path);
        if (old != null && version == 0 && old.getChangedOffset() >= announced) {
            // Without versions the order of the snapshot and that change is unknown: the snapshot makes nothing LIVE.
            return isKnownBefore(old, announced);
        }
        Stamp stamp = region.stamp(version);
        Effect effect = TransitionTable.effect(Cause.SNAPSHOT_NAMES, FileState.of(old));
        if (old != null && (effect instanceof Effect.Keep || !mayBecomeLive(old, stamp, announced))) {
            state.files().amend(
                    region,
                    path,
                    old,
                    named(old.toBuilder(), version, announced).build());
        } else {
            applyEffect(Cause.SNAPSHOT_NAMES, effect, region, path, old, fact, row -> {
                row.setRef(merged(row.getRef(), ref));
                live(row, stamp, announced);
            });
        }
        return old != null && isKnownBefore(old, announced);
    }

    /**
     * Returns whether a complete snapshot that named the file makes it LIVE, although its state changed since chunk 0.
     */
    static boolean isOvertaken(FileRow file, Stamp snapshot, long announced) {
        return snapshot.getVersion() != 0
                && FileState.of(file) != FileState.LIVE
                && file.hasSnapshotOffset()
                && file.getSnapshotOffset() == announced
                && file.getChangedOffset() > announced
                && mayBecomeLive(file, snapshot, announced);
    }

    /** Makes a named file LIVE again: the change since chunk 0 was older than the snapshot. */
    FileRow makeLiveBySnapshot(Region region, FilePath path, FileRow old, Stamp snapshot, long announced, Fact fact) {
        Effect effect = TransitionTable.effect(Cause.SNAPSHOT_NAMES, FileState.of(old));
        applyEffect(Cause.SNAPSHOT_NAMES, effect, region, path, old, fact, row -> live(row, snapshot, announced));
        return Objects.requireNonNull(state.files().peek(region.id(), path), "a LIVE file has a row");
    }

    private static void live(FileRow.Builder row, Stamp stamp, long announced) {
        row.setLiveSince(stamp);
        if (!row.hasAdded()) {
            row.setAdded(0);
        }
        named(row, stamp.getVersion(), announced);
    }

    private static boolean isKnownBefore(FileRow file, long announced) {
        return file.hasKnownOffset()
                ? file.getKnownOffset() < announced
                // A row of an older version of the service: a file with a liveSince was named by a manifest.
                : file.hasLiveSince() && file.getChangedOffset() < announced;
    }

    /** Makes a LIVE file OBSOLETE that a complete snapshot lacks. */
    FileRow makeObsoleteBySnapshot(
            Region region, FilePath path, FileRow old, Stamp snapshot, Fact fact, EffectivePolicy policy) {
        return become(
                region,
                path,
                old,
                FileState.OBSOLETE,
                fact,
                policy,
                row -> obsolete(row.setRemovedBySnapshot(true), removalStamp(snapshot)));
    }

    void written(Region region, FileRef ref, Fact fact) {
        FilePath path = FilePath.of(ref.getPath());
        FileRow old = state.files().get(region, path);
        Effect effect = sightingEffect(region, Cause.FILE_WRITTEN, FileState.of(old));
        if (old != null && (effect instanceof Effect.Keep || effect instanceof Effect.RequireConfirmation)) {
            FileRow seen =
                    updateSighting(region, path, old, old.toBuilder().setWrittenOffset(fact.offset()), ref, fact);
            applyEffect(Cause.FILE_WRITTEN, effect, region, path, seen, fact, row -> {});
            return;
        }
        // The object was written anew: the attributes of the old one do not apply to it.
        applyEffect(
                Cause.FILE_WRITTEN,
                effect,
                region,
                path,
                old,
                fact,
                row -> setRetentionBase(row.setRef(withoutPath(ref)), ref, fact));
    }

    /**
     * Applies a chunk that names the file, of the inventory that began at {@code announced}.
     *
     * @return whether the file is LIVE and became so before the inventory
     */
    boolean applyInventoryEntry(Region region, FileRef ref, long announced, Fact fact) {
        FilePath path = FilePath.of(ref.getPath());
        FileRow old = state.files().get(region, path);
        FileState from = FileState.of(old);
        if (old != null && from == FileState.GONE && old.getChangedOffset() >= announced) {
            // It was listed before it was deleted: no evidence that it exists.
            return false;
        }
        Effect effect = sightingEffect(region, Cause.INVENTORY_NAMES, from);
        if (old == null || !(effect instanceof Effect.Keep)) {
            applyEffect(Cause.INVENTORY_NAMES, effect, region, path, old, fact, row -> {
                setRetentionBase(row.setRef(withoutPath(ref)), ref, fact);
                row.setInventoryOffset(announced).clearKnownOffset().clearLiveSince();
            });
            return false;
        }
        FileRow.Builder listed = withInventory(region, old, announced);
        if (from == FileState.CONDEMNED) {
            state.files().amend(region, path, old, listed.build());
        } else {
            updateSighting(region, path, old, listed, ref, fact);
        }
        return from == FileState.LIVE && old.getChangedOffset() < announced;
    }

    void compactionTemp(Region region, FilePath path, String compactionId, Fact fact) {
        FileRow old = state.files().get(region, path);
        if (old != null
                && FileState.of(old) == FileState.TEMP
                && !old.getCompactionId().equals(compactionId)) {
            out.rejected(
                    region.id(), fact.offset(), path, "is a temporary file of compaction " + old.getCompactionId());
            return;
        }
        Effect effect = TransitionTable.effect(Cause.COMPACTION_TEMP, FileState.of(old));
        applyEffect(Cause.COMPACTION_TEMP, effect, region, path, old, fact, row -> row.setCompactionId(compactionId));
    }

    void compactionLeftover(Region region, FilePath path, Fact fact) {
        FileRow old = state.files().get(region, path);
        Effect effect = TransitionTable.effect(Cause.COMPACTION_LEFTOVER, FileState.of(old));
        applyEffect(Cause.COMPACTION_LEFTOVER, effect, region, path, old, fact, row -> {});
    }

    /**
     * Makes a temporary file of an ended compaction ABANDONED. {@code commitUnknown}: no event states that it failed.
     */
    void abandon(Region region, FilePath path, boolean commitUnknown, Fact fact) {
        FileRow old = state.files().get(region, path);
        if (FileState.of(old) == FileState.TEMP) {
            become(region, path, old, FileState.ABANDONED, fact, row -> row.setToBeConfirmed(commitUnknown));
        }
    }

    void writeFailed(Region region, List<String> paths, Fact fact) {
        paths.forEach(path -> writeFailed(region, FilePath.of(path), fact));
    }

    private void writeFailed(Region region, FilePath path, Fact fact) {
        FileRow old = state.files().get(region, path);
        Effect effect = TransitionTable.effect(Cause.WRITE_FAILED, FileState.of(old));
        applyEffect(Cause.WRITE_FAILED, effect, region, path, old, fact, row -> {});
    }

    /** Makes the temporary manifest of an expired reader ABANDONED and due at once. */
    void staleTempManifest(Region region, FilePath path, Fact fact) {
        FileRow old = state.files().get(region, path);
        become(region, path, old, FileState.ABANDONED, fact, row -> row.setStaleTempManifest(true));
    }

    /** Requires a later snapshot to confirm the file as garbage: a commit of it may have been missed. */
    void requireConfirmation(Region region, FilePath path, FileRow old) {
        FileRow.Builder row = old.toBuilder().setToBeConfirmed(true).clearCandidateOffset();
        // The due time is the old one: the next tick must find the file due again, whatever blocker it was parked
        // under.
        state.files().replace(region, path, old, row, Instant.ofEpochMilli(old.getDueMs()));
    }

    /** Makes a file LIVE in the new life of a retention-only region; a condemned file is revoked. */
    FileRow becomeLiveInNewLife(Region region, FilePath path, FileRow old, Fact fact, EffectivePolicy policy) {
        return become(region, path, old, FileState.LIVE, fact, policy, row -> {
            if (FileState.of(old) == FileState.CONDEMNED) {
                keepPending(old, row.clearBaseMs().clearBaseOffset());
            }
        });
    }

    /** Makes a file UNREFERENCED in the new life of its region, in which nothing has named it yet. */
    FileRow becomeUnreferencedInNewLife(
            Region region, FilePath path, FileRow old, Stamp removed, Fact fact, EffectivePolicy policy) {
        return become(region, path, old, FileState.UNREFERENCED, fact, policy, row -> {
            if (FileState.of(old) == FileState.LIVE) {
                row.setRemoved(removed);
            }
        });
    }

    FileRow becomeGone(Region region, FilePath path, FileRow old, Fact fact) {
        return become(region, path, old, FileState.GONE, fact, row -> {
            row.clearAdded();
            if (FileState.of(old) == FileState.CONDEMNED
                    && !old.getCondemnation().getReported()) {
                keepPending(old, row);
            }
        });
    }

    /** Applies a report that the object in storage is not the condemned one: its path is in use again. */
    void applyChangedObject(Region region, FilePath path, FileRow old, Fact fact) {
        FileState to = region.row().getRetentionOnly() ? FileState.LIVE : FileState.UNREFERENCED;
        become(
                region,
                path,
                old,
                to,
                fact,
                row -> keepPending(old, row.clearRef().clearBaseMs().clearBaseOffset()));
    }

    /**
     * Keeps the last command pending, unless it was reported: the condemnation may end by the report of an earlier one.
     */
    private static void keepPending(FileRow condemned, FileRow.Builder next) {
        if (!condemned.getCondemnation().getReported()) {
            next.setPendingOffset(condemned.getCondemnation().getEmittedOffset());
        }
    }

    /** Reverts a condemnation: state, time and due time are those from before it. */
    void restore(Region region, FilePath path, FileRow old, Fact fact) {
        var condemnation = old.getCondemnation();
        FileState from = FileState.ofCode(condemnation.getFrom());
        if (region.row().hasNewLife() && region.row().getNewLife().getOffset() > old.getCondemnedOffset()) {
            become(region, path, old, FileState.UNREFERENCED, fact, row -> {
                keepPending(old, row);
                if (from == FileState.LIVE) {
                    row.setRemoved(region.row().getNewLife().getRemoved());
                }
            });
            return;
        }
        if (from == FileState.TEMP && !state.compactions().isRunning(region.id(), condemnation.getFromCompactionId())) {
            // Its compaction has ended meanwhile. Without one of that id that can expire, TEMP would never end (I6).
            CompactionFacts.restart(state, region, condemnation.getFromCompactionId(), fact);
        }
        FileRow.Builder row = old.toBuilder()
                .clearCondemnation()
                .setState(from.code())
                .setChangedOffset(fact.offset())
                .setFactOffset(condemnation.getFromFactOffset())
                .setSinceMs(condemnation.getFromSinceMs())
                .setToBeConfirmed(condemnation.getFromToBeConfirmed())
                .setStaleTempManifest(condemnation.getFromStaleTempManifest())
                .setCompactionId(condemnation.getFromCompactionId())
                .setRemovedBySnapshot(condemnation.getFromRemovedBySnapshot());
        keepPending(old, row);
        Instant due = row.hasLingerDueMs() ? Instant.ofEpochMilli(row.getLingerDueMs()) : null;
        state.files().replace(region, path, old, row, region.isGone() ? region.dropDue() : due);
    }

    private void applyEffect(
            Cause cause,
            Effect effect,
            Region region,
            FilePath path,
            @Nullable FileRow old,
            Fact fact,
            Consumer<FileRow.Builder> details) {
        switch (effect) {
            case Effect.Keep keep -> {}
            case Effect.Become become -> {
                boolean revoke =
                        old != null && FileState.of(old) == FileState.GONE && old.hasPendingOffset() && cause.revokes();
                become(region, path, old, become.state(), fact, row -> {
                    noteKnown(row, fact);
                    details.accept(row);
                });
                if (revoke) {
                    // The report of an earlier command may have made it GONE: a later command could delete the new
                    // object (I1).
                    out.revoke(region.id(), path);
                }
            }
            case Effect.Revive revive -> {
                if (old == null) {
                    throw new IllegalStateException("only a condemned file is revived");
                }
                become(region, path, old, revive.state(), fact, row -> {
                    noteKnown(row, fact);
                    keepPending(old, row);
                    details.accept(row);
                });
                out.revoke(region.id(), path);
                out.conflict(region.id(), path);
            }
            case Effect.RequireConfirmation requireConfirmation -> {
                if (old != null) {
                    requireConfirmation(region, path, old);
                }
            }
            case Effect.Reject reject -> out.rejected(region.id(), fact.offset(), path, reject.why());
        }
    }

    private static void noteKnown(FileRow.Builder row, Fact fact) {
        if (!row.hasKnownOffset()) {
            row.setKnownOffset(fact.offset());
        }
    }

    private FileRow become(
            Region region,
            FilePath path,
            @Nullable FileRow old,
            FileState to,
            Fact fact,
            Consumer<FileRow.Builder> details) {
        return become(region, path, old, to, fact, state.policies().of(region.id()), details);
    }

    /** @param policy in force at the fact */
    private FileRow become(
            Region region,
            FilePath path,
            @Nullable FileRow old,
            FileState to,
            Fact fact,
            EffectivePolicy policy,
            Consumer<FileRow.Builder> details) {
        FileRow.Builder row = old == null ? FileRow.newBuilder() : old.toBuilder();
        if (FileState.of(old) == FileState.GONE) {
            // A new object: with the etag or times of the old one a deleter would report it as replaced.
            row.clearRemoved().clearRef();
        }
        row.clearCandidateOffset()
                .clearToBeConfirmed()
                .clearStaleTempManifest()
                .clearRemovedBySnapshot()
                .clearExcused()
                .clearWrittenOffset()
                .clearInventoryOffset()
                .clearInventoryBeforeOffset()
                .clearDryRunGeneration()
                .clearCompactionId()
                .clearCondemnation()
                .clearLingerDueMs()
                .setState(to.code())
                .setChangedOffset(fact.offset())
                .setFactOffset(fact.offset())
                .setSinceMs(fact.time().toEpochMilli());
        details.accept(row);
        Instant lingerDue = Lingers.due(to, row, policy);
        if (lingerDue != null) {
            row.setLingerDueMs(lingerDue.toEpochMilli());
        }
        return state.files().replace(
                region, path, old, row, region.isGone() && to.isTracked() ? region.dropDue() : lingerDue);
    }

    /** Returns the effect of a sighting. A retention-only region has no manifest: each existing file is LIVE. */
    private static Effect sightingEffect(Region region, Cause cause, FileState from) {
        Effect effect = TransitionTable.effect(cause, from);
        if (!region.row().getRetentionOnly()) {
            return effect;
        }
        return switch (effect) {
            case Effect.Become become
            when become.state() == FileState.UNREFERENCED -> new Effect.Become(FileState.LIVE);
            case Effect.Revive revive
            when revive.state() == FileState.UNREFERENCED -> new Effect.Revive(FileState.LIVE);
            case Effect.Become become -> become;
            case Effect.Revive revive -> revive;
            case Effect.Keep keep -> keep;
            case Effect.RequireConfirmation requireConfirmation -> requireConfirmation;
            case Effect.Reject reject -> reject;
        };
    }

    /** Updates the times of a file that was known to exist; they decide in a retention-only region. */
    private FileRow updateSighting(
            Region region, FilePath path, FileRow old, FileRow.Builder row, FileRef ref, Fact fact) {
        row.clearExcused();
        setRetentionBase(row, ref, fact);
        if (region.row().getRetentionOnly() && FileState.of(old) == FileState.LIVE) {
            row.setRef(withoutPath(ref));
            state.files().replace(region, path, old, row, region.isGone() ? region.dropDue() : null);
        } else {
            state.files().amend(region, path, old, row.build());
        }
        return row.build();
    }

    /** Sets the start of the retention. A time before 1971 is a number in a wrong unit, and counts as unset. */
    private static void setRetentionBase(FileRow.Builder row, FileRef ref, Fact fact) {
        Instant until = Times.of(ref.getDataUntil());
        Instant modified = Times.of(ref.getModifiedAt());
        if (ref.hasDataUntil() && isUsable(until)) {
            row.setBaseMs(until.toEpochMilli());
        } else if (ref.hasModifiedAt() && isUsable(modified)) {
            row.setBaseMs(modified.toEpochMilli());
        } else {
            row.clearBaseMs();
        }
        if (row.hasBaseMs() && row.getFactOffset() != fact.offset()) {
            row.setBaseOffset(fact.offset());
        } else {
            row.clearBaseOffset();
        }
    }

    private static boolean isUsable(Instant time) {
        return !time.isBefore(EARLIEST_TIME);
    }

    /**
     * Returns whether a snapshot that names the file may make it LIVE. WARNING: a file removed above the snapshot's
     * version stays removed; one removed at or below it must become LIVE, or I1 breaks. A removal without a version is
     * above every version of its epoch only if it came after chunk 0.
     */
    private static boolean mayBecomeLive(FileRow old, Stamp snapshot, long announced) {
        if (!old.hasRemoved() || !Stamps.isAbove(old.getRemoved(), snapshot)) {
            return true;
        }
        return old.getRemoved().getInfinite()
                && old.getRemoved().getEpoch() == snapshot.getEpoch()
                && old.getChangedOffset() <= announced;
    }

    private static FileRow.Builder named(FileRow.Builder row, long version, long announced) {
        if (row.hasAdded()) {
            row.setAdded(lower(row.getAdded(), version));
        }
        return row.setSnapshotOffset(announced);
    }

    /** Sets the inventory that names the file now, and keeps the last sound one that did. */
    private static FileRow.Builder withInventory(Region region, FileRow old, long announced) {
        FileRow.Builder row = old.toBuilder();
        if (row.hasInventoryOffset()
                && region.row().getSoundInventoryOffsetsList().contains(row.getInventoryOffset())) {
            row.setInventoryBeforeOffset(row.getInventoryOffset());
        }
        return row.setInventoryOffset(announced);
    }

    private static void obsolete(FileRow.Builder row, Stamp removed) {
        row.setRemoved(removed);
        if (!row.hasAdded()) {
            row.setAdded(0);
        }
    }

    /** Returns the stamp of a removal. Without a version it is above every version of its epoch. */
    private static Stamp removalStamp(Stamp by) {
        return by.getVersion() == 0 ? Stamps.infinite(by.getEpoch()) : by;
    }

    private static long lower(long a, long b) {
        return Stamps.isBelow(a, b) ? a : b;
    }

    /** Returns the reference without its path, which is stored in the key. */
    private static FileRef withoutPath(FileRef ref) {
        return ref.toBuilder().clearPath().build();
    }

    private static FileRef merged(FileRef known, FileRef reported) {
        return known.toBuilder().mergeFrom(reported).clearPath().build();
    }
}
