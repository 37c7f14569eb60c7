package io.sexton.streams.state;

import io.sexton.fold.core.OrderedStore;
import io.sexton.fold.index.Table;
import io.sexton.streams.row.PartitionRow;
import io.sexton.streams.row.PolicyEntry;
import java.util.ArrayList;
import java.util.List;

/**
 * The stored policies of one partition. Each has its own row, by the offset of its PolicySet, because a record of the
 * changelog could not hold all of them. Earlier versions kept them in one row; the next PolicySet splits it. Not thread
 * safe.
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

    /** Returns the policies in the order of their PolicySets. */
    List<PolicyEntry> all() {
        List<PolicyEntry> all = new ArrayList<>(row.getPoliciesList());
        policies.forEach(policies.key().build(), stored -> all.add(stored.row()));
        return all;
    }

    /** Returns the number of PolicySets applied so far. */
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
        policies.delete(keyOf(entry), entry);
    }

    private byte[] keyOf(PolicyEntry entry) {
        return policies.key().number(entry.getOffset()).build();
    }
}
