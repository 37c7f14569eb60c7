package io.sexton.streams.decide;

import io.sexton.proto.FilePath;
import io.sexton.streams.model.KnownFile;
import io.sexton.streams.model.Stamp;
import io.sexton.streams.model.StateKind;
import io.sexton.streams.row.RegionRowOrBuilder;
import io.sexton.streams.row.SweepOrBuilder;
import io.sexton.streams.state.view.ReadersView;
import io.sexton.streams.state.view.RegionView;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The decider on pins, references and temporary manifests of readers (design, section 6; I2). Reads only. */
public final class PinDecider {
    private PinDecider() {}

    /** Returns whether the file cannot be pinned. WARNING: an emitted delete command would break such a pin (I2). */
    public static boolean isUnpinnable(@Nullable KnownFile file) {
        return file != null
                && (file.is(StateKind.CONDEMNED)
                        || file.is(StateKind.GONE)
                        || file.commands().pendingOffset() != null);
    }

    /** Returns the reason why a version cannot be pinned; empty: it can. */
    public static Optional<String> rejectionReason(RegionView region, long version) {
        RegionRowOrBuilder row = region.row();
        if (!row.hasVersion() || row.getUnversioned() || row.getRetentionOnly()) {
            return Optional.of("the region has no versions, or its version is not known");
        }
        if (region.isGone()) {
            return Optional.of("the region is gone");
        }
        if (region.isIncomplete()) {
            return Optional.of("the region's history has a gap since offset " + row.getGapOffset());
        }
        if (Stamp.isBelow(row.getVersion(), version)) {
            return Optional.of("the region is only at version " + Long.toUnsignedString(row.getVersion()));
        }
        if (row.getSweepsOrBuilderList().stream().anyMatch(SweepOrBuilder::hasInventory)) {
            // WARNING: the inventory has not raised the horizon yet: a pin could cover a missing file.
            return Optional.of("the region's last inventory is still being worked through: try again");
        }
        if (Stamp.isBelow(version, row.getHorizon())) {
            return Optional.of(
                    "files of versions below " + Long.toUnsignedString(row.getHorizon()) + " may be condemned already");
        }
        return Optional.empty();
    }

    /** Returns whether a reader may name the file as its temporary manifest: nobody else has named it. */
    public static boolean mayBeTempManifest(
            ReadersView readers, RegionView region, FilePath path, @Nullable KnownFile file) {
        return switch (KnownFile.kindOf(file)) {
            case UNKNOWN, GONE, UNREFERENCED -> !readers.isPinnedByPath(region.id(), path);
            case LIVE, OBSOLETE, TEMP, ABANDONED, ABORTED, CONDEMNED -> false;
        };
    }

    /** Returns whether a file that a dead writer pinned may have been committed, and the commit missed. */
    public static boolean mayHaveBeenCommitted(KnownFile file) {
        return switch (file.kind()) {
            case UNREFERENCED, OBSOLETE, ABANDONED, ABORTED -> true;
            case UNKNOWN, LIVE, TEMP, CONDEMNED, GONE -> false;
        };
    }
}
