package io.sexton.cli.publish;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sexton.cli.lines.JsonRecord;
import io.sexton.proto.Topics;
import io.sexton.v1.LockRequest;
import io.sexton.v1.RegionEvent;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The decision on a record to publish. */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way to a topic; never compared
sealed interface Publishable {

    /** A record for the partition of its key. */
    record ByKey(String topic, byte[] key, byte[] value) implements Publishable {}

    /** A record for every partition, because it concerns partitions rather than a region. */
    record ToEveryPartition(String topic, byte[] value) implements Publishable {}

    /** A tick, which Sexton writes itself. */
    record Tick() implements Publishable {}

    /** @param problem why the fold would not apply it, as a phrase with the line as its subject */
    record Refused(String problem) implements Publishable {}

    static Publishable of(JsonRecord record) {
        if (record.value() == null) {
            return new Refused("has no value, and would be an event without content");
        }
        try {
            return switch (record.topic()) {
                case Topics.EVENTS -> event(record.key(), record.value(), RegionEvent.parseFrom(record.value()));
                case Topics.LOCK_REQUESTS ->
                    lockRequest(record.key(), record.value(), LockRequest.parseFrom(record.value()));
                // WARNING: a delete command that nothing has decided would delete a file that may be live (I1).
                default -> new Refused("is for " + record.topic() + ", which only Sexton's services write");
            };
        } catch (InvalidProtocolBufferException e) {
            return new Refused("has a value that is not what " + record.topic() + " carries");
        }
    }

    private static Publishable event(byte @Nullable [] key, byte[] value, RegionEvent event) {
        if (event.hasTick()) {
            return new Tick();
        }
        byte[] region = key == null ? event.getRegionBytes().toByteArray() : key;
        // The fold would compare two empty names, and report a key that was never given.
        if (region.length == 0 && event.getRegion().isEmpty() && !event.hasPolicySet()) {
            return new Refused("is no valid event: region is empty");
        }
        Optional<String> problem = FoldCheck.onEvent(region, value);
        if (problem.isPresent()) {
            return new Refused("is no valid event: " + problem.get());
        }
        return event.hasPolicySet()
                ? new ToEveryPartition(Topics.EVENTS, value)
                : new ByKey(Topics.EVENTS, region, value);
    }

    private static Publishable lockRequest(byte @Nullable [] key, byte[] value, LockRequest request) {
        if (request.hasTick()) {
            return new Tick();
        }
        byte[] region = key == null ? request.getRegionBytes().toByteArray() : key;
        if (region.length == 0 && request.getRegion().isEmpty()) {
            return new Refused("is no valid lock request: region is empty");
        }
        Optional<String> problem = FoldCheck.onLockRequest(region, value);
        return problem.isPresent()
                ? new Refused("is no valid lock request: " + problem.get())
                : new ByKey(Topics.LOCK_REQUESTS, region, value);
    }
}
