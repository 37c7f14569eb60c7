package io.sexton.deleter.topology;

import io.sexton.v1.RegionEvent;
import java.util.List;
import java.util.Map;

/** The transactions that publish reports together with the offsets of their commands. For one thread. */
public interface ReportTransactions extends AutoCloseable {

    /**
     * Publishes the events and commits the offsets, both or neither; and proves membership, since the group coordinator
     * accepts offsets only from a member of the present generation.
     *
     * @param offsets of partitions of the commands, at least one: without any the coordinator would not be involved
     * @throws org.apache.kafka.common.KafkaException if it is not known to be committed: then {@link #reset}, and read
     *     the commands again from the committed offsets
     */
    void commit(List<RegionEvent> events, Map<Integer, Long> offsets);

    /** Settles an open transaction: after this it is committed or aborted, for all to see. */
    void reset();

    @Override
    void close();
}
