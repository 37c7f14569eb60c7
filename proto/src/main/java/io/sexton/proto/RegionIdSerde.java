package io.sexton.proto;

import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * The serde of record keys: a region id in UTF-8.
 *
 * <p>Not for reading {@link Topics#EVENTS} or {@link Topics#LOCK_REQUESTS}: the keys of ticks and policies there are
 * ignored, and an invalid key must become a dead letter rather than an exception.
 *
 * <p>Stateless and safe for use by any thread.
 */
final class RegionIdSerde implements Serde<RegionId> {

    @Override
    public Serializer<RegionId> serializer() {
        return RegionIdSerde::write;
    }

    @Override
    public Deserializer<RegionId> deserializer() {
        return RegionIdSerde::read;
    }

    private static byte @Nullable [] write(String topic, @Nullable RegionId region) {
        return region == null ? null : region.toKey();
    }

    private static @Nullable RegionId read(String topic, byte @Nullable [] key) {
        if (key == null) {
            return null;
        }
        try {
            return RegionId.fromKey(key);
        } catch (IllegalArgumentException e) {
            throw new SerializationException("key of a record on " + topic + ": " + e.getMessage(), e);
        }
    }
}
