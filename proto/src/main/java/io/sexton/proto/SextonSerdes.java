package io.sexton.proto;

import io.sexton.v1.GcCommand;
import io.sexton.v1.LockEvent;
import io.sexton.v1.LockRequest;
import io.sexton.v1.Notice;
import io.sexton.v1.RegionEvent;
import org.apache.kafka.common.serialization.Serde;

/**
 * The serdes of the keys and values of all topics. Deserializers throw a
 * {@link org.apache.kafka.common.errors.SerializationException} for invalid bytes. A reader that must not fail reads
 * byte arrays and parses them itself.
 *
 * <p>All serdes are stateless and safe for use by any thread.
 */
public final class SextonSerdes {

    private static final Serde<RegionId> REGION = new RegionIdSerde();
    private static final Serde<RegionEvent> EVENT = MessageSerde.of(RegionEvent.getDefaultInstance());
    private static final Serde<GcCommand> COMMAND = MessageSerde.of(GcCommand.getDefaultInstance());
    private static final Serde<Notice> NOTICE = MessageSerde.of(Notice.getDefaultInstance());
    private static final Serde<LockRequest> LOCK_REQUEST = MessageSerde.of(LockRequest.getDefaultInstance());
    private static final Serde<LockEvent> LOCK_EVENT = MessageSerde.of(LockEvent.getDefaultInstance());

    private SextonSerdes() {}

    /**
     * Returns the serde of region keys, for writing all topics and for reading those that only Sexton writes. The keys
     * of ticks and policies are ignored, so read {@link Topics#EVENTS} and {@link Topics#LOCK_REQUESTS} as byte arrays.
     */
    public static Serde<RegionId> region() {
        return REGION;
    }

    /** Returns the serde of values on {@link Topics#EVENTS}. */
    public static Serde<RegionEvent> event() {
        return EVENT;
    }

    /** Returns the serde of values on {@link Topics#DELETE_COMMANDS}. */
    public static Serde<GcCommand> command() {
        return COMMAND;
    }

    /** Returns the serde of values on {@link Topics#NOTICES}. */
    public static Serde<Notice> notice() {
        return NOTICE;
    }

    /** Returns the serde of values on {@link Topics#LOCK_REQUESTS}. */
    public static Serde<LockRequest> lockRequest() {
        return LOCK_REQUEST;
    }

    /** Returns the serde of values on {@link Topics#LOCK_EVENTS}. */
    public static Serde<LockEvent> lockEvent() {
        return LOCK_EVENT;
    }
}
