package io.sexton.proto;

import io.sexton.v1.GcCommand;
import io.sexton.v1.LockEvent;
import io.sexton.v1.LockRequest;
import io.sexton.v1.Notice;
import io.sexton.v1.RegionEvent;
import org.apache.kafka.common.serialization.Serde;

/**
 * What each topic's keys and values are made of. A reader fails with a
 * {@link org.apache.kafka.common.errors.SerializationException} on bytes that are none; one that must not fail reads
 * byte arrays and tries.
 *
 * <p>All are stateless and safe for use by any thread.
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
     * Keys of region topics, for writing any of them and for reading those that only Sexton writes. Ticks and policies
     * have keys that nobody looks at, so read {@link Topics#EVENTS} and {@link Topics#LOCK_REQUESTS} by other means.
     */
    public static Serde<RegionId> region() {
        return REGION;
    }

    /** Values on {@link Topics#EVENTS}. */
    public static Serde<RegionEvent> event() {
        return EVENT;
    }

    /** Values on {@link Topics#DELETE_COMMANDS}. */
    public static Serde<GcCommand> command() {
        return COMMAND;
    }

    /** Values on {@link Topics#NOTICES}. */
    public static Serde<Notice> notice() {
        return NOTICE;
    }

    /** Values on {@link Topics#LOCK_REQUESTS}. */
    public static Serde<LockRequest> lockRequest() {
        return LOCK_REQUEST;
    }

    /** Values on {@link Topics#LOCK_EVENTS}. */
    public static Serde<LockEvent> lockEvent() {
        return LOCK_EVENT;
    }
}
