package io.sexton.locks.core;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import io.sexton.fold.core.LogRecord;
import io.sexton.fold.core.Placement;
import io.sexton.fold.core.Times;
import io.sexton.proto.RegionId;
import io.sexton.v1.LockMode;
import io.sexton.v1.LockRequest;
import io.sexton.v1.Tick;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads a record of the log and judges whether it can be applied at all (as design, section 5, Validity). */
final class RequestReader {
    /**
     * Longest owner, request id and purpose, in bytes of UTF-8: as long as a region id. They are in stored rows, which
     * must fit into a record of the changelog.
     */
    static final int MAX_TEXT_BYTES = RegionId.MAX_BYTES;

    private RequestReader() {}

    sealed interface Result {
        record OfRegion(RegionId region, Ask ask) implements Result {}

        /** Time passes, for the whole partition. */
        record Time(Tick tick) implements Result {}

        /** @param reason names the field */
        record Invalid(String reason) implements Result {}
    }

    static Result read(LogRecord record, Placement placement) {
        if (record.value() == null) {
            return new Result.Invalid("value: a record without one is no request");
        }
        LockRequest request;
        try {
            request = LockRequest.parseFrom(record.value());
        } catch (InvalidProtocolBufferException e) {
            return new Result.Invalid("value: not a sexton.v1.LockRequest: " + e.getMessage());
        }
        String problem = request.hasTick() ? problemOfTick(request) : problemOfRequest(request, record, placement);
        if (problem != null) {
            return new Result.Invalid(problem);
        }
        return request.hasTick()
                ? new Result.Time(request.getTick())
                : new Result.OfRegion(RegionId.of(request.getRegion()), ask(request));
    }

    private static @Nullable String problemOfTick(LockRequest request) {
        Tick tick = request.getTick();
        if (!request.getRegion().isEmpty()) {
            return "region: must be empty, for a tick concerns the whole partition";
        }
        if (!tick.hasWallClock()) {
            return "tick.wall_clock: is not set";
        }
        if (tick.getTicker().isEmpty()) {
            return "tick.ticker: is empty";
        }
        return duration("tick.uptime", tick.getUptime());
    }

    private static @Nullable String problemOfRequest(LockRequest request, LogRecord record, Placement placement) {
        return first(
                problemOfKind(request),
                id("owner", request.getOwnerBytes()),
                id("request_id", request.getRequestIdBytes()),
                problemOfKey(request.getRegion(), record, placement));
    }

    private static @Nullable String problemOfKind(LockRequest request) {
        return switch (request.getRequestCase()) {
            case ACQUIRE -> problemOfAcquire(request.getAcquire());
            case RENEW, RELEASE, TICK -> null;
            case REQUEST_NOT_SET -> "request: none is set, or one that this version does not know";
        };
    }

    private static @Nullable String problemOfAcquire(LockRequest.Acquire acquire) {
        return first(
                mode(acquire.getMode()).isPresent()
                        ? null
                        : "acquire.mode: is not set, or one that this version does not know",
                length("acquire.purpose", acquire.getPurposeBytes()),
                duration("acquire.lease", acquire.getLease()),
                duration("acquire.max_wait", acquire.getMaxWait()));
    }

    private static @Nullable String problemOfKey(String region, LogRecord record, Placement placement) {
        Optional<String> problem = RegionId.problemWith(region);
        if (problem.isPresent()) {
            return "region: " + problem.get();
        }
        byte[] key = record.key();
        if (key == null || !ByteString.copyFromUtf8(region).equals(ByteString.copyFrom(key))) {
            return "region: is not the record's key";
        }
        if (!placement.allows(key, record.partition())) {
            return "key: its records do not belong into partition " + record.partition()
                    + "; the producer must place them by murmur2, as Kafka's own clients do";
        }
        return null;
    }

    private static @Nullable String id(String field, ByteString id) {
        return id.isEmpty() ? field + ": is empty" : length(field, id);
    }

    private static @Nullable String length(String field, ByteString text) {
        return text.size() > MAX_TEXT_BYTES ? field + ": is longer than " + MAX_TEXT_BYTES + " bytes of UTF-8" : null;
    }

    private static @Nullable String duration(String field, Duration duration) {
        return Times.isNegative(duration) ? field + ": is negative" : null;
    }

    private static @Nullable String first(@Nullable String... problems) {
        for (String problem : problems) {
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }

    private static Ask ask(LockRequest request) {
        Requester requester = new Requester(request.getOwner(), request.getRequestId());
        return switch (request.getRequestCase()) {
            case ACQUIRE -> {
                LockRequest.Acquire acquire = request.getAcquire();
                yield new Ask.Acquire(
                        requester,
                        mode(acquire.getMode()).orElseThrow(),
                        acquire.getPurpose(),
                        Times.of(acquire.getLease()),
                        Times.of(acquire.getMaxWait()));
            }
            case RENEW ->
                new Ask.Renew(requester, new FencingToken(request.getRenew().getToken()));
            case RELEASE ->
                new Ask.Release(requester, new FencingToken(request.getRelease().getToken()));
            case TICK, REQUEST_NOT_SET ->
                throw new IllegalStateException(request.getRequestCase() + " asks for nothing");
        };
    }

    private static Optional<Mode> mode(LockMode mode) {
        return switch (mode) {
            case SHARED -> Optional.of(Mode.SHARED);
            case UPDATE -> Optional.of(Mode.UPDATE);
            case EXCLUSIVE -> Optional.of(Mode.EXCLUSIVE);
            case LOCK_MODE_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
        };
    }
}
