package io.sexton.streams.decide;

import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.streams.model.Blocker;
import io.sexton.streams.model.EffectivePolicy;
import io.sexton.streams.model.Fact;
import io.sexton.streams.model.FileState;
import io.sexton.streams.row.FileRow;
import io.sexton.streams.state.view.FilesView;
import io.sexton.streams.state.view.RegionView;
import io.sexton.streams.state.view.StateView;
import io.sexton.v1.OrphanConfirmation;
import io.sexton.v1.Reason;
import io.sexton.v1.Trigger;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The decider on due files (section 7). In order: state, due time, confirmation, region opened and complete, trigger,
 * protection, guard. Reads only; its only output is a {@link Decision}.
 */
public final class FileDecider {
    private static final Decision NOTHING = new Decision.Nothing();

    private final Protection protection;
    private final FilesView files;

    public FileDecider(StateView state) {
        protection = new Protection(state);
        files = state.files();
    }

    /**
     * A due file with its region and policy.
     *
     * @param policyGeneration the number of PolicySets ever applied to the partition
     * @param tick the present one
     */
    public record Case(
            RegionView region,
            FilePath path,
            FileRow file,
            EffectivePolicy policy,
            long policyGeneration,
            Fact tick) {

        public RegionId id() {
            return region.id();
        }

        public FileState state() {
            return FileState.of(file);
        }

        public boolean gone() {
            return region.isGone();
        }

        /**
         * Returns the offset at which it was first found due. A confirmation must have a higher offset; times do not
         * count.
         */
        public long candidateOffset() {
            return file.hasCandidateOffset() ? file.getCandidateOffset() : tick.offset();
        }
    }

    public Decision decide(Case c) {
        if (c.state() == FileState.CONDEMNED) {
            return emission(c);
        }
        Reason reason = reason(c);
        if (reason == Reason.REASON_UNSPECIFIED) {
            return NOTHING;
        }
        Decision postponement = c.gone() ? null : postponement(c);
        if (postponement != null) {
            return postponement;
        }
        Blocker blocker = firstBlocker(c, reason);
        if (blocker != null) {
            return new Decision.Blocked(blocker);
        }
        Instant since = Instant.ofEpochMilli(
                switch (reason) {
                    case REGION_GONE -> c.region.row().getDrop().getSinceMs();
                    case EXPIRED -> c.file.getBaseMs();
                    default -> c.file.getSinceMs();
                });
        if (c.policy.isDryRun()) {
            boolean isShown = c.file.hasDryRunGeneration() && c.file.getDryRunGeneration() == c.policyGeneration;
            return isShown ? new Decision.Blocked(new Blocker.ByPolicy(c.id())) : new Decision.DryRun(reason, since);
        }
        if (reason != Reason.REGION_GONE && !Guards.allows(c.region, c.policy, c.tick.time())) {
            return new Decision.Latch();
        }
        return new Decision.Condemn(reason, since);
    }

    /** Returns the reason for a condemnation; UNSPECIFIED: its state does not call for one. */
    public static Reason reason(Case c) {
        if (c.gone()) {
            return c.state().isTracked() ? Reason.REGION_GONE : Reason.REASON_UNSPECIFIED;
        }
        return switch (c.state()) {
            case OBSOLETE -> Reason.OBSOLETE;
            case UNREFERENCED -> Reason.ORPHAN;
            case ABANDONED -> c.file.getStaleTempManifest() ? Reason.STALE_TEMP_MANIFEST : Reason.TEMPORARY;
            case ABORTED -> Reason.WRITE_ABORTED;
            case LIVE -> c.region.row().getRetentionOnly() && c.file.hasBaseMs() ? Reason.EXPIRED : Reason.REASON_UNSPECIFIED;
            case UNKNOWN, TEMP, CONDEMNED, GONE -> Reason.REASON_UNSPECIFIED;
        };
    }

    /** Returns a postponement by the policy in force now. That policy can only defer the due time, set at the fact. */
    private static @Nullable Decision postponement(Case c) {
        if (c.state() == FileState.LIVE) {
            boolean expired = c.policy.retention() != null
                    && !Instant.ofEpochMilli(c.file.getBaseMs())
                            .plus(c.policy.retention())
                            .isAfter(c.tick.time());
            return expired ? null : new Decision.Postpone(null);
        }
        Instant due = Lingers.due(c.state(), c.file, c.policy);
        return due != null && due.isAfter(c.tick.time()) ? new Decision.Postpone(due) : null;
    }

    /** Returns the first blocker. Confirmation precedes the others: a file that lacks a snapshot must request one. */
    private @Nullable Blocker firstBlocker(Case c, Reason reason) {
        Blocker unconfirmed = c.gone() ? null : unconfirmed(c);
        if (unconfirmed != null) {
            return unconfirmed;
        }
        if (reason == Reason.EXPIRED && !c.policy.concerns(c.path)) {
            return new Blocker.ByPolicy(c.id());
        }
        Blocker region = regionNotReady(c);
        if (region != null) {
            return region;
        }
        return isTriggered(c, reason)
                ? protection.of(c.region, c.path, c.file, c.state())
                : new Blocker.AwaitsCompaction(c.id());
    }

    public static boolean isTriggered(Case c, Reason reason) {
        return c.gone()
                || c.policy.trigger() != Trigger.ON_COMPACTION
                || (reason != Reason.OBSOLETE && reason != Reason.ORPHAN)
                || (c.region.row().hasCompactionCompletedOffset()
                        && c.region.row().getCompactionCompletedOffset() > c.candidateOffset());
    }

    /** Returns a blocker if the region is not ready. WARNING: an incomplete region must keep all its files (I5). */
    private static @Nullable Blocker regionNotReady(Case c) {
        boolean ready = c.region.row().getOpened()
                // A rejected RegionOpened moves the region: the location of its files is not certain.
                && !c.region.row().hasMovedEpoch()
                && (c.gone() || !c.region.isIncomplete());
        return ready ? null : new Blocker.RegionNotReady(c.id());
    }

    /**
     * Returns a blocker if the file lacks a confirmation. WARNING: the edit of an orphan may still arrive; only
     * later evidence about the manifest confirms that it is garbage (I1).
     */
    @Nullable
    public Blocker unconfirmed(Case c) {
        boolean orphan = c.state() == FileState.UNREFERENCED;
        if (!orphan && !c.file.getToBeConfirmed()) {
            return null;
        }
        if (orphan) {
            Blocker notOrphan = notOrphan(c);
            if (notOrphan != null) {
                return notOrphan;
            }
        }
        OrphanConfirmation confirmation = c.policy.orphanConfirmation();
        if (confirmation != OrphanConfirmation.SNAPSHOT && confirmation != OrphanConfirmation.INVENTORY) {
            return new Blocker.ByPolicy(c.id());
        }
        if ((confirmation == OrphanConfirmation.INVENTORY || isOnlyListed(c.file)) && !isListedSince(c)) {
            return new Blocker.AwaitsInventory(c.id());
        }
        if (confirmation == OrphanConfirmation.INVENTORY && !c.region.row().getManifestSeen()) {
            return null;
        }
        boolean confirmed = c.region.row().hasConfirmationOffset() && c.region.row().getConfirmationOffset() > c.candidateOffset();
        return confirmed ? null : new Blocker.AwaitsSnapshot(c.id());
    }

    /**
     * Returns whether only inventories, ticks, reports and a new life have set its state since it was UNKNOWN or GONE.
     */
    private static boolean isOnlyListed(FileRow file) {
        return !file.hasKnownOffset();
    }

    /**
     * Returns a blocker if the file is no orphan: its path does not match the pattern, or one of its companions counts.
     */
    private @Nullable Blocker notOrphan(Case c) {
        if (!c.policy.concerns(c.path)) {
            return new Blocker.ByPolicy(c.id());
        }
        if (c.policy.companions().isEmpty()) {
            return null;
        }
        Set<FilePath> visited = new HashSet<>();
        visited.add(c.path);
        return byCompanion(c, c.path, visited);
    }

    /**
     * Returns a blocker if a companion counts: one that is known and not GONE and, if there is a manifest, no orphan
     * itself. The blocker is the companion's own protection, or else the companion.
     *
     * @param visited the files between the decided file and this one; they do not keep each other
     */
    private @Nullable Blocker byCompanion(Case c, FilePath path, Set<FilePath> visited) {
        for (FilePath companion : c.policy.companions().of(path)) {
            FileRow file = files.peek(c.id(), companion);
            if (file == null || !FileState.of(file).isTracked() || !visited.add(companion)) {
                continue;
            }
            boolean mayBeOrphan = c.region.row().getManifestSeen()
                    && FileState.of(file) == FileState.UNREFERENCED
                    && file.hasCandidateOffset();
            if (!mayBeOrphan) {
                return new Blocker.ByCompanion(c.id(), companion);
            }
            Blocker protectedBy = protection.of(c.region, companion, file, FileState.UNREFERENCED);
            if (protectedBy != null) {
                return protectedBy;
            }
            if (byCompanion(c, companion, visited) != null) {
                return new Blocker.ByCompanion(c.id(), companion);
            }
        }
        return null;
    }

    /** Returns whether a sound inventory has named it that was announced after it became a candidate. */
    private static boolean isListedSince(Case c) {
        return (c.file.hasInventoryOffset() && isSoundAfter(c, c.file.getInventoryOffset()))
                || (c.file.hasInventoryBeforeOffset() && isSoundAfter(c, c.file.getInventoryBeforeOffset()));
    }

    private static boolean isSoundAfter(Case c, long inventory) {
        return inventory > c.candidateOffset()
                && c.region.row().getSoundInventoryOffsetsList().contains(inventory);
    }

    private Decision emission(Case c) {
        if (c.file.getCondemnation().getStuck()) {
            return NOTHING;
        }
        Blocker region = regionNotReady(c);
        if (region != null) {
            return new Decision.Blocked(region);
        }
        FileState from = FileState.ofCode(c.file.getCondemnation().getFrom());
        Blocker protectedBy = protection.of(c.region, c.path, c.file, from);
        if (protectedBy != null) {
            return new Decision.Blocked(protectedBy);
        }
        return c.policy.isDryRun() ? new Decision.Blocked(new Blocker.ByPolicy(c.id())) : new Decision.EmitAgain();
    }
}
