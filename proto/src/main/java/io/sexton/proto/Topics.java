package io.sexton.proto;

import java.util.List;

/**
 * Names of the topics, without a namespace: {@link Namespace#topic} gives the name on the brokers. They are fixed: programs
 * in other languages write and read them too, and JSON lines name topics so in every namespace.
 *
 * <p>All but {@link #DEAD_LETTERS} and {@link #META} have the region id in UTF-8 as their key and the same number of partitions, with
 * Kafka's default partitioner (murmur2), so that everything about a region is in one partition number.
 */
public final class Topics {

    /** {@link io.sexton.v1.RegionEvent}: everything that happens to a region, in one order; LogAppendTime. */
    public static final String EVENTS = "gc.events";

    /** {@link io.sexton.v1.GcCommand}: what gc-deleter is to do; to be read with {@code read_committed}. */
    public static final String DELETE_COMMANDS = "gc.delete-commands";

    /** {@link io.sexton.v1.Notice}: what databases should know; to be read with {@code read_committed}. */
    public static final String NOTICES = "gc.notices";

    /** {@link io.sexton.v1.LockRequest}: requests of lock holders; LogAppendTime. */
    public static final String LOCK_REQUESTS = "gc.lock-requests";

    /** {@link io.sexton.v1.LockEvent}: answers of the lock-coordinator; to be read with {@code read_committed}. */
    public static final String LOCK_EVENTS = "gc.lock-events";

    /** Records that could not be applied: the bytes as they came, and why, as headers. */
    public static final String DEAD_LETTERS = "gc.dead-letters";

    /**
     * What may never change about the other topics: the first record, {@link io.sexton.v1.TopicsMade}, and for each log
     * that is folded the first {@link io.sexton.v1.FoldRecorded}. Only {@link TopicAdmin} reads and writes it.
     */
    public static final String META = "gc.meta";

    /** The topics whose key is a region; they have one common number of partitions. */
    public static final List<String> KEYED_BY_REGION =
            List.of(EVENTS, DELETE_COMMANDS, NOTICES, LOCK_REQUESTS, LOCK_EVENTS);

    /** The topics that carry the work: every one but {@link #META}. */
    public static final List<String> ALL =
            List.of(EVENTS, DELETE_COMMANDS, NOTICES, LOCK_REQUESTS, LOCK_EVENTS, DEAD_LETTERS);

    private Topics() {}
}
