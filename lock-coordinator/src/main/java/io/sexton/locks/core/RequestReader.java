package io.sexton.locks.core;

import static io.sexton.proto.FieldProblem.duration;
import static io.sexton.proto.FieldProblem.first;
import static io.sexton.proto.FieldProblem.id;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.sexton.fold.core.Placement;
import io.sexton.proto.FieldProblem;
import io.sexton.proto.LogRecord;
import io.sexton.proto.RegionId;
import io.sexton.proto.Text;
import io.sexton.proto.Times;
import io.sexton.v1.LockMode;
import io.sexton.v1.LockRequest;
import io.sexton.v1.Tick;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The validation of log records: reads a record and rejects it if it cannot be applied (design, section 5, "Validity").
 */
final class RequestReader {
    private RequestReader() {}

    sealed interface Result {
        record OfRegion(RegionId region, OwnerRequest request) implements Result {}

        /** A tick, which concerns the whole partition. */
        record OfPartition(Tick tick) implements Result {}

        /** @param reason description of the problem, beginning with the name of the field */
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
        Optional<String> problem =
                request.hasTick() ? problemOfTick(request) : problemOfRequest(request, record, placement);
        if (problem.isPresent()) {
            return new Result.Invalid(problem.get());
        }
        return request.hasTick()
                ? new Result.OfPartition(request.getTick())
                : new Result.OfRegion(RegionId.of(request.getRegion()), ownerRequest(request));
    }

    private static Optional<String> problemOfTick(LockRequest request) {
        if (!request.getRegion().isEmpty()) {
            return Optional.of("region: must be empty, for a tick concerns the whole partition");
        }
        return Optional.ofNullable(FieldProblem.tick(request.getTick())).map(FieldProblem::toString);
    }

    private static Optional<String> problemOfRequest(LockRequest request, LogRecord record, Placement placement) {
        FieldProblem problem = first(
                problemOfKind(request),
                id("owner", request.getOwner()),
                id("request_id", request.getRequestId()),
                problemOfKey(request.getRegion(), record.key()));
        return problem != null ? Optional.of(problem.toString()) : placement.problemWith(record);
    }

    private static @Nullable FieldProblem problemOfKind(LockRequest request) {
        return switch (request.getRequestCase()) {
            case ACQUIRE -> problemOfAcquire(request.getAcquire());
            case RENEW, RELEASE, TICK -> null;
            case REQUEST_NOT_SET -> new FieldProblem("request", "none is set, or one that this version does not know");
        };
    }

    private static @Nullable FieldProblem problemOfAcquire(LockRequest.Acquire acquire) {
        return first(
                mode(acquire.getMode()).isPresent()
                        ? null
                        : new FieldProblem("acquire.mode", "is not set, or one that this version does not know"),
                duration("acquire.lease", acquire.getLease()),
                duration("acquire.max_wait", acquire.getMaxWait()));
    }

    private static @Nullable FieldProblem problemOfKey(String region, byte @Nullable [] key) {
        Optional<String> problem = RegionId.problemWith(region);
        if (problem.isPresent()) {
            return new FieldProblem("region", problem.get());
        }
        return key == null || !ByteString.copyFromUtf8(region).equals(ByteString.copyFrom(key))
                ? new FieldProblem("region", "is not the record's key")
                : null;
    }

    private static OwnerRequest ownerRequest(LockRequest request) {
        Requester requester = new Requester(request.getOwner(), request.getRequestId());
        return switch (request.getRequestCase()) {
            case ACQUIRE -> {
                LockRequest.Acquire acquire = request.getAcquire();
                yield new OwnerRequest.Acquire(
                        requester,
                        mode(acquire.getMode()).orElseThrow(),
                        Text.cut(acquire.getPurpose()),
                        Times.of(acquire.getLease()),
                        Times.of(acquire.getMaxWait()));
            }
            case RENEW ->
                new OwnerRequest.Renew(
                        requester, new FencingToken(request.getRenew().getToken()));
            case RELEASE ->
                new OwnerRequest.Release(
                        requester, new FencingToken(request.getRelease().getToken()));
            case TICK, REQUEST_NOT_SET ->
                throw new IllegalStateException(request.getRequestCase() + " is not the request of an owner");
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
