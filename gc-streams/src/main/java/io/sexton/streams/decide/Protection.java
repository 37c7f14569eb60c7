package io.sexton.streams.decide;

import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.streams.model.Blocker;
import io.sexton.streams.model.FileState;
import io.sexton.streams.model.Stamps;
import io.sexton.streams.row.FileRow;
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
     * @param state the file's own; for a condemned file the one before its condemnation
     */
    @Nullable
    Blocker of(RegionView region, FilePath path, FileRow file, FileState state) {
        RegionId id = region.id();
        if (readers.isPinnedByPath(id, path) || readers.isTempManifest(id, path) || references.isReferenced(id, path)) {
            return new Blocker.ByPath(id, path);
        }
        VersionPin pin = versionPin(region, file, state);
        if (pin != null) {
            return new Blocker.ByVersionPin(id, pin.getEpoch(), pin.getVersion());
        }
        // Without any pin, a seek would walk over the tombstones of the keys that follow (I9).
        String hold = region.row().getHolds() == 0 ? null : holds.firstOver(id, path);
        return hold == null ? null : new Blocker.ByHold(id, hold);
    }

    /** Returns whether one pin by version protects the file: the test of {@link #versionPin} for a single pin. */
    public static boolean protects(VersionPin pin, RegionView region, FileRow file, FileState state) {
        return switch (state) {
            case OBSOLETE, UNREFERENCED ->
                file.hasRemoved()
                        && (Stamps.isBelow(pin.getEpoch(), file.getRemoved().getEpoch())
                                || (file.hasAdded()
                                        && !Stamps.isBelow(pin.getVersion(), file.getAdded())
                                        && (file.getRemoved().getInfinite()
                                                || Stamps.isBelow(
                                                        pin.getVersion(),
                                                        file.getRemoved().getVersion()))));
            case LIVE ->
                region.isGone() && file.hasAdded() && !Stamps.isBelow(pin.getVersion(), file.getAdded());
            case UNKNOWN, TEMP, ABANDONED, ABORTED, CONDEMNED, GONE -> false;
        };
    }

    private @Nullable VersionPin versionPin(RegionView region, FileRow file, FileState state) {
        RegionId id = region.id();
        return switch (state) {
            case OBSOLETE, UNREFERENCED -> {
                if (!file.hasRemoved()) {
                    yield null;
                }
                VersionPin earlier =
                        readers.firstPinBelowEpoch(id, file.getRemoved().getEpoch());
                if (earlier != null || !file.hasAdded()) {
                    yield earlier;
                }
                Long removed = file.getRemoved().getInfinite()
                        ? null
                        : file.getRemoved().getVersion();
                yield readers.firstPinWithin(id, file.getAdded(), removed);
            }
            case LIVE ->
                region.isGone() && file.hasAdded()
                        ? readers.firstPinWithin(id, file.getAdded(), null)
                        : null;
            case UNKNOWN, TEMP, ABANDONED, ABORTED, CONDEMNED, GONE -> null;
        };
    }
}
