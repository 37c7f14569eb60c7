package io.sexton.proto;

import java.util.List;

/**
 * The names of the topics, without a namespace; {@link Namespace#topic} returns the name on the brokers. They are
 * fixed, because programs in other languages use them, too. JSON lines contain these names in every namespace.
 *
 * <p>All but {@link #DEAD_LETTERS} and {@link #META} have the region id in UTF-8 as their key and the same number of
 * partitions, with Kafka's default partitioner (murmur2), so that all records of a region are in the same partition
 * number.
 */
public final class Topics {

    /** Events of regions ({@link io.sexton.v1.RegionEvent}), in one order for each region; LogAppendTime. */
    public static final String EVENTS = "gc.events";

    /** Commands to gc-deleter ({@link io.sexton.v1.GcCommand}); to be read with {@code read_committed}. */
    public static final String DELETE_COMMANDS = "gc.delete-commands";

    /** Notices to databases ({@link io.sexton.v1.Notice}); to be read with {@code read_committed}. */
    public static final String NOTICES = "gc.notices";

    /** Requests of lock owners ({@link io.sexton.v1.LockRequest}); LogAppendTime. */
    public static final String LOCK_REQUESTS = "gc.lock-requests";

    /** Events of lock-coordinator ({@link io.sexton.v1.LockEvent}); to be read with {@code read_committed}. */
    public static final String LOCK_EVENTS = "gc.lock-events";

    /** Records that could not be applied: the original bytes, with the reason in headers. */
    public static final String DEAD_LETTERS = "gc.dead-letters";

    /**
     * Properties of the other topics that must never change: the first record, {@link io.sexton.v1.TopicsMade}, and for
     * each folded log the first {@link io.sexton.v1.FoldRecorded}. Only {@link TopicAdmin} reads and writes it.
     */
    public static final String META = "gc.meta";

    /** The topics whose key is a region; they have one common number of partitions. */
    public static final List<String> KEYED_BY_REGION =
            List.of(EVENTS, DELETE_COMMANDS, NOTICES, LOCK_REQUESTS, LOCK_EVENTS);

    /** All topics except {@link #META}. */
    public static final List<String> ALL =
            List.of(EVENTS, DELETE_COMMANDS, NOTICES, LOCK_REQUESTS, LOCK_EVENTS, DEAD_LETTERS);

    private Topics() {}
}
