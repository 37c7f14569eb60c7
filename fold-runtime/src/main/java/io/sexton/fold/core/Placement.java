package io.sexton.fold.core;

import java.util.Optional;

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

    /** What is wrong with where a record stands; empty if nothing is, or if it has no key. */
    default Optional<String> problemWith(LogRecord record) {
        if (record.key() == null || allows(record.key(), record.partition())) {
            return Optional.empty();
        }
        return Optional.of("key: its records do not belong into partition " + record.partition()
                + "; the producer must place them by murmur2, as Kafka's own clients do");
    }
}
