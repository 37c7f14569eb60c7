package io.sexton.fold.core;

import io.sexton.proto.LogRecord;
import java.util.Optional;

/**
 * The rule for the keys that may occur in a partition. Some Kafka clients place keys by another hash than the design's: a
 * pin (I2) or lock (I4) would be accepted in the wrong partition and protect nothing.
 */
@FunctionalInterface
public interface Placement {
    /** The rule for logs of which only some partitions are known, such as the lines of a file. */
    Placement UNCHECKED = (key, partition) -> true;

    /** Returns whether a record with this key may occur in the partition. */
    boolean allows(byte[] key, int partition);

    /** Returns the reason why a record must not occur in its partition; empty if it may, or has no key. */
    default Optional<String> problemWith(LogRecord record) {
        if (record.key() == null || allows(record.key(), record.partition())) {
            return Optional.empty();
        }
        return Optional.of("key: its records do not belong into partition " + record.partition()
                + "; the producer must place them by murmur2, as Kafka's own clients do");
    }
}
