package io.sexton.streams.state.view;

import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import java.util.function.Consumer;

/** The references of other regions to files, read-only. */
public interface ReferencesView {
    boolean isReferenced(RegionId region, FilePath path);

    /** Visits the regions that refer to a path. */
    void forEachReferrer(RegionId region, FilePath path, Consumer<String> visitor);
}
