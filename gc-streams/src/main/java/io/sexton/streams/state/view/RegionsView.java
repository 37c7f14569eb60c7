package io.sexton.streams.state.view;

import io.sexton.proto.RegionId;

/** The regions of a partition, read-only. */
public interface RegionsView {
    /** Returns a region, with the changes of the present record; one without a fact if no event has named it. */
    RegionView view(RegionId id);
}
