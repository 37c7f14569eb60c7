package io.sexton.streams.core;

/**
 * Which partition the records of a key belong to. Some Kafka clients place keys by another hash than the design's: a
 * heartbeat in the wrong partition would be accepted there and protect nothing (I2).
 */
@FunctionalInterface
public interface Placement {
    /** For logs of which only some partitions are at hand, such as the lines of a file. */
    Placement UNCHECKED = (key, partition) -> true;

    /** Whether a record with this key may stand in the partition. */
    boolean allows(byte[] key, int partition);
}
