package io.sexton.streams.apply;

import io.sexton.fold.core.Times;
import io.sexton.proto.FilePath;
import io.sexton.streams.decide.SnapshotEvidence;
import io.sexton.streams.decide.TransitionTable;
import io.sexton.streams.decide.TransitionTable.Cause;
import io.sexton.streams.decide.TransitionTable.Effect;
import io.sexton.streams.model.Fact;
import io.sexton.streams.model.FileState;
import io.sexton.streams.model.KnownFile;
import io.sexton.streams.model.KnownFile.Base;
import io.sexton.streams.model.KnownFile.Change;
import io.sexton.streams.model.KnownFile.Examination;
import io.sexton.streams.model.Stamp;
import io.sexton.streams.model.StateKind;
import io.sexton.streams.state.Region;
import io.sexton.streams.state.State;
import io.sexton.v1.FileRef;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The applier of facts about single files, by the table of section 5; keeps their versions. Not thread safe. */
final class FileFacts {
    private static final Instant EARLIEST_TIME = Instant.parse("1971-01-01T00:00:00Z");

    private final State state;
    private final Outbox out;
    private final Sweeps sweeps;
    private final FileChanges changes;

    FileFacts(State state, Outbox out, Sweeps sweeps, FileChanges changes) {
        this.state = state;
        this.out = out;
        this.sweeps = sweeps;
        this.changes = changes;
    }

    /** Applies an edit that adds the file. {@code version} 0: the database has no versions. */
    void applyAddition(Region region, FileRef ref, long version, Fact fact) {
        FilePath path = FilePath.of(ref.getPath());
        KnownFile old = sweeps.read(region, path);
        UnaryOperator<KnownFile> details =
                file -> file.with(file.versions().added(region.stamp(version))).withRef(merged(file.ref(), ref));
        if (old != null && old.is(StateKind.LIVE)) {
            // An addition counts as a change of state even for a LIVE file: no running snapshot or inventory may remove
            // it.
            KnownFile added = old.with(new FileState.Live(false))
                    .with(new Change(
                            fact.offset(),
                            old.change().factOffset(),
                            old.change().since()))
                    .with(old.sightings().withoutInventories().withKnown(fact))
                    .with(new Examination(old.examination().candidateOffset(), null));
            state.files().update(region, path, old, details.apply(added), region.isGone() ? region.dropDue() : null);
            return;
        }
        apply(Cause.EDIT_ADDS, region, path, old, fact, details);
    }

    /**
     * Applies an edit that removes the file.
     *
     * @param gap whether the edit itself shows that edits before it are missing
     */
    void applyRemoval(Region region, FilePath path, long version, boolean gap, Fact fact) {
        KnownFile old = sweeps.read(region, path);
        Stamp stamp = region.stamp(version);
        if (old != null && old.state() instanceof FileState.Obsolete obsolete) {
            if (version != 0 && (gap || mayHaveBeenLive(region, old, obsolete))) {
                FileState again = new FileState.Obsolete(null, obsolete.toBeConfirmed(), false);
                changes.become(
                        region,
                        path,
                        old,
                        again,
                        fact,
                        file -> file.with(file.versions().removed(stamp)));
            }
            return;
        }
        apply(
                Cause.EDIT_REMOVES,
                region,
                path,
                old,
                fact,
                file -> file.with(file.versions().removed(stamp.ofRemoval())));
    }

    /**
     * Returns whether an OBSOLETE file that is removed again may have been LIVE in between, because an event was
     * missed. WARNING: such a path may have been live until now. With the time of its first removal it could go at once
     * (I3).
     */
    private static boolean mayHaveBeenLive(Region region, KnownFile file, FileState.Obsolete obsolete) {
        return obsolete.bySnapshot()
                || (region.row().hasLastGapOffset()
                        && region.row().getLastGapOffset() > file.change().factOffset());
    }

    /**
     * Applies a chunk that names the file, of the snapshot that began at {@code announced}.
     *
     * @return whether a source other than inventories named the file before the snapshot
     */
    boolean applySnapshotEntry(Region region, FileRef ref, long version, long announced, Fact fact) {
        FilePath path = FilePath.of(ref.getPath());
        KnownFile old = sweeps.read(region, path);
        boolean knownBefore = SnapshotEvidence.isKnownBefore(old, announced);
        if (old != null && version == 0 && old.change().offset() >= announced) {
            // Without versions the order of the snapshot and that change is unknown: the snapshot makes nothing LIVE.
            return knownBefore;
        }
        Stamp stamp = region.stamp(version);
        Effect effect = TransitionTable.effect(Cause.SNAPSHOT_NAMES, KnownFile.kindOf(old));
        if (old != null && (effect instanceof Effect.Keep || !SnapshotEvidence.mayBecomeLive(old, stamp, announced))) {
            KnownFile named =
                    old.with(old.versions().named(version)).with(old.sightings().withSnapshot(announced));
            state.files().amend(region, path, old, named);
        } else {
            changes.apply(
                    effect,
                    Cause.SNAPSHOT_NAMES,
                    region,
                    path,
                    old,
                    fact,
                    file -> file.withRef(merged(file.ref(), ref))
                            .with(file.versions().live(stamp))
                            .with(file.sightings().withSnapshot(announced)));
        }
        return knownBefore;
    }

    void written(Region region, FileRef ref, Fact fact) {
        FilePath path = FilePath.of(ref.getPath());
        KnownFile old = sweeps.read(region, path);
        Effect effect = sightingEffect(region, Cause.FILE_WRITTEN, old);
        if (old != null && (effect instanceof Effect.Keep || effect instanceof Effect.RequireConfirmation)) {
            KnownFile written = old.with(old.sightings().withWritten(fact));
            KnownFile seen = updateSighting(region, path, old, written, ref, fact);
            changes.apply(effect, Cause.FILE_WRITTEN, region, path, seen, fact, file -> file);
            return;
        }
        // The object was written anew: the attributes of the old one do not apply to it.
        changes.apply(
                effect,
                Cause.FILE_WRITTEN,
                region,
                path,
                old,
                fact,
                file -> withBase(file.withRef(withoutPath(ref)), ref, fact));
    }

    /**
     * Applies a chunk that names the file, of the inventory that began at {@code announced}.
     *
     * @return whether the file is LIVE and became so before the inventory
     */
    boolean applyInventoryEntry(Region region, FileRef ref, long announced, Fact fact) {
        FilePath path = FilePath.of(ref.getPath());
        KnownFile old = sweeps.read(region, path);
        if (old != null && old.is(StateKind.GONE) && old.change().offset() >= announced) {
            // It was listed before it was deleted: no evidence that it exists.
            return false;
        }
        Effect effect = sightingEffect(region, Cause.INVENTORY_NAMES, old);
        if (old == null || !(effect instanceof Effect.Keep)) {
            changes.apply(
                    effect,
                    Cause.INVENTORY_NAMES,
                    region,
                    path,
                    old,
                    fact,
                    file -> withBase(file.withRef(withoutPath(ref)), ref, fact)
                            .with(file.versions().withoutLiveSince())
                            .with(file.sightings().onlyListed(announced)));
            return false;
        }
        KnownFile listed = withInventory(region, old, announced);
        if (old.is(StateKind.CONDEMNED)) {
            state.files().amend(region, path, old, listed);
        } else {
            updateSighting(region, path, old, listed, ref, fact);
        }
        return old.is(StateKind.LIVE) && old.change().offset() < announced;
    }

    void compactionTemp(Region region, FilePath path, String compactionId, Fact fact) {
        KnownFile old = sweeps.read(region, path);
        if (old != null
                && old.state() instanceof FileState.Temporary temporary
                && !temporary.compactionId().equals(compactionId)) {
            out.rejected(
                    region.id(), fact.offset(), path, "is a temporary file of compaction " + temporary.compactionId());
            return;
        }
        FileState temporary = new FileState.Temporary(compactionId);
        apply(Cause.COMPACTION_TEMP, region, path, old, fact, file -> file.with(temporary));
    }

    /** Applies the failure of a compaction to a file that it left, unless another compaction writes it. */
    void compactionLeftover(Region region, FilePath path, Fact fact) {
        KnownFile old = sweeps.read(region, path);
        if (old != null && old.state() instanceof FileState.Temporary temporary) {
            out.rejected(
                    region.id(),
                    fact.offset(),
                    path,
                    "is a temporary file of the running compaction " + temporary.compactionId());
            return;
        }
        apply(Cause.COMPACTION_LEFTOVER, region, path, old, fact, file -> file);
    }

    /**
     * Makes a temporary file of an ended compaction ABANDONED. {@code commitUnknown}: no event states that it failed.
     */
    void abandon(Region region, FilePath path, boolean commitUnknown, Fact fact) {
        KnownFile old = sweeps.read(region, path);
        if (old != null && old.is(StateKind.TEMP)) {
            FileState abandoned = new FileState.Abandoned(null, commitUnknown, false);
            changes.become(region, path, old, abandoned, fact, file -> file);
        }
    }

    void writeFailed(Region region, List<String> paths, Fact fact) {
        for (String each : paths) {
            FilePath path = FilePath.of(each);
            apply(Cause.WRITE_FAILED, region, path, sweeps.read(region, path), fact, file -> file);
        }
    }

    private void apply(
            Cause cause,
            Region region,
            FilePath path,
            @Nullable KnownFile old,
            Fact fact,
            UnaryOperator<KnownFile> details) {
        Effect effect = TransitionTable.effect(cause, KnownFile.kindOf(old));
        changes.apply(effect, cause, region, path, old, fact, details);
    }

    /** Returns the effect of a sighting. A retention-only region has no manifest: each existing file is LIVE. */
    private static Effect sightingEffect(Region region, Cause cause, @Nullable KnownFile file) {
        Effect effect = TransitionTable.effect(cause, KnownFile.kindOf(file));
        return region.row().getRetentionOnly() ? TransitionTable.withoutManifest(effect) : effect;
    }

    /** Updates the times of a file that was known to exist; they decide in a retention-only region. */
    private KnownFile updateSighting(
            Region region, FilePath path, KnownFile old, KnownFile sighted, FileRef ref, Fact fact) {
        KnownFile seen = withBase(
                sighted.state() instanceof FileState.Live ? sighted.with(new FileState.Live(false)) : sighted,
                ref,
                fact);
        return region.row().getRetentionOnly() && old.is(StateKind.LIVE)
                ? state.files()
                        .update(
                                region,
                                path,
                                old,
                                seen.withRef(withoutPath(ref)),
                                region.isGone() ? region.dropDue() : null)
                : state.files().amend(region, path, old, seen);
    }

    /** Sets the start of the retention. A time before 1971 is a number in a wrong unit, and counts as unset. */
    private static KnownFile withBase(KnownFile file, FileRef ref, Fact fact) {
        Instant until = Times.of(ref.getDataUntil());
        Instant modified = Times.of(ref.getModifiedAt());
        Long offset = file.change().factOffset() == fact.offset() ? null : fact.offset();
        if (ref.hasDataUntil() && isUsable(until)) {
            return file.withBase(new Base(KnownFile.wholeMillis(until), offset));
        }
        return file.withBase(
                ref.hasModifiedAt() && isUsable(modified) ? new Base(KnownFile.wholeMillis(modified), offset) : null);
    }

    private static boolean isUsable(Instant time) {
        return !time.isBefore(EARLIEST_TIME);
    }

    /** Sets the inventory that names the file now, and keeps the last sound one that did. */
    private static KnownFile withInventory(Region region, KnownFile file, long announced) {
        Long last = file.sightings().inventory();
        boolean sound =
                last != null && region.row().getSoundInventoryOffsetsList().contains(last);
        return file.with(file.sightings()
                .withInventory(announced, sound ? last : file.sightings().inventoryBefore()));
    }

    /** Returns the reference without its path, which is stored in the key. */
    private static FileRef withoutPath(FileRef ref) {
        return ref.toBuilder().clearPath().build();
    }

    private static FileRef merged(@Nullable FileRef known, FileRef reported) {
        return known == null
                ? withoutPath(reported)
                : known.toBuilder().mergeFrom(reported).clearPath().build();
    }
}
