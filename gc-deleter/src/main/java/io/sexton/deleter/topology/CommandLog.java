package io.sexton.deleter.topology;

import io.sexton.deleter.core.CommandPosition;
import io.sexton.proto.LogRecord;
import io.sexton.v1.RegionEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The port to the log: the commands as one member of the deleters' group reads them, and the transactions of its reports. For
 * one thread, {@link #wakeup} excepted. Each method may throw a {@link org.apache.kafka.common.KafkaException} where a
 * request fails.
 */
public interface CommandLog extends AutoCloseable {

    /** The listener to the group's assignments. Called by the thread that polls, from within {@link #poll}. */
    interface Assignments {

        /** These partitions are assigned; reading begins where {@link #seek} puts it. */
        void assigned(Set<Integer> partitions);

        /** These partitions go to another member after this call. */
        void revoked(Set<Integer> partitions);

        /** These partitions may be another member's already. */
        void lost(Set<Integer> partitions);
    }

    /** Joins the group. */
    void join(Assignments assignments);

    /** Leaves the group. */
    void leave();

    /** Returns the next records of the assigned partitions, in the order of each, after at most this time. */
    List<LogRecord> poll(Duration longest);

    /** Returns the partitions that are assigned. */
    Set<Integer> assignment();

    /**
     * Returns the committed positions; of a partition without one, its beginning.
     *
     * @throws IllegalStateException if one has metadata of another kind: what is settled above it is not known
     */
    Map<Integer, CommandPosition> committed(Set<Integer> partitions);

    /** Sets the offset of the next record of an assigned partition. */
    void seek(int partition, long offset);

    /** Stops reading an assigned partition. */
    void pause(int partition);

    /** Resumes reading an assigned partition. */
    void resume(int partition);

    /**
     * Publishes the events and commits the positions in one transaction, both or neither; and proves membership, since the
     * group coordinator accepts offsets only from a member of the present generation. After a failure it is not known
     * whether it is committed: then {@link #settle}, and read again from the committed offsets.
     *
     * @param positions of partitions of the commands, at least one: without any the coordinator would not be involved
     */
    void commit(List<RegionEvent> events, Map<Integer, CommandPosition> positions);

    /** Settles a transaction that failed: after this it is committed or aborted, for all to see. */
    void settle();

    /** Completes if the group coordinator answers a request. */
    void probe();

    /** Ends a call that waits, by a {@link org.apache.kafka.common.errors.WakeupException}. By any thread. */
    void wakeup();

    @Override
    void close();
}
