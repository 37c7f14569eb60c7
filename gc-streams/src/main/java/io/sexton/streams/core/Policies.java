package io.sexton.streams.core;

import io.sexton.fold.core.OrderedStore;
import io.sexton.proto.RegionId;
import io.sexton.streams.core.row.PartitionRow;
import io.sexton.streams.core.row.PolicyEntry;
import io.sexton.v1.Policy;
import io.sexton.v1.PolicySet;
import java.util.ArrayList;
import java.util.List;

/** The policies of one partition: of those whose glob matches a region, the one set last wins. Not thread safe. */
final class Policies {
    private final Table<PartitionRow> table;
    private final byte[] key;
    private PartitionRow row;
    private List<Rule> rules;

    private record Rule(Glob glob, Policy said, EffectivePolicy policy) {}

    private static final Rule NONE = new Rule(new Glob(""), Policy.getDefaultInstance(), EffectivePolicy.DEFAULT);

    Policies(OrderedStore store, int tag) {
        table = new Table<>(store, tag, PartitionRow.parser());
        key = table.key().build();
        PartitionRow stored = table.get(key);
        row = stored == null ? PartitionRow.getDefaultInstance() : stored;
        rules = rulesOf(row);
    }

    EffectivePolicy of(RegionId region) {
        return ruleOf(region).policy;
    }

    /** The policy as it was said, to be kept with work that goes on under it. */
    Policy saidOf(RegionId region) {
        return ruleOf(region).said;
    }

    private Rule ruleOf(RegionId region) {
        for (int last = rules.size() - 1; last >= 0; last--) {
            if (rules.get(last).glob.matches(region.value())) {
                return rules.get(last);
            }
        }
        return NONE;
    }

    /** Those that were set, in their order; of several for one glob only the last. */
    List<PolicySet> all() {
        return row.getPoliciesList().stream()
                .map(entry -> PolicySet.newBuilder()
                        .setRegionGlob(entry.getGlob())
                        .setPolicy(entry.getPolicy())
                        .build())
                .toList();
    }

    /** How many policies were ever applied: what a dry run has shown is shown again under the next one. */
    long generation() {
        return row.getPolicyGeneration();
    }

    void set(PolicySet set, long offset) {
        PartitionRow.Builder next = PartitionRow.newBuilder().setPolicyGeneration(row.getPolicyGeneration() + 1);
        for (PolicyEntry entry : row.getPoliciesList()) {
            if (!entry.getGlob().equals(set.getRegionGlob())) {
                next.addPolicies(entry);
            }
        }
        next.addPolicies(PolicyEntry.newBuilder()
                .setGlob(set.getRegionGlob())
                .setPolicy(set.getPolicy())
                .setOffset(offset));
        row = next.build();
        rules = rulesOf(row);
        table.put(key, row);
    }

    private static List<Rule> rulesOf(PartitionRow row) {
        List<Rule> rules = new ArrayList<>();
        for (PolicyEntry entry : row.getPoliciesList()) {
            rules.add(new Rule(new Glob(entry.getGlob()), entry.getPolicy(), EffectivePolicy.of(entry.getPolicy())));
        }
        return rules;
    }
}
