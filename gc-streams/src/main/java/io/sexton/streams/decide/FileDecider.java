package io.sexton.streams.decide;

import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.streams.model.Blocker;
import io.sexton.streams.model.EffectivePolicy;
import io.sexton.streams.model.Fact;
import io.sexton.streams.model.FileState;
import io.sexton.streams.model.KnownFile;
import io.sexton.streams.model.StateKind;
import io.sexton.streams.state.view.FilesView;
import io.sexton.streams.state.view.RegionView;
import io.sexton.streams.state.view.StateView;
import io.sexton.v1.OrphanConfirmation;
import io.sexton.v1.Reason;
import io.sexton.v1.Trigger;
import java.time.Instant;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The decider on due files (section 7). In order: state, due time, confirmation, region opened and complete, trigger,
 * protection, guard. Reads only; its only output is a {@link Decision}. {@code Explainer} repeats the
 * tests, to name all that fail.
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
            KnownFile file,
            EffectivePolicy policy,
            long policyGeneration,
            Fact tick) {

        public RegionId id() {
            return region.id();
        }

        public StateKind kind() {
            return file.kind();
        }

        public boolean gone() {
            return region.isGone();
        }

        /**
         * Returns the offset at which it was first found due. A confirmation must have a higher offset; times do not
         * count.
         */
        public long candidateOffset() {
            Long candidate = file.examination().candidateOffset();
            return candidate != null ? candidate : tick.offset();
        }
    }

    public Decision decide(Case c) {
        if (c.file.state() instanceof FileState.Condemned condemned) {
            return emission(c, condemned);
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
        Instant since = since(c, reason);
        if (c.policy.isDryRun()) {
            Long shown = c.file.examination().dryRunGeneration();
            boolean isShown = shown != null && shown == c.policyGeneration;
            return isShown ? new Decision.Blocked(new Blocker.ByPolicy(c.id())) : new Decision.DryRun(reason, since);
        }
        if (!Guards.isExempt(reason) && !Guards.allows(c.region, c.policy, c.tick.time())) {
            return new Decision.Latch();
        }
        return new Decision.Condemn(reason, since);
    }

    private static Instant since(Case c, Reason reason) {
        return switch (reason) {
            case REGION_GONE -> Instant.ofEpochMilli(c.region.row().getDrop().getSinceMs());
            case EXPIRED -> baseOf(c);
            case OBSOLETE, ORPHAN, TEMPORARY, WRITE_ABORTED, STALE_TEMP_MANIFEST ->
                c.file.change().since();
            case REASON_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalStateException(reason + " condemns nothing");
        };
    }

    private static Instant baseOf(Case c) {
        return Objects.requireNonNull(c.file.base(), "a file that expires has an age")
                .time();
    }

    /** Returns the reason for a condemnation; UNSPECIFIED: its state does not call for one. */
    public static Reason reason(Case c) {
        if (c.gone()) {
            return c.kind().isTracked() ? Reason.REGION_GONE : Reason.REASON_UNSPECIFIED;
        }
        return switch (c.file.state()) {
            case FileState.Obsolete obsolete -> Reason.OBSOLETE;
            case FileState.Unreferenced unreferenced -> Reason.ORPHAN;
            case FileState.Abandoned abandoned ->
                abandoned.staleTempManifest() ? Reason.STALE_TEMP_MANIFEST : Reason.TEMPORARY;
            case FileState.Aborted aborted -> Reason.WRITE_ABORTED;
            case FileState.Live live ->
                c.region.row().getRetentionOnly() && c.file.base() != null ? Reason.EXPIRED : Reason.REASON_UNSPECIFIED;
            case FileState.Temporary temporary -> Reason.REASON_UNSPECIFIED;
            case FileState.Condemned condemned -> Reason.REASON_UNSPECIFIED;
            case FileState.Gone gone -> Reason.REASON_UNSPECIFIED;
        };
    }

    /** Returns a postponement by the policy in force now. That policy can only defer the due time, set at the fact. */
    private static @Nullable Decision postponement(Case c) {
        if (c.kind() == StateKind.LIVE) {
            boolean expired = c.policy.retention() != null
                    && !baseOf(c).plus(c.policy.retention()).isAfter(c.tick.time());
            return expired ? null : new Decision.Postpone(null);
        }
        Instant due = Lingers.due(c.file.state(), c.file.change().since(), c.policy);
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
                ? protection.of(c.region, c.path, c.file, c.kind())
                : new Blocker.AwaitsCompaction(c.id());
    }

    public static boolean isTriggered(Case c, Reason reason) {
        return c.gone()
                || c.policy.trigger() != Trigger.ON_COMPACTION
                || !isTriggerable(reason)
                || (c.region.row().hasCompactionCompletedOffset()
                        && c.region.row().getCompactionCompletedOffset() > c.candidateOffset());
    }

    /** Returns whether files of this reason wait for a compaction where the policy requires one (section 7, "Trigger"). */
    private static boolean isTriggerable(Reason reason) {
        return switch (reason) {
            case OBSOLETE, ORPHAN -> true;
            case TEMPORARY, WRITE_ABORTED, REGION_GONE, EXPIRED, STALE_TEMP_MANIFEST -> false;
            case REASON_UNSPECIFIED, UNRECOGNIZED -> false;
        };
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
        boolean orphan = c.kind() == StateKind.UNREFERENCED;
        if (!orphan && !c.file.toBeConfirmed()) {
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
        boolean confirmed =
                c.region.row().hasConfirmationOffset() && c.region.row().getConfirmationOffset() > c.candidateOffset();
        return confirmed ? null : new Blocker.AwaitsSnapshot(c.id());
    }

    /**
     * Returns whether only inventories, ticks, reports and a new life have set its state since it was UNKNOWN or GONE.
     */
    private static boolean isOnlyListed(KnownFile file) {
        return file.sightings().known() == null;
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
            KnownFile file = files.find(c.id(), companion);
            if (file == null || !file.kind().isTracked() || !visited.add(companion)) {
                continue;
            }
            boolean mayBeOrphan = c.region.row().getManifestSeen()
                    && file.is(StateKind.UNREFERENCED)
                    && file.examination().candidateOffset() != null;
            if (!mayBeOrphan) {
                return new Blocker.ByCompanion(c.id(), companion);
            }
            Blocker protectedBy = protection.of(c.region, companion, file, StateKind.UNREFERENCED);
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
        return isSoundAfter(c, c.file.sightings().inventory())
                || isSoundAfter(c, c.file.sightings().inventoryBefore());
    }

    private static boolean isSoundAfter(Case c, @Nullable Long inventory) {
        return inventory != null
                && inventory > c.candidateOffset()
                && c.region.row().getSoundInventoryOffsetsList().contains(inventory);
    }

    private Decision emission(Case c, FileState.Condemned condemned) {
        if (condemned.deletion().stuck()) {
            return NOTHING;
        }
        Blocker region = regionNotReady(c);
        if (region != null) {
            return new Decision.Blocked(region);
        }
        StateKind from = condemned.origin().state().kind();
        Blocker protectedBy = protection.of(c.region, c.path, c.file, from);
        if (protectedBy != null) {
            return new Decision.Blocked(protectedBy);
        }
        return c.policy.isDryRun() ? new Decision.Blocked(new Blocker.ByPolicy(c.id())) : new Decision.EmitAgain();
    }
}
