package io.sexton.simulation;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.sexton.fold.core.Fold;
import io.sexton.fold.core.FoldDefinition;
import io.sexton.fold.core.OrderedStore;
import io.sexton.fold.core.Output;
import io.sexton.fold.core.Placement;
import io.sexton.proto.LogRecord;
import io.sexton.streams.apply.PartitionFold;
import io.sexton.v1.LockRequest;
import io.sexton.v1.RegionEvent;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** The real folds with changed records and changed outputs. What a filter returns empty is left out. */
class FilteredFold extends Parts {

    /** Returns folds whose outputs are changed. */
    static Parts emitting(UnaryOperator<Output.Emitted> change) {
        return new FilteredFold() {
            @Override
            Optional<Output.Emitted> emits(Output.Emitted output) {
                return Optional.of(change.apply(output));
            }
        };
    }

    Optional<RegionEvent> reads(RegionEvent event, LogRecord record) {
        return Optional.of(event);
    }

    /** Returns the event that is applied instead, which may depend on the fold's state. */
    RegionEvent reads(PartitionFold fold, RegionEvent event) {
        return event;
    }

    /** Called after an event has been applied. */
    void afterwards(PartitionFold fold, RegionEvent event, LogRecord record) {}

    /** Returns whether records that cannot be read are applied. */
    boolean readsUnreadable() {
        return true;
    }

    Optional<LockRequest> reads(LockRequest request, Consumer<Output> sink) {
        return Optional.of(request);
    }

    Instant appended(LogRecord record, RegionEvent event) {
        return record.appendTime();
    }

    Optional<Output.Emitted> emits(Output.Emitted output) {
        return Optional.of(output);
    }

    @Override
    public Fold fold(
            FoldDefinition<?> definition,
            int partition,
            Function<String, OrderedStore> stores,
            Placement placement,
            Consumer<Output> sink) {
        return super.fold(definition, partition, stores, placement, output -> {
            if (output instanceof Output.Emitted emitted) {
                emits(emitted).ifPresent(sink);
            }
        });
    }

    @Override
    public void apply(Fold fold, LogRecord record, Consumer<Output> sink) {
        try {
            if (fold instanceof PartitionFold events) {
                Optional<RegionEvent> read = reads(RegionEvent.parseFrom(record.value()), record);
                if (read.isPresent()) {
                    Instant appended = appended(record, RegionEvent.parseFrom(record.value()));
                    RegionEvent event = reads(events, read.get());
                    fold.apply(with(record, appended, event));
                    afterwards(events, event, record);
                }
            } else {
                reads(LockRequest.parseFrom(record.value()), sink)
                        .ifPresent(request -> fold.apply(with(record, record.appendTime(), request)));
            }
        } catch (InvalidProtocolBufferException e) {
            if (readsUnreadable()) {
                fold.apply(record);
            }
        }
    }

    private static LogRecord with(LogRecord record, Instant appended, MessageLite message) {
        return new LogRecord(record.partition(), record.offset(), appended, record.key(), message.toByteArray());
    }
}
