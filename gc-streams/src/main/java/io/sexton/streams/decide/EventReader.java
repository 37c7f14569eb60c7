package io.sexton.streams.decide;

import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.sexton.fold.core.Placement;
import io.sexton.proto.EventRules;
import io.sexton.proto.FieldProblem;
import io.sexton.proto.LogRecord;
import io.sexton.proto.RegionId;
import io.sexton.streams.model.PathPattern;
import io.sexton.v1.RegionEvent;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The parser and validator of records of the log (design, section 5, "Validity"). */
public final class EventReader {
    /**
     * Upper bound on a record's value, in bytes. Brokers and producers bound compressed batches only. Rows and notices
     * that an event causes may be as large as the event, and must fit into a record.
     */
    private static final int MAX_BYTES = 12 * 1024 * 1024;

    /** Discards unknown fields: stored with a file, they would enter its row and commands without a bound. */
    private static final Parser<RegionEvent> PARSER = DiscardUnknownFieldsParser.wrap(RegionEvent.parser());

    private EventReader() {}

    public sealed interface Result {
        /** An event of one region. */
        record OfRegion(RegionId region, RegionEvent event) implements Result {}

        /** A tick or a policy, which concerns the whole partition. */
        record OfPartition(RegionEvent event) implements Result {}

        /**
         * A record that cannot be applied.
         *
         * @param key the region that the record's key names; {@code null}: none
         * @param mayHideManifest whether the record may have been an event of a region's leader
         */
        record Invalid(@Nullable RegionId key, boolean mayHideManifest, String reason) implements Result {}
    }

    public static Result read(LogRecord record, Placement placement) {
        RegionId key = region(record.key());
        if (record.value() == null) {
            return new Result.Invalid(key, true, "value: a record without one is no event");
        }
        if (record.value().length > MAX_BYTES) {
            return new Result.Invalid(
                    key, true, "value: has " + record.value().length + " bytes, more than " + MAX_BYTES);
        }
        RegionEvent event;
        try {
            event = PARSER.parseFrom(record.value());
        } catch (InvalidProtocolBufferException e) {
            return new Result.Invalid(key, true, "value: not a sexton.v1.RegionEvent: " + e.getMessage());
        }
        Optional<String> problem = problemWith(event);
        if (problem.isPresent()) {
            return invalid(key, event, problem.get());
        }
        if (isOfPartition(event)) {
            return event.getRegion().isEmpty()
                    ? new Result.OfPartition(event)
                    : invalid(key, event, "region: must be empty, for the event concerns the whole partition");
        }
        if (key == null || !key.value().equals(event.getRegion())) {
            return invalid(key, event, "region: '" + event.getRegion() + "' is not the record's key");
        }
        Optional<String> misplaced = placement.problemWith(record);
        if (misplaced.isPresent()) {
            return invalid(key, event, misplaced.get());
        }
        return new Result.OfRegion(key, event);
    }

    /** Returns the rule that the event breaks, its field first, regardless of its record; empty: none. */
    public static Optional<String> problemWith(RegionEvent event) {
        Optional<FieldProblem> problem = EventRules.problemWith(event);
        if (problem.isEmpty() && event.hasPolicySet()) {
            problem = Optional.ofNullable(
                    PathPattern.problemWith(event.getPolicySet().getPolicy()));
        }
        return problem.map(FieldProblem::toString);
    }

    private static Result invalid(@Nullable RegionId key, RegionEvent event, String problem) {
        return new Result.Invalid(key, mayBeOfLeader(event), problem);
    }

    private static boolean isOfPartition(RegionEvent event) {
        return event.hasTick() || event.hasPolicySet();
    }

    /** Returns whether the kind of event may be one that leaders write about the manifest. An unset kind may be. */
    private static boolean mayBeOfLeader(RegionEvent event) {
        return switch (event.getEventCase()) {
            case REGION_OPENED,
                    MANIFEST_EDIT,
                    MANIFEST_SNAPSHOT,
                    COMPACTION_STARTED,
                    COMPACTION_COMPLETED,
                    COMPACTION_FAILED,
                    EVENT_NOT_SET -> true;
            case REGION_DROPPED,
                    REGION_RESTORED,
                    FILE_WRITTEN,
                    WRITE_FAILED,
                    QUERY_HEARTBEAT,
                    QUERY_FINISHED,
                    REFERENCE_EDIT,
                    INVENTORY,
                    DELETION_REPORT,
                    HOLD,
                    APPROVAL,
                    POLICY_SET,
                    TICK,
                    DELETER_FENCE,
                    RETRY,
                    EXPEDITE -> false;
        };
    }

    private static @Nullable RegionId region(byte @Nullable [] key) {
        if (key == null) {
            return null;
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(key))
                    .toString();
            return RegionId.problemWith(text).isEmpty() ? RegionId.of(text) : null;
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
