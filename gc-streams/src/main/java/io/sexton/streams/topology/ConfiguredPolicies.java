package io.sexton.streams.topology;

import io.sexton.v1.PolicySet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Policies that the configuration names. They take effect as events of each partition, so that a replay of the log needs
 * nothing else (I8). Immutable.
 *
 * @param inOrder of those whose glob matches a region, the last wins; each glob stands once
 */
public record ConfiguredPolicies(List<PolicySet> inOrder) {
    public static final ConfiguredPolicies NONE = new ConfiguredPolicies(List.of());

    public ConfiguredPolicies {
        inOrder = List.copyOf(inOrder);
    }

    /**
     * What must be appended to a log so that it says what is configured: from the first that differs on, because the
     * order counts. Policies of other globs are left as they are.
     *
     * @param said the log's policies, in the order in which they were set
     */
    List<PolicySet> missingIn(List<PolicySet> said) {
        Set<String> globs = inOrder.stream().map(PolicySet::getRegionGlob).collect(Collectors.toSet());
        List<PolicySet> ours = said.stream()
                .filter(policy -> globs.contains(policy.getRegionGlob()))
                .toList();
        int same = 0;
        while (same < Math.min(ours.size(), inOrder.size()) && ours.get(same).equals(inOrder.get(same))) {
            same++;
        }
        return inOrder.subList(same, inOrder.size());
    }
}
