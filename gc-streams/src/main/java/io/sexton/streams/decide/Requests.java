package io.sexton.streams.decide;

import io.sexton.streams.state.view.RegionView;

/** The decider on what a region must request from its leader and its scanner. Reads only. */
public final class Requests {
    private Requests() {}

    public static boolean needsSnapshot(RegionView region) {
        // The history of a gone region no longer matters.
        return !region.isGone() && (region.isIncomplete() || region.row().getAwaitingSnapshot() > 0);
    }

    public static boolean needsInventory(RegionView region) {
        return region.row().getOpened() && !region.isGone() && region.row().getAwaitingInventory() > 0;
    }
}
