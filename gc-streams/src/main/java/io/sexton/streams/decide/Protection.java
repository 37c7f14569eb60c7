package io.sexton.streams.decide;

import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.streams.model.Blocker;
import io.sexton.streams.model.KnownFile;
import io.sexton.streams.model.KnownFile.Versions;
import io.sexton.streams.model.Stamp;
import io.sexton.streams.model.StateKind;
import io.sexton.streams.row.VersionPin;
import io.sexton.streams.state.view.HoldsView;
import io.sexton.streams.state.view.ReadersView;
import io.sexton.streams.state.view.ReferencesView;
import io.sexton.streams.state.view.RegionView;
import io.sexton.streams.state.view.StateView;
import org.jspecify.annotations.Nullable;

/** The decider on the protection of files by pins, references and holds (design, section 6; I2). Reads only. */
public final class Protection {
    private final ReadersView readers;
    private final ReferencesView references;
    private final HoldsView holds;

    Protection(StateView state) {
        readers = state.readers();
        references = state.references();
        holds = state.holds();
    }

    /**
     * Returns one blocker that protects the file; {@code null}: none does.
     *
     * @param kind of the file's own state; for a condemned file of the one before its condemnation
     */
    @Nullable
    Blocker of(RegionView region, FilePath path, KnownFile file, StateKind kind) {
        RegionId id = region.id();
        if (readers.isPinnedByPath(id, path) || readers.isTempManifest(id, path) || references.isReferenced(id, path)) {
            return new Blocker.ByPath(id, path);
        }
        VersionPin pin = versionPin(region, file.versions(), kind);
        if (pin != null) {
            return new Blocker.ByVersionPin(id, pin.getEpoch(), pin.getVersion());
        }
        // Without any hold, a seek would walk over the tombstones of the keys that follow (I9).
        String hold = region.row().getHolds() == 0 ? null : holds.firstOver(id, path);
        return hold == null ? null : new Blocker.ByHold(id, hold);
    }

    /** Returns whether one pin by version protects the file: the test of {@link #versionPin} for a single pin. */
    public static boolean protects(VersionPin pin, RegionView region, KnownFile file, StateKind kind) {
        Long added = file.versions().added();
        Stamp removed = file.versions().removed();
        boolean isAdded = added != null && !Stamp.isBelow(pin.getVersion(), added);
        return switch (kind) {
            case OBSOLETE, UNREFERENCED ->
                removed != null
                        && (Stamp.isBelow(pin.getEpoch(), removed.epoch())
                                || (isAdded
                                        && (removed.infinite() || Stamp.isBelow(pin.getVersion(), removed.version()))));
            case LIVE -> region.isGone() && isAdded;
            case UNKNOWN, TEMP, ABANDONED, ABORTED, CONDEMNED, GONE -> false;
        };
    }

    private @Nullable VersionPin versionPin(RegionView region, Versions versions, StateKind kind) {
        Long added = versions.added();
        Stamp removed = versions.removed();
        return switch (kind) {
            case OBSOLETE, UNREFERENCED -> {
                if (removed == null) {
                    yield null;
                }
                VersionPin earlier = readers.firstPinBelowEpoch(region.id(), removed.epoch());
                yield earlier != null || added == null
                        ? earlier
                        : readers.firstPinWithin(region.id(), added, removed.infinite() ? null : removed.version());
            }
            case LIVE -> region.isGone() && added != null ? readers.firstPinWithin(region.id(), added, null) : null;
            case UNKNOWN, TEMP, ABANDONED, ABORTED, CONDEMNED, GONE -> null;
        };
    }
}
