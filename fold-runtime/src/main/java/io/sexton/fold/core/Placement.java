package io.sexton.fold.core;

/**
 * Which partition the records of a key belong to. Some Kafka clients place keys by another hash than the design's: what
 * they say would be accepted in the wrong partition and protect nothing, a pin (I2) as little as a lock (I4).
 */
@FunctionalInterface
public interface Placement {
    /** For logs of which only some partitions are at hand, such as the lines of a file. */
    Placement UNCHECKED = (key, partition) -> true;

    /** Whether a record with this key may stand in the partition. */
    boolean allows(byte[] key, int partition);
}
