package io.sexton.simulation;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sexton.fold.core.LogRecord;
import io.sexton.fold.core.OrderedStore;
import io.sexton.fold.core.Placement;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.simulation.service.FoldCore;
import io.sexton.simulation.service.FoldKind;
import io.sexton.simulation.service.Said;
import io.sexton.streams.core.Explanation;
import io.sexton.v1.LockRequest;
import io.sexton.v1.RegionEvent;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** The real cores, with changed input and output. A message that a filter empties is dropped. */
class FilteredFold extends Parts {

    /** Returns parts whose fold emits other messages. */
    static Parts emitting(UnaryOperator<Said> emits) {
        return new FilteredFold() {
            @Override
            Optional<Said> emits(Said emitted) {
                return Optional.of(emits.apply(emitted));
            }
        };
    }

    Optional<RegionEvent> receives(RegionEvent event, LogRecord record) {
        return Optional.of(event);
    }

    /** Returns the event that the core receives instead. */
    RegionEvent receives(FoldCore core, RegionEvent event) {
        return event;
    }

    /** Applies further changes after an event. */
    void afterwards(FoldCore core, RegionEvent event, LogRecord record) {}

    /** Returns true if unreadable bytes are passed on to the core. */
    boolean receivesUnreadable() {
        return true;
    }

    Optional<LockRequest> receives(LockRequest request, Consumer<Said> sink) {
        return Optional.of(request);
    }

    Instant appended(LogRecord record, RegionEvent event) {
        return record.appendTime();
    }

    Optional<Said> emits(Said emitted) {
        return Optional.of(emitted);
    }

    @Override
    public FoldCore fold(
            FoldKind kind, int partition, List<OrderedStore> stores, Placement placement, Consumer<Said> sink) {
        FoldCore core = super.fold(
                kind, partition, stores, placement, emitted -> emits(emitted).ifPresent(sink));
        return new FoldCore() {
            @Override
            public void apply(LogRecord record) {
                filtered(kind, record, core, sink).ifPresent(filtered -> {
                    core.apply(filtered);
                    if (kind == FoldKind.STREAMS) {
                        follow(core, filtered);
                    }
                });
            }

            @Override
            public Optional<Instant> nextWork() {
                return core.nextWork();
            }

            @Override
            public Optional<Explanation> explain(RegionId region, FilePath path) {
                return core.explain(region, path);
            }

            @Override
            public boolean workLeft() {
                return core.workLeft();
            }
        };
    }

    private void follow(FoldCore core, LogRecord record) {
        try {
            afterwards(core, RegionEvent.parseFrom(record.value()), record);
        } catch (InvalidProtocolBufferException e) {
            // Nothing follows from what is no event.
        }
    }

    private Optional<LogRecord> filtered(FoldKind kind, LogRecord record, FoldCore core, Consumer<Said> sink) {
        try {
            return switch (kind) {
                case STREAMS -> {
                    RegionEvent event = RegionEvent.parseFrom(record.value());
                    yield receives(event, record)
                            .map(received -> new LogRecord(
                                    record.partition(),
                                    record.offset(),
                                    appended(record, event),
                                    record.key(),
                                    receives(core, received).toByteArray()));
                }
                case COORDINATOR ->
                    receives(LockRequest.parseFrom(record.value()), sink)
                            .map(received -> new LogRecord(
                                    record.partition(),
                                    record.offset(),
                                    record.appendTime(),
                                    record.key(),
                                    received.toByteArray()));
            };
        } catch (InvalidProtocolBufferException e) {
            return receivesUnreadable() ? Optional.of(record) : Optional.empty();
        }
    }
}
