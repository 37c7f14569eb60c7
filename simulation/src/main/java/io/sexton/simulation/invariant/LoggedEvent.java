package io.sexton.simulation.invariant;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sexton.simulation.log.SimulatedLog;
import io.sexton.v1.RegionEvent;
import java.util.Optional;

/** Reads events of the log, as a witness who knows the schema and nothing of the fold. */
final class LoggedEvent {
    private LoggedEvent() {}

    /** Empty for what is no event: the end of a transaction, or bytes that cannot be read. */
    static Optional<RegionEvent> read(SimulatedLog.Entry entry) {
        byte[] value = entry.value();
        if (value == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(RegionEvent.parseFrom(value));
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }
}
