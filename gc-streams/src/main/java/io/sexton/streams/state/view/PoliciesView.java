package io.sexton.streams.state.view;

import io.sexton.proto.RegionId;
import io.sexton.streams.model.EffectivePolicy;
import io.sexton.v1.PolicySet;
import java.util.List;

/** The policies of a partition, read-only. */
public interface PoliciesView {
    EffectivePolicy of(RegionId region);

    /** Returns the policies in the order in which they were set; of several for one glob only the last. */
    List<PolicySet> all();

    /** Returns the number of policies ever set or removed. A dry run shows a file again under the next one. */
    long generation();
}
