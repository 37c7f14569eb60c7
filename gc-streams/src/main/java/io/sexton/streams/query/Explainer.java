package io.sexton.streams.query;

import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.streams.decide.FileDecider;
import io.sexton.streams.decide.Guards;
import io.sexton.streams.decide.Lingers;
import io.sexton.streams.decide.Protection;
import io.sexton.streams.model.Blocker;
import io.sexton.streams.model.Fact;
import io.sexton.streams.model.FileState.Condemned;
import io.sexton.streams.model.FileState.Garbage;
import io.sexton.streams.model.FileState.Temporary;
import io.sexton.streams.model.KnownFile;
import io.sexton.streams.model.Stamp;
import io.sexton.streams.model.StateKind;
import io.sexton.streams.query.Explanation.Keeper;
import io.sexton.streams.query.Explanation.KeptBy;
import io.sexton.streams.row.CompactionRow;
import io.sexton.streams.row.ReaderRow;
import io.sexton.streams.state.view.StateView;
import io.sexton.v1.OrphanConfirmation;
import io.sexton.v1.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The explanation of all reasons why a file is kept; {@link FileDecider} needs the first one only. It uses the
 * decider's own tests, so that explanations and decisions agree. Reads only. Not thread safe.
 */
public final class Explainer {
    private final StateView state;
    private final FileDecider decider;

    public Explainer(StateView state) {
        this.state = state;
        decider = new FileDecider(state);
    }

    public Explanation explain(RegionId id, FilePath path) {
        KnownFile file = state.files().find(id, path);
        if (file == null) {
            return new Explanation(
                    StateKind.UNKNOWN.name(), Optional.empty(), OptionalLong.empty(), List.of(), List.of());
        }
        StateKind is = file.kind();
        return new Explanation(
                is.name(),
                Optional.of(file.change().since()),
                OptionalLong.of(
                        is == StateKind.CONDEMNED
                                ? file.change().offset()
                                : file.change().factOffset()),
                details(file),
                is.isTracked() ? keepers(caseOf(id, path, file)) : List.of());
    }

    public Census census() {
        Map<String, Census.Count> byState = new TreeMap<>();
        Map<KeptBy, Census.Count> inUse = new EnumMap<>(KeptBy.class);
        Map<KeptBy, Census.Count> kept = new EnumMap<>(KeptBy.class);
        Map<Census.Condemned, Census.Count> awaited = new EnumMap<>(Census.Condemned.class);
        Census.Garbage[] oldest = new Census.Garbage[1];
        state.files().forEach((region, found) -> {
            StateKind is = found.file().kind();
            long bytes = found.file().refOrEmpty().getSizeBytes();
            byState.merge(is.name(), Census.Count.NONE.and(bytes), Census.Count::plus);
            FileDecider.Case c = caseOf(region, found.path(), found.file());
            boolean condemned = is == StateKind.CONDEMNED;
            if (!condemned && FileDecider.reason(c) == Reason.REASON_UNSPECIFIED) {
                if (is.isTracked()) {
                    inUse.merge(inUse(c).reason(), Census.Count.NONE.and(bytes), Census.Count::plus);
                }
                return;
            }
            if (condemned) {
                awaited.merge(progress(found.file()), Census.Count.NONE.and(bytes), Census.Count::plus);
            } else {
                keepers(c).stream()
                        .map(Keeper::reason)
                        .distinct()
                        .forEach(reason -> kept.merge(reason, Census.Count.NONE.and(bytes), Census.Count::plus));
            }
            Instant since = found.file().change().since();
            if (is != StateKind.LIVE && (oldest[0] == null || since.isBefore(oldest[0].since()))) {
                oldest[0] = new Census.Garbage(region.value(), found.path().value(), since);
            }
        });
        return new Census(byState, inUse, kept, awaited, Optional.ofNullable(oldest[0]));
    }

    private static Census.Condemned progress(KnownFile file) {
        if (file.isStuck()) {
            return Census.Condemned.STUCK;
        }
        return ((Condemned) file.state()).deletion().failedOffsets().isEmpty()
                ? Census.Condemned.WAITS_FOR_REPORT
                : Census.Condemned.RETRYING;
    }

    private static List<String> details(KnownFile file) {
        List<String> details = new ArrayList<>();
        Long added = file.versions().added();
        Stamp removed = file.versions().removed();
        if (added != null) {
            details.add("added at version " + Long.toUnsignedString(added));
        }
        if (removed != null) {
            details.add(
                    removed.infinite()
                            ? "removed by an edit without a version"
                            : "removed at version " + Long.toUnsignedString(removed.version()));
        }
        boolean unconfirmed = file.state() instanceof Condemned condemned
                ? condemned.origin().state() instanceof Garbage before && before.toBeConfirmed()
                : file.toBeConfirmed();
        if (unconfirmed) {
            details.add("its commit may have happened unseen");
        }
        if (file.state() instanceof Condemned condemned) {
            details.add("condemned from " + condemned.origin().state().kind() + " as "
                    + condemned.ground().reason() + ", because of offset "
                    + condemned.ground().evidenceOffset() + "; last command at offset "
                    + condemned.deletion().emittedOffset() + ", attempt "
                    + condemned.deletion().attempt());
        }
        return details;
    }

    private FileDecider.Case caseOf(RegionId id, FilePath path, KnownFile file) {
        Instant clock = state.clock().time();
        // The case of a tick that would be the next record: its offset is above all offsets in the log.
        Fact now = new Fact(Long.MAX_VALUE, clock == null ? Instant.EPOCH : clock);
        return new FileDecider.Case(
                state.regions().view(id),
                path,
                file,
                state.policies().of(id),
                state.policies().generation(),
                now);
    }

    /**
     * Returns all reasons why a file is kept. It repeats the tests of {@link FileDecider#decide}, which ends at the first
     * that fails: a test that is added there is added here. {@code ExplanationTest} fails if the two disagree.
     */
    private List<Keeper> keepers(FileDecider.Case c) {
        List<Keeper> keepers = new ArrayList<>();
        if (c.file().state() instanceof Condemned condemned) {
            addCondemned(c, condemned, keepers);
        } else {
            Reason reason = FileDecider.reason(c);
            if (reason == Reason.REASON_UNSPECIFIED) {
                return List.of(inUse(c));
            }
            if (!c.gone()) {
                addLinger(c, keepers);
                addConfirmation(c, keepers);
            }
            if (reason == Reason.EXPIRED && !c.policy().concerns(c.path())) {
                keepers.add(Keeper.of(KeptBy.FILE_PATTERN, "its path does not match the policy's file_pattern"));
            }
            addRegion(c, keepers);
            if (!FileDecider.isTriggered(c, reason)) {
                keepers.add(Keeper.of(KeptBy.AWAITS_COMPACTION, "a compaction of the region must complete first"));
            }
            addProtection(c, c.kind(), keepers);
            if (!Guards.isExempt(reason) && Guards.isLatched(c.region())) {
                keepers.add(Keeper.of(
                                KeptBy.APPROVAL,
                                c.region().row().hasSnapshotLatch()
                                        ? "a snapshot took away more than is obeyed without an operator's approval"
                                        : "more files are due than are condemned in an hour without an approval")
                        .since(Guards.latchOffset(c.region())));
            }
        }
        c.region().row().getSweepsOrBuilderList().stream()
                .findFirst()
                .ifPresent(sweep -> keepers.add(Keeper.of(
                                KeptBy.UNFINISHED_WORK,
                                "ticks still go over the region's files for a fact that concerns them all")
                        .since(sweep.getOffset())));
        if (c.policy().isDryRun()) {
            keepers.add(Keeper.of(KeptBy.DRY_RUN, "the policy only shows what it would delete"));
        }
        if (keepers.isEmpty()) {
            keepers.add(Keeper.of(
                    KeptBy.NEXT_TICK,
                    "nothing keeps it any longer: the next tick condemns it, or repeats its command"));
        }
        return keepers;
    }

    private void addCondemned(FileDecider.Case c, Condemned condemned, List<Keeper> keepers) {
        if (condemned.deletion().stuck()) {
            keepers.add(Keeper.of(KeptBy.STUCK, "the deleter gave it up; a Retry that names it makes it try again"));
        } else {
            Instant again = Objects.requireNonNullElse(c.file().entry().due(), Instant.EPOCH);
            if (again.isAfter(c.tick().time())) {
                keepers.add(
                        Keeper.of(KeptBy.AWAITS_REPORT, "its delete command is not reported on; it is repeated then")
                                .since(condemned.deletion().emittedOffset())
                                .until(again));
            }
        }
        addRegion(c, keepers);
        addProtection(c, condemned.origin().state().kind(), keepers);
    }

    private Keeper inUse(FileDecider.Case c) {
        if (c.file().state() instanceof Temporary temporary) {
            String id = temporary.compactionId();
            CompactionRow compaction = state.compactions().get(c.id(), id);
            Keeper runs = Keeper.of(KeptBy.RUNNING_COMPACTION, "compaction " + id + " may still write it")
                    .since(compaction == null ? c.file().change().factOffset() : compaction.getOffset());
            return compaction == null || !compaction.hasExpiresMs()
                    ? runs
                    : runs.until(Instant.ofEpochMilli(compaction.getExpiresMs()));
        }
        return c.region().row().getRetentionOnly()
                ? Keeper.of(KeptBy.NO_RETENTION, "nothing is known of its age")
                : Keeper.of(KeptBy.LIVE, "it is in the manifest");
    }

    private static void addLinger(FileDecider.Case c, List<Keeper> keepers) {
        if (c.kind() == StateKind.LIVE) {
            Duration retention = c.policy().retention();
            if (retention == null) {
                keepers.add(Keeper.of(KeptBy.NO_RETENTION, "the policy has no retention: files are kept for ever"));
            } else {
                addUntil(baseOf(c).plus(retention), "its retention", c, keepers);
            }
            return;
        }
        Instant now = Lingers.due(c.file().state(), c.file().change().since(), c.policy());
        Instant due = c.file().state() instanceof Garbage garbage && garbage.lingerEnd() != null
                ? garbage.lingerEnd()
                : Instant.EPOCH;
        addUntil(now != null && now.isAfter(due) ? now : due, "its lingering time", c, keepers);
    }

    private static Instant baseOf(FileDecider.Case c) {
        return Objects.requireNonNull(c.file().base(), "a file that expires has an age")
                .time();
    }

    private static void addUntil(Instant end, String what, FileDecider.Case c, List<Keeper> keepers) {
        if (end.isAfter(c.tick().time())) {
            keepers.add(Keeper.of(KeptBy.LINGER, what + " has not ended").until(end));
        }
    }

    private void addConfirmation(FileDecider.Case c, List<Keeper> keepers) {
        Blocker blocker = decider.unconfirmed(c);
        if (blocker == null) {
            return;
        }
        Keeper keeper = switch (blocker) {
            case Blocker.AwaitsSnapshot b ->
                Keeper.of(KeptBy.AWAITS_SNAPSHOT, "a later snapshot of the manifest must not name it");
            case Blocker.AwaitsInventory b ->
                Keeper.of(
                        KeptBy.AWAITS_INVENTORY,
                        "a later inventory that does not contradict the manifest must name it");
            case Blocker.ByCompanion b -> Keeper.of(KeptBy.COMPANION, "its companion " + b.companion() + " is there");
            case Blocker.ByPolicy b -> byPolicy(c);
            case Blocker.ByPath b -> Keeper.of(KeptBy.COMPANION, "its companion " + b.path() + " is in use");
            case Blocker.ByVersionPin b -> Keeper.of(KeptBy.COMPANION, "a reader pins its companion");
            case Blocker.ByHold b -> Keeper.of(KeptBy.COMPANION, "hold " + b.holdId() + " keeps its companion");
            case Blocker.RegionNotReady b -> throw notAConfirmation(b);
            case Blocker.AwaitsCompaction b -> throw notAConfirmation(b);
            case Blocker.AwaitsApproval b -> throw notAConfirmation(b);
        };
        Long candidate = c.file().examination().candidateOffset();
        keepers.add(candidate == null ? keeper : keeper.since(candidate));
    }

    private static IllegalStateException notAConfirmation(Blocker blocker) {
        return new IllegalStateException(blocker + " confirms nothing");
    }

    private static Keeper byPolicy(FileDecider.Case c) {
        OrphanConfirmation confirmation = c.policy().orphanConfirmation();
        return confirmation == OrphanConfirmation.SNAPSHOT || confirmation == OrphanConfirmation.INVENTORY
                ? Keeper.of(KeptBy.FILE_PATTERN, "its path does not match the policy's file_pattern")
                : Keeper.of(KeptBy.NEVER_CONFIRMED, "the policy condemns no orphans");
    }

    private static void addRegion(FileDecider.Case c, List<Keeper> keepers) {
        if (!c.region().row().getOpened()) {
            keepers.add(Keeper.of(KeptBy.REGION_NOT_OPENED, "its region was never opened"));
        }
        if (c.region().row().hasMovedEpoch()) {
            keepers.add(Keeper.of(
                    KeptBy.MOVE_REFUSED,
                    "a RegionOpened of epoch "
                            + Long.toUnsignedString(c.region().row().getMovedEpoch())
                            + " with another store or root was refused"));
        }
        if (!c.gone() && c.region().isIncomplete()) {
            keepers.add(Keeper.of(
                            KeptBy.GAP,
                            "the region's history has a gap at epoch "
                                    + Long.toUnsignedString(c.region().gap().epoch()) + ", version "
                                    + Long.toUnsignedString(c.region().gap().version()))
                    .since(c.region().row().getGapOffset()));
        }
    }

    private void addProtection(FileDecider.Case c, StateKind protectedState, List<Keeper> keepers) {
        state.readers().forEach(c.id(), (reader, row) -> {
            String how = pinned(c, protectedState, row);
            if (how != null) {
                Keeper pin = Keeper.of(KeptBy.READER, "reader " + reader + " pins " + how)
                        .since(row.getOffset());
                keepers.add(row.hasExpiresMs() ? pin.until(Instant.ofEpochMilli(row.getExpiresMs())) : pin);
            }
        });
        state.references()
                .forEachReferrer(
                        c.id(),
                        c.path(),
                        by -> keepers.add(Keeper.of(KeptBy.REFERENCE, "region " + by + " refers to it")));
        state.holds().forEach(c.id(), (id, hold) -> {
            if (c.path().value().startsWith(hold.getPathPrefix())) {
                String why = hold.getReason().isEmpty() ? "" : ": " + hold.getReason();
                keepers.add(Keeper.of(KeptBy.HOLD, "hold " + id + why).since(hold.getOffset()));
            }
        });
    }

    private static @Nullable String pinned(FileDecider.Case c, StateKind protectedState, ReaderRow row) {
        if (row.getProtectsTempManifest()
                && row.getTempManifest().equals(c.path().value())) {
            return "it as its temporary manifest";
        }
        return switch (row.getPinCase()) {
            case VERSION ->
                Protection.protects(row.getVersion(), c.region(), c.file(), protectedState)
                        ? "version " + Long.toUnsignedString(row.getVersion().getVersion())
                        : null;
            case FILES -> row.getFiles().getPathsList().contains(c.path().value()) ? "its path" : null;
            case PIN_NOT_SET -> null;
        };
    }
}
