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
import io.sexton.streams.query.Explanation;
import io.sexton.v1.LockRequest;
import io.sexton.v1.RegionEvent;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** The real cores, hearing and saying something else than they should. What a filter empties is not there at all. */
class FilteredFold extends Parts {

    /** A fold that says something else. */
    static Parts saying(UnaryOperator<Said> says) {
        return new FilteredFold() {
            @Override
            Optional<Said> says(Said said) {
                return Optional.of(says.apply(said));
            }
        };
    }

    Optional<RegionEvent> hears(RegionEvent event, LogRecord record) {
        return Optional.of(event);
    }

    /** The event instead of another one, by what the core knows. */
    RegionEvent hears(FoldCore core, RegionEvent event) {
        return event;
    }

    /** What else is applied once an event has been. */
    void afterwards(FoldCore core, RegionEvent event, LogRecord record) {}

    /** Bytes that are no event. */
    boolean hearsUnreadable() {
        return true;
    }

    Optional<LockRequest> hears(LockRequest request, Consumer<Said> sink) {
        return Optional.of(request);
    }

    Instant appended(LogRecord record, RegionEvent event) {
        return record.appendTime();
    }

    Optional<Said> says(Said said) {
        return Optional.of(said);
    }

    @Override
    public FoldCore fold(
            FoldKind kind, int partition, List<OrderedStore> stores, Placement placement, Consumer<Said> sink) {
        FoldCore core = super.fold(
                kind, partition, stores, placement, said -> says(said).ifPresent(sink));
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
                    yield hears(event, record)
                            .map(heard -> new LogRecord(
                                    record.partition(),
                                    record.offset(),
                                    appended(record, event),
                                    record.key(),
                                    hears(core, heard).toByteArray()));
                }
                case COORDINATOR ->
                    hears(LockRequest.parseFrom(record.value()), sink)
                            .map(heard -> new LogRecord(
                                    record.partition(),
                                    record.offset(),
                                    record.appendTime(),
                                    record.key(),
                                    heard.toByteArray()));
            };
        } catch (InvalidProtocolBufferException e) {
            return hearsUnreadable() ? Optional.of(record) : Optional.empty();
        }
    }
}
