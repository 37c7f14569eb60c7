package io.sexton.streams.core;

import io.sexton.fold.core.Times;
import io.sexton.proto.FilePath;
import io.sexton.streams.core.TransitionTable.Cause;
import io.sexton.streams.core.TransitionTable.Effect;
import io.sexton.streams.core.row.FileRow;
import io.sexton.streams.core.row.Stamp;
import io.sexton.v1.FileRef;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Applies to single files what the table of section 5 says, and keeps their versions. Not thread safe. */
final class FileFacts {
    private static final Instant EARLIEST_TIME = Instant.parse("1971-01-01T00:00:00Z");

    private final State state;
    private final Outbox out;

    FileFacts(State state, Outbox out) {
        this.state = state;
        this.out = out;
    }

    /** An edit of the manifest adds the file. {@code version} 0: the database has none. */
    void editAdds(Region region, FileRef ref, long version, Fact fact) {
        FilePath path = FilePath.of(ref.getPath());
        FileRow old = state.files.get(region, path);
        Consumer<FileRow.Builder> details = row -> {
            row.setLiveSince(region.stamp(version));
            row.setAdded(row.hasAdded() ? lower(row.getAdded(), version) : version);
            row.setRef(merged(row.getRef(), ref));
        };
        if (old != null && FileState.of(old) == FileState.LIVE) {
            // Added again: counts as a change of state, so that no running snapshot or inventory takes it away.
            FileRow.Builder row = old.toBuilder().setChangedOffset(fact.offset());
            row.clearInventoryOffset()
                    .clearInventoryBeforeOffset()
                    .clearDryRunGeneration()
                    .clearExcused();
            noteKnown(row, fact);
            details.accept(row);
            state.files.replace(region, path, old, row, region.isGone() ? region.dropDue() : null);
            return;
        }
        carryOut(
                Cause.EDIT_ADDS,
                TransitionTable.effect(Cause.EDIT_ADDS, FileState.of(old)),
                region,
                path,
                old,
                fact,
                details);
    }

    /** @param gap whether the edit itself shows that edits before it are missing */
    void editRemoves(Region region, FilePath path, long version, boolean gap, Fact fact) {
        FileRow old = state.files.get(region, path);
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
        carryOut(
                Cause.EDIT_REMOVES,
                effect,
                region,
                path,
                old,
                fact,
                row -> obsolete(row, removal(region.stamp(version))));
    }

    /**
     * The log contradicts itself where it removes what it has as OBSOLETE, and something may have been missed in between.
     * WARNING: the path may have been live until now. With the time of its first removal it could go at once (I3).
     */
    private static boolean mayHaveBeenLive(Region region, FileRow obsolete) {
        return obsolete.getRemovedBySnapshot()
                || (region.row().hasLastGapOffset() && region.row().getLastGapOffset() > obsolete.getFactOffset());
    }

    /**
     * A chunk of the snapshot that began at {@code announced} names the file.
     *
     * @return whether the file was known before the snapshot otherwise than from inventories
     */
    boolean snapshotNames(Region region, FileRef ref, long version, long announced, Fact fact) {
        FilePath path = FilePath.of(ref.getPath());
        FileRow old = state.files.get(region, path);
        if (old != null && version == 0 && old.getChangedOffset() >= announced) {
            // Without versions nobody can tell whether it was read before or after that change: it makes nothing LIVE.
            return isKnownBefore(old, announced);
        }
        Stamp stamp = region.stamp(version);
        Effect effect = TransitionTable.effect(Cause.SNAPSHOT_NAMES, FileState.of(old));
        if (old != null && (effect instanceof Effect.Keep || !mayBecomeLive(old, stamp, announced))) {
            state.files.amend(
                    region,
                    path,
                    old,
                    named(old.toBuilder(), version, announced).build());
        } else {
            carryOut(Cause.SNAPSHOT_NAMES, effect, region, path, old, fact, row -> {
                row.setRef(merged(row.getRef(), ref));
                live(row, stamp, announced);
            });
        }
        return old != null && isKnownBefore(old, announced);
    }

    /** Whether a complete snapshot that has named the file makes it LIVE, though its state has changed since chunk 0. */
    static boolean isOvertaken(FileRow file, Stamp snapshot, long announced) {
        return snapshot.getVersion() != 0
                && FileState.of(file) != FileState.LIVE
                && file.hasSnapshotOffset()
                && file.getSnapshotOffset() == announced
                && file.getChangedOffset() > announced
                && mayBecomeLive(file, snapshot, announced);
    }

    /** What changed a named file since chunk 0 was older than the snapshot: it is LIVE. */
    FileRow snapshotOvertakes(Region region, FilePath path, FileRow old, Stamp snapshot, long announced, Fact fact) {
        Effect effect = TransitionTable.effect(Cause.SNAPSHOT_NAMES, FileState.of(old));
        carryOut(Cause.SNAPSHOT_NAMES, effect, region, path, old, fact, row -> live(row, snapshot, announced));
        return Objects.requireNonNull(state.files.peek(region.id(), path), "a LIVE file has a row");
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
                // A row of an older version: what was in a manifest was known from one.
                : file.hasLiveSince() && file.getChangedOffset() < announced;
    }

    /** A complete snapshot lacks the file, which was LIVE before it. */
    FileRow snapshotLacks(
            Region region, FilePath path, FileRow old, Stamp snapshot, Fact fact, EffectivePolicy policy) {
        return become(
                region,
                path,
                old,
                FileState.OBSOLETE,
                fact,
                policy,
                row -> obsolete(row.setRemovedBySnapshot(true), removal(snapshot)));
    }

    void written(Region region, FileRef ref, Fact fact) {
        FilePath path = FilePath.of(ref.getPath());
        FileRow old = state.files.get(region, path);
        Effect effect = sighted(region, Cause.FILE_WRITTEN, FileState.of(old));
        if (old != null && (effect instanceof Effect.Keep || effect instanceof Effect.Doubt)) {
            FileRow seen = sightedAgain(region, path, old, old.toBuilder().setWrittenOffset(fact.offset()), ref, fact);
            carryOut(Cause.FILE_WRITTEN, effect, region, path, seen, fact, row -> {});
            return;
        }
        // The object was written afresh: what was known of the old one says nothing of it.
        carryOut(
                Cause.FILE_WRITTEN,
                effect,
                region,
                path,
                old,
                fact,
                row -> stamped(row.setRef(attributes(ref)), ref, fact));
    }

    /**
     * A chunk of the inventory that began at {@code announced} names the file.
     *
     * @return whether the file is LIVE since before the inventory
     */
    boolean inventoryNames(Region region, FileRef ref, long announced, Fact fact) {
        FilePath path = FilePath.of(ref.getPath());
        FileRow old = state.files.get(region, path);
        FileState from = FileState.of(old);
        if (old != null && from == FileState.GONE && old.getChangedOffset() >= announced) {
            // It was listed before it went: no evidence that it is there.
            return false;
        }
        Effect effect = sighted(region, Cause.INVENTORY_NAMES, from);
        if (old == null || !(effect instanceof Effect.Keep)) {
            carryOut(Cause.INVENTORY_NAMES, effect, region, path, old, fact, row -> {
                stamped(row.setRef(attributes(ref)), ref, fact);
                row.setInventoryOffset(announced).clearKnownOffset().clearLiveSince();
            });
            return false;
        }
        FileRow.Builder listed = listed(region, old, announced);
        if (from == FileState.CONDEMNED) {
            state.files.amend(region, path, old, listed.build());
        } else {
            sightedAgain(region, path, old, listed, ref, fact);
        }
        return from == FileState.LIVE && old.getChangedOffset() < announced;
    }

    void compactionTemp(Region region, FilePath path, String compactionId, Fact fact) {
        FileRow old = state.files.get(region, path);
        if (old != null
                && FileState.of(old) == FileState.TEMP
                && !old.getCompactionId().equals(compactionId)) {
            out.rejected(
                    region.id(), fact.offset(), path, "is a temporary file of compaction " + old.getCompactionId());
            return;
        }
        Effect effect = TransitionTable.effect(Cause.COMPACTION_TEMP, FileState.of(old));
        carryOut(Cause.COMPACTION_TEMP, effect, region, path, old, fact, row -> row.setCompactionId(compactionId));
    }

    void compactionLeftover(Region region, FilePath path, Fact fact) {
        FileRow old = state.files.get(region, path);
        Effect effect = TransitionTable.effect(Cause.COMPACTION_LEFTOVER, FileState.of(old));
        carryOut(Cause.COMPACTION_LEFTOVER, effect, region, path, old, fact, row -> {});
    }

    /** What a compaction leaves when it ends. {@code unsure}: nobody has said that its commit failed. */
    void abandon(Region region, FilePath path, boolean unsure, Fact fact) {
        FileRow old = state.files.get(region, path);
        if (FileState.of(old) == FileState.TEMP) {
            become(region, path, old, FileState.ABANDONED, fact, row -> row.setToBeConfirmed(unsure));
        }
    }

    void writeFailed(Region region, List<String> paths, Fact fact) {
        paths.forEach(path -> writeFailed(region, FilePath.of(path), fact));
    }

    private void writeFailed(Region region, FilePath path, Fact fact) {
        FileRow old = state.files.get(region, path);
        Effect effect = TransitionTable.effect(Cause.WRITE_FAILED, FileState.of(old));
        carryOut(Cause.WRITE_FAILED, effect, region, path, old, fact, row -> {});
    }

    /** The temporary manifest of a reader that died: due at once. */
    void staleTempManifest(Region region, FilePath path, Fact fact) {
        FileRow old = state.files.get(region, path);
        become(region, path, old, FileState.ABANDONED, fact, row -> row.setStaleTempManifest(true));
    }

    /** A commit may have happened unseen: from now on a later snapshot must confirm it. */
    void doubt(Region region, FilePath path, FileRow old) {
        FileRow.Builder row = old.toBuilder().setToBeConfirmed(true).clearCandidateOffset();
        // Back to its old place: the next tick must find it due anew, whatever it was parked under.
        state.files.replace(region, path, old, row, Instant.ofEpochMilli(old.getDueMs()));
    }

    /** A new life of a retention-only region has begun: what it tracks is LIVE, and what was condemned is revoked. */
    FileRow expiresInNewLife(Region region, FilePath path, FileRow old, Fact fact, EffectivePolicy policy) {
        return become(region, path, old, FileState.LIVE, fact, policy, row -> {
            if (FileState.of(old) == FileState.CONDEMNED) {
                stillPending(old, row.clearBaseMs().clearBaseOffset());
            }
        });
    }

    /** A new life of its region has begun, in which nothing has named the file yet. */
    FileRow outlivesItsRegion(
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
                stillPending(old, row);
            }
        });
    }

    /** The object in storage is not the one that was condemned: somebody uses the path again. */
    void changed(Region region, FilePath path, FileRow old, Fact fact) {
        FileState to = region.row().getRetentionOnly() ? FileState.LIVE : FileState.UNREFERENCED;
        become(
                region,
                path,
                old,
                to,
                fact,
                row -> stillPending(old, row.clearRef().clearBaseMs().clearBaseOffset()));
    }

    /** Ended by a report of an earlier command: the last one may still be under way, unless it has been reported on. */
    private static void stillPending(FileRow condemned, FileRow.Builder next) {
        if (!condemned.getCondemnation().getReported()) {
            next.setPendingOffset(condemned.getCondemnation().getEmittedOffset());
        }
    }

    /** Takes a condemnation back: the state, its time and its due time are those from before it. */
    void restore(Region region, FilePath path, FileRow old, Fact fact) {
        var condemnation = old.getCondemnation();
        FileState from = FileState.ofCode(condemnation.getFrom());
        if (region.row().hasNewLife() && region.row().getNewLife().getOffset() > old.getCondemnedOffset()) {
            become(region, path, old, FileState.UNREFERENCED, fact, row -> {
                stillPending(old, row);
                if (from == FileState.LIVE) {
                    row.setRemoved(region.row().getNewLife().getRemoved());
                }
            });
            return;
        }
        if (from == FileState.TEMP && !state.compactions.isRunning(region.id(), condemnation.getFromCompactionId())) {
            // Its compaction has ended meanwhile. Unless one of that name is there to die, TEMP would never end (I6).
            CompactionFacts.runAgain(state, region, condemnation.getFromCompactionId(), fact);
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
        stillPending(old, row);
        Instant due = row.hasLingerDueMs() ? Instant.ofEpochMilli(row.getLingerDueMs()) : null;
        state.files.replace(region, path, old, row, region.isGone() ? region.dropDue() : due);
    }

    private void carryOut(
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
                    // A report of an earlier command may have made it GONE: a later one can delete what is there now
                    // (I1).
                    out.revoke(region.id(), path);
                }
            }
            case Effect.Revive revive -> {
                if (old == null) {
                    throw new IllegalStateException("only a condemned file is revived");
                }
                become(region, path, old, revive.state(), fact, row -> {
                    noteKnown(row, fact);
                    stillPending(old, row);
                    details.accept(row);
                });
                out.revoke(region.id(), path);
                out.conflict(region.id(), path);
            }
            case Effect.Doubt doubt -> {
                if (old != null) {
                    doubt(region, path, old);
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
        return become(region, path, old, to, fact, state.policies.of(region.id()), details);
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
            // Another object: with the old one's etag or times a deleter would take it for one that has been replaced.
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
        return state.files.replace(
                region, path, old, row, region.isGone() && to.isTracked() ? region.dropDue() : lingerDue);
    }

    /** In a retention-only region there is no manifest: what is there is LIVE. */
    private static Effect sighted(Region region, Cause cause, FileState from) {
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
            case Effect.Doubt doubt -> doubt;
            case Effect.Reject reject -> reject;
        };
    }

    /** Seen where it was known to be: replaces its times, which decide in a retention-only region. */
    private FileRow sightedAgain(
            Region region, FilePath path, FileRow old, FileRow.Builder row, FileRef ref, Fact fact) {
        row.clearExcused();
        stamped(row, ref, fact);
        if (region.row().getRetentionOnly() && FileState.of(old) == FileState.LIVE) {
            row.setRef(attributes(ref));
            state.files.replace(region, path, old, row, region.isGone() ? region.dropDue() : null);
        } else {
            state.files.amend(region, path, old, row.build());
        }
        return row.build();
    }

    /** The time that retention counts from; one before 1971 is a number in the wrong unit, and counts as unset. */
    private static void stamped(FileRow.Builder row, FileRef ref, Fact fact) {
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
     * WARNING: a file that was removed above the snapshot's version is not live, whatever the snapshot says; one that was
     * removed at or below it must become live, or I1 breaks. A removal without a version is above every version of its
     * epoch only where it came after chunk 0.
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

    /** Keeps the last sound inventory that named the file, beside the one that names it now. */
    private static FileRow.Builder listed(Region region, FileRow old, long announced) {
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

    /** An edit or a snapshot without a version comes after every version of its epoch. */
    private static Stamp removal(Stamp by) {
        return by.getVersion() == 0 ? Stamps.infinite(by.getEpoch()) : by;
    }

    private static long lower(long a, long b) {
        return Stamps.isBelow(a, b) ? a : b;
    }

    /** The path stands in the key. */
    private static FileRef attributes(FileRef ref) {
        return ref.toBuilder().clearPath().build();
    }

    private static FileRef merged(FileRef known, FileRef said) {
        return known.toBuilder().mergeFrom(said).clearPath().build();
    }
}
