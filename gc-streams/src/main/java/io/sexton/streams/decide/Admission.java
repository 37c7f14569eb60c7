package io.sexton.streams.decide;

import io.sexton.streams.model.Stamp;
import io.sexton.streams.row.RegionRowOrBuilder;
import io.sexton.streams.state.view.RegionView;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.RegionOpened;
import java.util.Optional;

/** The decider on valid events as a whole (design, section 5): rejections, in the order of that section. */
public final class Admission {
    private Admission() {}

    /**
     * The rejection of an event.
     *
     * @param detail for the notice
     * @param moves whether it is a RegionOpened with another store, root or kind
     */
    public record Rejection(String detail, boolean moves) {}

    public static Optional<Rejection> rejection(RegionView view, RegionEvent event) {
        RegionRowOrBuilder region = view.row();
        long epoch = event.getEpoch();
        if (epoch != 0 && Stamp.isBelow(epoch, region.getEpoch())) {
            return because("epoch " + Long.toUnsignedString(epoch) + " is fenced: the region is at "
                    + Long.toUnsignedString(region.getEpoch()));
        }
        if (epoch == 0 && region.getEpoch() != 0 && needsEpoch(event)) {
            return because("an event of a leader must carry its epoch once the region has one");
        }
        if (region.hasDrop() && epoch != 0 && !isLifeEvent(event)) {
            return because("the region is dropped");
        }
        if (view.isGone() && event.hasRegionRestored()) {
            return because("the region is gone, and cannot be restored");
        }
        if (view.isGone() && event.hasRegionOpened() && !Stamp.isBelow(region.getEpoch(), epoch)) {
            return because("the region is gone: a new life needs a higher epoch");
        }
        if (region.getRetentionOnly() && isOfManifest(event)) {
            return because("a retention-only region has no manifest");
        }
        if (event.hasRegionOpened() && moves(region, event.getRegionOpened())) {
            return Optional.of(new Rejection(
                    "the region tracks files of store '" + region.getStore() + "', root '" + region.getRoot()
                            + "': move it as a drop and a new region",
                    true));
        }
        return Optional.empty();
    }

    private static boolean needsEpoch(RegionEvent event) {
        return event.hasRegionOpened()
                || event.hasManifestEdit()
                || event.hasManifestSnapshot()
                || event.hasCompactionCompleted();
    }

    private static boolean isLifeEvent(RegionEvent event) {
        return event.hasRegionOpened() || event.hasRegionRestored() || event.hasRegionDropped();
    }

    private static boolean isOfManifest(RegionEvent event) {
        return event.hasManifestEdit()
                || event.hasManifestSnapshot()
                || (event.hasCompactionCompleted()
                        && event.getCompactionCompleted().hasEdit());
    }

    /** Returns whether the event moves the region. WARNING: its tracked files must never be deleted elsewhere. */
    private static boolean moves(RegionRowOrBuilder region, RegionOpened opened) {
        return region.getOpened()
                && region.getTrackedFiles() > 0
                && !(region.getStore().equals(opened.getStore())
                        && region.getRoot().equals(opened.getRoot())
                        && region.getRetentionOnly() == opened.getRetentionOnly());
    }

    private static Optional<Rejection> because(String detail) {
        return Optional.of(new Rejection(detail, false));
    }
}
