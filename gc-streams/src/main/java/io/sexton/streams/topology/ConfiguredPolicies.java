package io.sexton.streams.topology;

import io.sexton.v1.PolicySet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The policies of the configuration. They take effect as events of each partition, so that a replay needs the log alone
 * (I8). Immutable.
 *
 * @param inOrder of those whose glob matches a region, the last wins; each glob occurs once
 */
public record ConfiguredPolicies(List<PolicySet> inOrder) {
    public static final ConfiguredPolicies NONE = new ConfiguredPolicies(List.of());

    public ConfiguredPolicies {
        inOrder = List.copyOf(inOrder);
    }

    /**
     * Returns the policies to append to a log: all from the first that differs, because the order counts. Policies of
     * other globs stay unchanged.
     *
     * @param logged the log's policies, in the order in which they were set
     */
    List<PolicySet> missingIn(List<PolicySet> logged) {
        Set<String> globs = inOrder.stream().map(PolicySet::getRegionGlob).collect(Collectors.toSet());
        List<PolicySet> configuredGlobs = logged.stream()
                .filter(policy -> globs.contains(policy.getRegionGlob()))
                .toList();
        int same = 0;
        while (same < Math.min(configuredGlobs.size(), inOrder.size())
                && configuredGlobs.get(same).equals(inOrder.get(same))) {
            same++;
        }
        return inOrder.subList(same, inOrder.size());
    }
}
