package io.sexton.simulation;

import com.google.protobuf.Duration;
import io.sexton.fold.core.Output;
import io.sexton.proto.RegionId;
import io.sexton.proto.Times;
import io.sexton.proto.Topics;
import io.sexton.v1.LockEvent;
import io.sexton.v1.LockMode;
import io.sexton.v1.LockRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The lock-coordinator. */
final class LockBugs {
    private LockBugs() {}

    static List<PlantedBug> all() {
        return List.of(
                new PlantedBug(
                        "EXCLUSIVE is granted as SHARED",
                        Set.of("I4"),
                        100,
                        () -> locking((request, sink) -> Optional.of(
                                request.getAcquire().getMode() == LockMode.EXCLUSIVE
                                        ? request.toBuilder()
                                                .setAcquire(request.getAcquire().toBuilder()
                                                        .setMode(LockMode.SHARED))
                                                .build()
                                        : request))),
                new PlantedBug(
                        "a lease counts an eighth, and its end is not published",
                        Set.of("I4"),
                        200,
                        () -> new FilteredFold() {
                            @Override
                            Optional<LockRequest> reads(LockRequest request, Consumer<Output> sink) {
                                return Optional.of(
                                        request.hasAcquire()
                                                ? request.toBuilder()
                                                        .setAcquire(request.getAcquire().toBuilder()
                                                                .setLease(half(half(half(request.getAcquire()
                                                                        .getLease())))))
                                                        .build()
                                                : request);
                            }

                            @Override
                            Optional<Output.Emitted> emits(Output.Emitted output) {
                                return output.message() instanceof LockEvent event && event.hasExpired()
                                        ? Optional.empty()
                                        : Optional.of(output);
                            }
                        }),
                new PlantedBug(
                        "a renewal is acknowledged and not kept",
                        Set.of("I4"),
                        200,
                        () -> locking((request, sink) -> {
                            if (!request.hasRenew()) {
                                return Optional.of(request);
                            }
                            sink.accept(new Output.Emitted(
                                    Topics.LOCK_EVENTS,
                                    RegionId.of(request.getRegion()),
                                    LockEvent.newBuilder()
                                            .setRegion(request.getRegion())
                                            .setOwner(request.getOwner())
                                            .setRequestId(request.getRequestId())
                                            .setToken(request.getRenew().getToken())
                                            .setRenewed(LockEvent.Renewed.getDefaultInstance())
                                            .build()));
                            return Optional.empty();
                        })),
                new PlantedBug(
                        "locks of the dead are kept for ever",
                        Set.of("I6"),
                        200,
                        () -> locking((request, sink) -> request.hasTick() ? Optional.empty() : Optional.of(request))));
    }

    private interface Locking {
        Optional<LockRequest> reads(LockRequest request, Consumer<Output> sink);
    }

    private static Parts locking(Locking locking) {
        return new FilteredFold() {
            @Override
            Optional<LockRequest> reads(LockRequest request, Consumer<Output> sink) {
                return locking.reads(request, sink);
            }
        };
    }

    private static Duration half(Duration length) {
        return Times.toProto(Times.of(length).dividedBy(2));
    }
}
