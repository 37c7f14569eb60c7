package io.sexton.demo.proof;

import io.sexton.proto.RegionId;
import io.sexton.v1.Policy;
import java.util.Map;

/**
 * The policy of each region, as the demo has set it.
 *
 * @param ofMost of every region that has none of its own
 * @param own of others
 */
public record RegionPolicies(Policy ofMost, Map<RegionId, Policy> own) {

    public RegionPolicies {
        own = Map.copyOf(own);
    }

    Policy of(String region) {
        return own.getOrDefault(RegionId.of(region), ofMost);
    }
}
