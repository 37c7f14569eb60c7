package io.sexton.streams.core;

import io.sexton.fold.core.OrderedStore;
import io.sexton.streams.core.row.PartitionRow;
import io.sexton.streams.core.row.PolicyEntry;
import java.util.ArrayList;
import java.util.List;

/**
 * The stored policies of one partition: a row for each, by the offset of its PolicySet, because all of them together are
 * larger than a record of the changelog may be. Earlier versions kept them in one row; that is divided up when the next
 * policy is set. Not thread safe.
 */
final class PolicyTable {
    private final Table<PartitionRow> partition;
    private final Table<PolicyEntry> policies;
    private final byte[] key;
    private PartitionRow row;

    PolicyTable(OrderedStore store) {
        partition = new Table<>(store, Tags.PARTITION, PartitionRow.parser());
        policies = new Table<>(store, Tags.POLICIES, PolicyEntry.parser());
        key = partition.key().build();
        PartitionRow stored = partition.get(key);
        row = stored == null ? PartitionRow.getDefaultInstance() : stored;
    }

    /** In the order in which they were set. */
    List<PolicyEntry> all() {
        List<PolicyEntry> all = new ArrayList<>(row.getPoliciesList());
        policies.forEach(policies.key().build(), stored -> all.add(stored.row()));
        return all;
    }

    /** How many PolicySets were ever applied. */
    long generation() {
        return row.getPolicyGeneration();
    }

    void countApplied() {
        for (PolicyEntry entry : row.getPoliciesList()) {
            put(entry);
        }
        row = row.toBuilder()
                .clearPolicies()
                .setPolicyGeneration(row.getPolicyGeneration() + 1)
                .build();
        partition.put(key, row);
    }

    void put(PolicyEntry entry) {
        policies.put(keyOf(entry), entry);
    }

    void remove(PolicyEntry entry) {
        policies.delete(keyOf(entry));
    }

    private byte[] keyOf(PolicyEntry entry) {
        return policies.key().number(entry.getOffset()).build();
    }
}
