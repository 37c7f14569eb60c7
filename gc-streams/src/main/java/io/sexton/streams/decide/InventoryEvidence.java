package io.sexton.streams.decide;

import io.sexton.streams.model.FileState;
import io.sexton.streams.model.KnownFile;
import io.sexton.streams.row.RunningInventory;
import io.sexton.streams.state.view.RegionView;

/** The evidence of a complete inventory: whether it is sound, and which files it proves absent (section 5; I5). */
public final class InventoryEvidence {
    private InventoryEvidence() {}

    /**
     * Returns whether a complete inventory is sound. WARNING: an unsound one proves neither absence nor orphans. A
     * listing under another prefix, of another root or of lost data contradicts the manifest; it must delete nothing
     * (I1, I5).
     */
    public static boolean isSound(RegionView region, RunningInventory inventory) {
        if (region.row().getRetentionOnly()) {
            return inventory.getUnchanged() == 0 || inventory.getNamedLive();
        }
        return inventory.hasUnlisted()
                && inventory.getUnlisted() == 0
                && (inventory.getNamedLive() || !region.row().getManifestSeen())
                && !region.isIncomplete()
                && !Guards.isLatched(region);
    }

    /** Returns whether the file is missing from the complete inventory announced at that offset. */
    public static boolean isMissing(RegionView region, KnownFile file, boolean sound, long announced) {
        if (file.isListedBy(announced) || !file.isOlderThan(announced)) {
            return false;
        }
        return switch (file.state()) {
            case FileState.Live live ->
                !live.excused() && (!sound || region.row().getRetentionOnly());
            // A file may be announced before it is written. One that only listings have named was not announced.
            case FileState.Unreferenced unreferenced ->
                sound && (file.sightings().known() == null || file.examination().candidateOffset() != null);
            case FileState.Obsolete obsolete -> sound;
            case FileState.Abandoned abandoned -> sound;
            case FileState.Aborted aborted -> sound;
            case FileState.Temporary temporary -> false;
            case FileState.Condemned condemned -> false;
            case FileState.Gone gone -> false;
        };
    }
}
