package io.sexton.streams.core;

import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.streams.core.row.FileRow;
import io.sexton.streams.core.row.RegionRowOrBuilder;
import io.sexton.v1.OrphanConfirmation;
import io.sexton.v1.Reason;
import io.sexton.v1.Trigger;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Decides what becomes of a due file (section 7): does its state still say so? confirmed? region opened? complete?
 * trigger? protected? guard? Reads only; all that it says is a {@link Decision}.
 */
final class FileDecider {
    private static final Decision NOTHING = new Decision.Nothing();

    private final Protection protection;
    private final BiFunction<RegionId, FilePath, @Nullable FileRow> files;

    /** @param files what is stored of a file; {@code null}: nothing */
    FileDecider(Protection protection, BiFunction<RegionId, FilePath, @Nullable FileRow> files) {
        this.protection = protection;
        this.files = files;
    }

    /**
     * A due file and what is in force for it.
     *
     * @param policyGeneration how many policies were ever applied to the partition
     * @param tick the present one
     */
    record Case(
            RegionId id,
            RegionRowOrBuilder region,
            FilePath path,
            FileRow file,
            EffectivePolicy policy,
            long policyGeneration,
            Fact tick) {

        FileState state() {
            return FileState.of(file);
        }

        boolean gone() {
            return RegionCondition.isGone(region);
        }

        /** Where in the log it was first found due: what confirms it must come after (never by times). */
        long candidateOffset() {
            return file.hasCandidateOffset() ? file.getCandidateOffset() : tick.offset();
        }
    }

    Decision decide(Case c) {
        if (c.state() == FileState.CONDEMNED) {
            return emission(c);
        }
        Reason reason = reason(c);
        if (reason == Reason.REASON_UNSPECIFIED) {
            return NOTHING;
        }
        Decision later = c.gone() ? null : later(c);
        if (later != null) {
            return later;
        }
        Blocker blocker = firstOf(c, reason);
        if (blocker != null) {
            return new Decision.Blocked(blocker);
        }
        Instant since = Instant.ofEpochMilli(
                switch (reason) {
                    case REGION_GONE -> c.region.getDrop().getSinceMs();
                    case EXPIRED -> c.file.getBaseMs();
                    default -> c.file.getSinceMs();
                });
        if (c.policy.isDryRun()) {
            boolean shown = c.file.hasDryRunGeneration() && c.file.getDryRunGeneration() == c.policyGeneration;
            return shown ? new Decision.Blocked(new Blocker.ByPolicy(c.id)) : new Decision.Show(reason, since);
        }
        if (reason != Reason.REGION_GONE && !Guards.letsThrough(c.region, c.policy, c.tick.time())) {
            return new Decision.Latch();
        }
        return new Decision.Condemn(reason, since);
    }

    /** What it would be condemned as; UNSPECIFIED: its state does not call for that. */
    static Reason reason(Case c) {
        if (c.gone()) {
            return c.state().isTracked() ? Reason.REGION_GONE : Reason.REASON_UNSPECIFIED;
        }
        return switch (c.state()) {
            case OBSOLETE -> Reason.OBSOLETE;
            case UNREFERENCED -> Reason.ORPHAN;
            case ABANDONED -> c.file.getStaleTempManifest() ? Reason.STALE_TEMP_MANIFEST : Reason.TEMPORARY;
            case ABORTED -> Reason.WRITE_ABORTED;
            case LIVE -> c.region.getRetentionOnly() && c.file.hasBaseMs() ? Reason.EXPIRED : Reason.REASON_UNSPECIFIED;
            case UNKNOWN, TEMP, CONDEMNED, GONE -> Reason.REASON_UNSPECIFIED;
        };
    }

    /** The policy in force at the fact set its due time; the one in force now may only defer it. */
    private static @Nullable Decision later(Case c) {
        if (c.state() == FileState.LIVE) {
            boolean expired = c.policy.retention() != null
                    && !Instant.ofEpochMilli(c.file.getBaseMs())
                            .plus(c.policy.retention())
                            .isAfter(c.tick.time());
            return expired ? null : new Decision.PutBack(null);
        }
        Instant due = Lingers.due(c.state(), c.file, c.policy);
        return due != null && due.isAfter(c.tick.time()) ? new Decision.PutBack(due) : null;
    }

    /** Confirmation is asked first: a due file that lacks a snapshot asks for one, whatever else keeps it. */
    private @Nullable Blocker firstOf(Case c, Reason reason) {
        Blocker unconfirmed = c.gone() ? null : unconfirmed(c);
        if (unconfirmed != null) {
            return unconfirmed;
        }
        if (reason == Reason.EXPIRED && !c.policy.concerns(c.path)) {
            return new Blocker.ByPolicy(c.id);
        }
        Blocker region = notReady(c);
        if (region != null) {
            return region;
        }
        return isTriggered(c, reason)
                ? protection.of(c.id, c.region, c.path, c.file, c.state())
                : new Blocker.AwaitsCompaction(c.id);
    }

    static boolean isTriggered(Case c, Reason reason) {
        return c.gone()
                || c.policy.trigger() != Trigger.ON_COMPACTION
                || (reason != Reason.OBSOLETE && reason != Reason.ORPHAN)
                || (c.region.hasCompactionCompletedOffset()
                        && c.region.getCompactionCompletedOffset() > c.candidateOffset());
    }

    /** WARNING: I5. What is not known of a region keeps all its files. */
    private static @Nullable Blocker notReady(Case c) {
        boolean ready = c.region.getOpened()
                // A RegionOpened that moves the region has been refused: where its files lie is in doubt.
                && !c.region.hasMovedEpoch()
                && (c.gone() || !RegionCondition.isIncomplete(c.region));
        return ready ? null : new Blocker.RegionNotReady(c.id);
    }

    /** WARNING: I1. An orphan may be a file whose edit is still on its way: only a later look at the manifest tells. */
    @Nullable
    Blocker unconfirmed(Case c) {
        boolean orphan = c.state() == FileState.UNREFERENCED;
        if (!orphan && !c.file.getToBeConfirmed()) {
            return null;
        }
        if (orphan) {
            Blocker leftAlone = leftAlone(c);
            if (leftAlone != null) {
                return leftAlone;
            }
        }
        OrphanConfirmation confirmation = c.policy.orphanConfirmation();
        if (confirmation != OrphanConfirmation.SNAPSHOT && confirmation != OrphanConfirmation.INVENTORY) {
            return new Blocker.ByPolicy(c.id);
        }
        if ((confirmation == OrphanConfirmation.INVENTORY || isListed(c.file)) && !isListedAfter(c)) {
            return new Blocker.AwaitsInventory(c.id);
        }
        if (confirmation == OrphanConfirmation.INVENTORY && !c.region.getManifestSeen()) {
            return null;
        }
        boolean confirmed = c.region.hasConfirmationOffset() && c.region.getConfirmationOffset() > c.candidateOffset();
        return confirmed ? null : new Blocker.AwaitsSnapshot(c.id);
    }

    /** Nothing but inventories, ticks, reports and a new life has changed its state since it was unknown or GONE. */
    private static boolean isListed(FileRow file) {
        return !file.hasKnownOffset();
    }

    /** A path that does not match the pattern, or one of whose companions counts, is no orphan. */
    private @Nullable Blocker leftAlone(Case c) {
        if (!c.policy.concerns(c.path)) {
            return new Blocker.ByPolicy(c.id);
        }
        if (c.policy.companions().isEmpty()) {
            return null;
        }
        Set<FilePath> onTheWay = new HashSet<>();
        onTheWay.add(c.path);
        return byCompanion(c, c.path, onTheWay);
    }

    /**
     * Looks for a companion that counts: one that is known and not GONE; where there is a manifest, also no orphan itself.
     * What keeps a file is what keeps its companion from being one: the companion's own protection, or the companion.
     *
     * @param onTheWay the files between the one that is decided on and this one; among themselves they keep nothing
     */
    private @Nullable Blocker byCompanion(Case c, FilePath path, Set<FilePath> onTheWay) {
        for (FilePath companion : c.policy.companions().of(path)) {
            FileRow file = files.apply(c.id, companion);
            if (file == null || !FileState.of(file).isTracked() || !onTheWay.add(companion)) {
                continue;
            }
            boolean mayBeOrphan = c.region.getManifestSeen()
                    && FileState.of(file) == FileState.UNREFERENCED
                    && file.hasCandidateOffset();
            if (!mayBeOrphan) {
                return new Blocker.ByCompanion(c.id, companion);
            }
            Blocker protectedBy = protection.of(c.id, c.region, companion, file, FileState.UNREFERENCED);
            if (protectedBy != null) {
                return protectedBy;
            }
            if (byCompanion(c, companion, onTheWay) != null) {
                return new Blocker.ByCompanion(c.id, companion);
            }
        }
        return null;
    }

    /** A sound inventory has named it that was announced after it became a candidate. */
    private static boolean isListedAfter(Case c) {
        return (c.file.hasInventoryOffset() && isSoundAfter(c, c.file.getInventoryOffset()))
                || (c.file.hasInventoryBeforeOffset() && isSoundAfter(c, c.file.getInventoryBeforeOffset()));
    }

    private static boolean isSoundAfter(Case c, long inventory) {
        return inventory > c.candidateOffset()
                && c.region.getSoundInventoryOffsetsList().contains(inventory);
    }

    private Decision emission(Case c) {
        if (c.file.getCondemnation().getStuck()) {
            return NOTHING;
        }
        Blocker region = notReady(c);
        if (region != null) {
            return new Decision.Blocked(region);
        }
        FileState from = FileState.ofCode(c.file.getCondemnation().getFrom());
        Blocker protectedBy = protection.of(c.id, c.region, c.path, c.file, from);
        if (protectedBy != null) {
            return new Decision.Blocked(protectedBy);
        }
        return c.policy.isDryRun() ? new Decision.Blocked(new Blocker.ByPolicy(c.id)) : new Decision.EmitAgain();
    }
}
